"""Repository of messages to review; equal ones are counted, not repeated."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.review import review_message as table
from clinic.adapters.tables.review import review_occurrence
from clinic.review.model import Guess, ReviewMessage, ReviewSource, ReviewStatus
from clinic.review.training_files import normalise


class ReviewMessages:
    """The messages, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert
        self._cipher = tx.cipher

    def add(
        self,
        contact_id: str,
        message_id: str,
        text: str,
        language: str,
        guesses: Sequence[Guess],
        source: ReviewSource,
        now: datetime,
    ) -> None:
        """Adds a masked message; words that are there count once more, each message only once.

        Args:
            message_id: of the message, as WhatsApp gave it.
        """
        if not self._is_first(contact_id, message_id):
            return
        listed = [[guess.intent, round(guess.confidence, 3)] for guess in guesses[:3]]
        statement = self._insert(table).values(
            id=new_id(),
            text_hash=self._cipher.lookup_hash(f"review:{language}:{normalise(text)}"),
            contact_id=contact_id,
            text=self._cipher.encrypt(text),
            language=language,
            guesses=json.dumps(listed),
            source=source.value,
            times=1,
            status=ReviewStatus.WAITING.value,
            created_at=now,
            updated_at=now,
        )
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["text_hash"],
                set_={"times": table.c.times + 1, "updated_at": now},
            )
        )

    def get(self, message_id: str, *, lock: bool = False) -> ReviewMessage | None:
        statement = select(table).where(table.c.id == message_id)
        row = self._connection.execute(statement.with_for_update() if lock else statement).first()
        return self._read(row) if row else None

    def all(self, status: ReviewStatus, limit: int) -> list[ReviewMessage]:
        """Returns messages of a state, the most frequent first, then the newest."""
        rows = self._connection.execute(
            select(table)
            .where(table.c.status == status.value)
            .order_by(table.c.times.desc(), table.c.updated_at.desc())
            .limit(limit)
        )
        return [self._read(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """Returns how many messages have each state."""
        rows = self._connection.execute(
            select(table.c.status, func.count().label("rows")).group_by(table.c.status)
        )
        return {row.status: row.rows for row in rows}

    def decide(
        self,
        message_id: str,
        status: ReviewStatus,
        *,
        by: str,
        now: datetime,
        intent: str | None = None,
        example: str | None = None,
    ) -> None:
        self._connection.execute(
            update(table)
            .where(table.c.id == message_id)
            .values(
                status=status.value,
                intent=intent,
                example=self._cipher.encrypt(example) if example else None,
                decided_by=by,
                updated_at=now,
            )
        )

    def _is_first(self, contact_id: str, message_id: str) -> bool:
        """Notes that a message was counted; False when it was before."""
        noted = self._connection.execute(
            self._insert(review_occurrence)
            .values(
                message_hash=self._cipher.lookup_hash(f"review:{message_id}"),
                contact_id=contact_id,
            )
            .on_conflict_do_nothing()
        )
        return bool(noted.rowcount)

    def _read(self, row: Row) -> ReviewMessage:
        return ReviewMessage(
            id=row.id,
            text=self._cipher.decrypt(bytes(row.text)),
            language=row.language,
            guesses=tuple(Guess(intent, share) for intent, share in json.loads(row.guesses)),
            source=ReviewSource(row.source),
            times=row.times,
            status=ReviewStatus(row.status),
            intent=row.intent,
            example=self._cipher.decrypt(bytes(row.example)) if row.example else None,
            decided_by=row.decided_by,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

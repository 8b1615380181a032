"""Repository of the outbox: what is to be sent. How it is sent: `send_queue.py`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.messaging import outbox as table
from clinic.clock import UTC
from clinic.messaging.model import Contact, ListLabels, OutboxKind, OutboxStatus
from whatsapp.messages import Choice, OutgoingMessage, Recipient
from whatsapp.rendering import render

NO_LABELS = ListLabels()
_AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Due by any clock: retries go by the computer's clock, `now` may be a demo's."""
_MAX_KEY_CHARACTERS = 200


class Outbox:
    """The outbox, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert
        self._cipher = tx.cipher
        self._text_limit = tx.text_limit

    def add(
        self,
        contact: Contact,
        message: OutgoingMessage,
        *,
        key: str,
        kind: OutboxKind,
        now: datetime,
        page: int = 0,
        labels: ListLabels = NO_LABELS,
        purpose: str | None = None,
        expires_at: datetime | None = None,
        fallback: OutgoingMessage | None = None,
        author: str | None = None,
        is_held: bool = False,
    ) -> bool:
        """Queues a message, a row per request; False when the key was queued before.

        Args:
            key: what makes the message sent once: the same key is never queued again.
            page: which page of a long list, from 0.
            labels: what a list says, in the patient's language.
            purpose: what must still be allowed when it is sent; None for an answer.
            expires_at: not sent from then on, by the clinic's clock.
            fallback: a template that is sent when the customer service window is closed; the
                message itself then waits until the patient writes. Without one staff are told.
            author: the id of the member of staff who wrote it; None for the assistant.
            is_held: it waits for the patient to write, and nothing announces it.
        """
        reference = new_id()
        bodies = render(
            message if message.list_label else replace(message, list_label=labels.choose),
            Recipient(phone=contact.phone, user_id=contact.user_id),
            reference=reference,
            page=page,
            more_label=labels.more,
            back_label=labels.back,
            max_text=self._text_limit,
        )
        added = 0
        for part, body in enumerate(bodies):
            is_last = part == len(bodies) - 1
            part_reference = reference if is_last else new_id()
            body["biz_opaque_callback_data"] = part_reference
            result = self._connection.execute(
                self._insert(table)
                .values(
                    key=_storable(f"{key}:{part}"),
                    contact_id=contact.id,
                    reference=part_reference,
                    body=self._seal(body),
                    message=self._seal(message.to_dict()) if is_last and message.choices else None,
                    fallback=self._seal(fallback.to_dict()) if fallback else None,
                    kind=kind.value,
                    status=(OutboxStatus.HELD if is_held else OutboxStatus.QUEUED).value,
                    attempts=0,
                    next_attempt_at=_AT_ONCE,
                    created_at=now,
                    updated_at=now,
                    purpose=purpose,
                    expires_at=expires_at,
                    author=author,
                )
                .on_conflict_do_nothing(index_elements=["key"])
            )
            added += result.rowcount
        return added > 0

    def take_back(self, key: str) -> bool:
        """Removes a message that was not sent yet; False when it is gone, or was never there."""
        of_key = table.c.key.startswith(f"{key}:", autoescape=True)
        rows = self._connection.execute(
            select(table.c.status).where(of_key).with_for_update()
        ).all()
        if not rows or any(row.status != OutboxStatus.QUEUED.value for row in rows):
            return False
        self._connection.execute(delete(table).where(of_key))
        return True

    def message_of(self, reference: str, contact_id: str) -> OutgoingMessage | None:
        """Returns the message with choices that a tap's reference names, if it was theirs."""
        row = self._connection.execute(
            select(table.c.message)
            .where(table.c.reference == reference)
            .where(table.c.contact_id == contact_id)
        ).first()
        if row is None or row.message is None:
            return None
        return OutgoingMessage.from_dict(self._open(row.message))

    def newest_choices(self, contact_id: str) -> tuple[Choice, ...]:
        """Returns what can be tapped under the last message to a contact, in its order."""
        row = self._connection.execute(
            select(table.c.message)
            .where(table.c.contact_id == contact_id)
            .order_by(table.c.id.desc())
            .limit(1)
        ).first()
        if row is None or row.message is None:
            return ()
        return OutgoingMessage.from_dict(self._open(row.message)).choices

    def newest_purpose(self, contact_id: str) -> str | None:
        """Returns what the last message to a contact was for, None for an answer."""
        purpose: str | None = self._connection.execute(
            select(table.c.purpose)
            .where(table.c.contact_id == contact_id)
            .where(table.c.status != OutboxStatus.WITHHELD.value)
            .order_by(table.c.id.desc())
            .limit(1)
        ).scalar()
        return purpose

    def release_held(self, contact_id: str, now: datetime) -> int:
        """Queues what waited for the customer service window; returns how many messages."""
        released = self._connection.execute(
            update(table)
            .where(table.c.contact_id == contact_id)
            .where(table.c.status == OutboxStatus.HELD.value)
            .values(status=OutboxStatus.QUEUED.value, next_attempt_at=_AT_ONCE, updated_at=now)
        )
        return int(released.rowcount)

    def counts(self) -> dict[str, int]:
        """Returns how many rows have each status."""
        rows = self._connection.execute(
            select(table.c.status, func.count().label("rows")).group_by(table.c.status)
        )
        return {row.status: row.rows for row in rows}

    def _seal(self, value: Any) -> bytes:
        return self._cipher.encrypt(json.dumps(value, ensure_ascii=False))

    def _open(self, sealed: bytes) -> Any:
        return json.loads(self._cipher.decrypt(bytes(sealed)))


def _storable(key: str) -> str:
    """Returns the key as it is, or its hash when it is longer than the column."""
    if len(key) <= _MAX_KEY_CHARACTERS:
        return key
    return f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"

"""Repository of the outbox: everything that is sent, with what became of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.messaging import outbox as table
from clinic.clock import UTC
from clinic.messaging.model import Contact, ListLabels, OutboxKind, OutboxRow, OutboxStatus
from whatsapp.messages import Choice, OutgoingMessage, Recipient
from whatsapp.rendering import render
from whatsapp.updates import DeliveryStatus

NO_LABELS = ListLabels()
_UNSENT = (OutboxStatus.QUEUED.value, OutboxStatus.SENDING.value)
_AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Due by any clock: retries go by the computer's clock, `now` may be a demo's."""
_MAX_KEY_CHARACTERS = 200


class Outbox:
    """The outbox, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert
        self._cipher = tx.cipher

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
    ) -> bool:
        """Queues a message, a row per request; False when the key was queued before.

        Args:
            key: what makes the message sent once: the same key is never queued again.
            page: which page of a long list, from 0.
            labels: what a list says, in the patient's language.
            purpose: what must still be allowed when it is sent; None for an answer.
            expires_at: not sent from then on, by the clinic's clock.
        """
        reference = new_id()
        bodies = render(
            message if message.list_label else replace(message, list_label=labels.choose),
            Recipient(phone=contact.phone, user_id=contact.user_id),
            reference=reference,
            page=page,
            more_label=labels.more,
            back_label=labels.back,
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
                    kind=kind.value,
                    status=OutboxStatus.QUEUED.value,
                    attempts=0,
                    next_attempt_at=_AT_ONCE,
                    created_at=now,
                    updated_at=now,
                    purpose=purpose,
                    expires_at=expires_at,
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

    def contacts_due(self, now: datetime) -> list[str]:
        """Returns the contacts that something can be sent to now, answers first."""
        rows = self._connection.execute(
            select(table.c.contact_id, func.min(table.c.id).label("first"))
            .where(table.c.status.in_(_UNSENT))
            .where(table.c.next_attempt_at <= now)
            .group_by(table.c.contact_id)
            .order_by(func.min(table.c.kind).desc(), "first")
        )
        return [row.contact_id for row in rows]

    def next_for(self, contact_id: str, now: datetime) -> OutboxRow | None:
        """Returns the first unsent row of a contact, None when there is none or it must wait.

        Rows behind one that waits wait too, so that a patient reads them in order.
        """
        row = self._connection.execute(
            select(table)
            .where(table.c.contact_id == contact_id)
            .where(table.c.status.in_(_UNSENT))
            .order_by(table.c.id)
            .limit(1)
        ).first()
        return self._read(row) if row and row.next_attempt_at <= now else None

    def mark_sending(self, row_id: int, now: datetime, retry_at: datetime) -> None:
        """Notes an attempt before it is made; without an outcome it is made again."""
        self._set(
            row_id,
            now,
            status=OutboxStatus.SENDING.value,
            attempts=table.c.attempts + 1,
            next_attempt_at=retry_at,
        )

    def mark_accepted(self, row_id: int, wamid: str, now: datetime) -> None:
        # A status may be written before the answer to our request: it must stand.
        self._connection.execute(
            update(table).where(table.c.id == row_id).values(wamid=wamid, updated_at=now)
        )
        self._connection.execute(
            update(table)
            .where(table.c.id == row_id)
            .where(table.c.status.in_(_UNSENT))
            .values(status=OutboxStatus.ACCEPTED.value)
        )

    def mark_retry(
        self, row_id: int, code: int | None, raw: Any, now: datetime, at: datetime
    ) -> None:
        """Queues a row again; not one that a delivery status has shown to be sent meanwhile."""
        self._set_unsent(
            row_id,
            now,
            status=OutboxStatus.QUEUED.value,
            error_code=code,
            error=self._seal(raw),
            next_attempt_at=at,
        )

    def mark_failed(self, row_id: int, code: int | None, raw: Any, now: datetime) -> None:
        self._set_unsent(
            row_id, now, status=OutboxStatus.FAILED.value, error_code=code, error=self._seal(raw)
        )

    def mark_withheld(self, row_id: int, now: datetime) -> None:
        """Notes that a message is not sent: it is not allowed any more, or of no use."""
        self._set_unsent(row_id, now, status=OutboxStatus.WITHHELD.value)

    def apply_status(
        self,
        *,
        wamid: str,
        reference: str | None,
        status: DeliveryStatus,
        error_code: int | None,
        now: datetime,
    ) -> bool:
        """Writes a delivery status back to its row, never backwards; False if none matches.

        The reference finds the row of a request whose answer was lost: it was sent after all.
        """
        match = table.c.wamid == wamid
        if reference:
            match = or_(match, table.c.reference == reference)
        row = self._connection.execute(select(table).where(match).with_for_update()).first()
        if row is None:
            return False
        # A status proves that it was sent, whatever is noted.
        unproven = (*_UNSENT, OutboxStatus.WITHHELD.value)
        current = row.status if row.status not in unproven else OutboxStatus.ACCEPTED.value
        if not status.can_follow(DeliveryStatus(current)):
            return True
        values: dict[str, Any] = {"status": status.value}
        if row.wamid is None:
            values["wamid"] = wamid
        if error_code is not None:
            values["error_code"] = error_code
        self._set(row.id, now, **values)
        return True

    def counts(self) -> dict[str, int]:
        """Returns how many rows have each status."""
        rows = self._connection.execute(
            select(table.c.status, func.count().label("rows")).group_by(table.c.status)
        )
        return {row.status: row.rows for row in rows}

    def _set(self, row_id: int, now: datetime, **values: Any) -> None:
        self._connection.execute(
            update(table).where(table.c.id == row_id).values(updated_at=now, **values)
        )

    def _set_unsent(self, row_id: int, now: datetime, **values: Any) -> None:
        self._connection.execute(
            update(table)
            .where(table.c.id == row_id)
            .where(table.c.status.in_(_UNSENT))
            .values(updated_at=now, **values)
        )

    def _seal(self, value: Any) -> bytes:
        return self._cipher.encrypt(json.dumps(value, ensure_ascii=False))

    def _open(self, sealed: bytes) -> Any:
        return json.loads(self._cipher.decrypt(bytes(sealed)))

    def _read(self, row: Row) -> OutboxRow:
        return OutboxRow(
            id=row.id,
            contact_id=row.contact_id,
            reference=row.reference,
            body=self._open(row.body),
            status=OutboxStatus(row.status),
            attempts=row.attempts,
            purpose=row.purpose,
            expires_at=row.expires_at,
        )


def _storable(key: str) -> str:
    """Returns the key as it is, or its hash when it is longer than the column."""
    if len(key) <= _MAX_KEY_CHARACTERS:
        return key
    return f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"

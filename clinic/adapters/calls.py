"""Repository of the call list: messages that did not do their work, and calls that were made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Row
from sqlalchemy.sql import Select

from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.messaging import contact, outbox
from clinic.adapters.tables.office import call_note as table
from clinic.calls.model import CallNote, CallOutcome
from clinic.messaging.model import ContactKind, OutboxKind, OutboxStatus


@dataclass(frozen=True)
class SentNotice:
    """A message to a patient that the clinic wrote on its own."""

    outbox_id: int
    key: str
    contact_id: str
    status: OutboxStatus
    purpose: str
    created_at: datetime
    error_code: int | None


class CallRows:
    """Messages and calls, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._cipher = tx.cipher

    def notices(self, since: datetime) -> list[SentNotice]:
        """Returns what was written to patients for a purpose since an instant, oldest first."""
        rows = self._connection.execute(
            self._notices().where(outbox.c.created_at >= since).order_by(outbox.c.id)
        )
        return [_notice(row) for row in rows]

    def notice(self, outbox_id: int) -> SentNotice | None:
        row = self._connection.execute(self._notices().where(outbox.c.id == outbox_id)).first()
        return _notice(row) if row else None

    def notes(self, outbox_ids: list[int]) -> dict[int, list[CallNote]]:
        """Returns the calls that were made because of messages, the newest first."""
        found: dict[int, list[CallNote]] = {}
        rows = self._connection.execute(
            select(table).where(table.c.outbox_id.in_(outbox_ids)).order_by(table.c.at.desc())
        )
        for row in rows:
            words = self._cipher.decrypt(bytes(row.words)) if row.words else ""
            note = CallNote(CallOutcome(row.outcome), words, row.by, row.at)
            found.setdefault(row.outbox_id, []).append(note)
        return found

    def add_note(self, outbox_id: int, contact_id: str, note: CallNote) -> str:
        """Returns the note's id."""
        note_id = new_id()
        self._connection.execute(
            insert(table).values(
                id=note_id,
                outbox_id=outbox_id,
                contact_id=contact_id,
                outcome=note.outcome.value,
                words=self._cipher.encrypt(note.words) if note.words else None,
                by=note.by,
                at=note.at,
            )
        )
        return note_id

    def remove_note(self, note_id: str, outbox_id: int, by: str) -> CallOutcome | None:
        """Removes a member's own note about a message; returns what it said, None without one."""
        its = (table.c.id == note_id, table.c.outbox_id == outbox_id, table.c.by == by)
        outcome = self._connection.scalar(select(table.c.outcome).where(*its))
        removed = self._connection.execute(delete(table).where(*its))
        return CallOutcome(outcome) if outcome and removed.rowcount else None

    def _notices(self) -> Select:
        return (
            select(
                outbox.c.id,
                outbox.c.key,
                outbox.c.contact_id,
                outbox.c.status,
                outbox.c.purpose,
                outbox.c.created_at,
                outbox.c.error_code,
            )
            .join(contact, contact.c.id == outbox.c.contact_id)
            .where(contact.c.kind == ContactKind.PATIENT.value)
            .where(outbox.c.kind == OutboxKind.NOTICE.value)
            .where(outbox.c.purpose.is_not(None))
        )


def _notice(row: Row) -> SentNotice:
    return SentNotice(
        outbox_id=row.id,
        key=row.key,
        contact_id=row.contact_id,
        status=OutboxStatus(row.status),
        purpose=row.purpose,
        created_at=row.created_at,
        error_code=row.error_code,
    )

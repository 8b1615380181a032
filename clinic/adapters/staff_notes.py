"""Repository of staff's internal notes about a conversation; the patient never gets them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.staff import staff_note as table


@dataclass(frozen=True)
class StaffNote:
    """A note, with the id of the member who wrote it."""

    id: str
    contact_id: str
    author: str
    text: str
    created_at: datetime


class StaffNotes:
    """The notes, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._cipher = tx.cipher

    def add(self, contact_id: str, author: str, text: str, now: datetime) -> None:
        self._connection.execute(
            insert(table).values(
                id=new_id(),
                contact_id=contact_id,
                author=author,
                text=self._cipher.encrypt(text),
                created_at=now,
            )
        )

    def of_contact(self, contact_id: str) -> list[StaffNote]:
        """Returns the notes about a contact, the oldest first."""
        rows = self._connection.execute(
            select(table).where(table.c.contact_id == contact_id).order_by(table.c.created_at)
        )
        return [
            StaffNote(
                row.id,
                row.contact_id,
                row.author,
                self._cipher.decrypt(bytes(row.text)),
                row.created_at,
            )
            for row in rows
        ]

"""Repository of hand-offs: at most one open per contact, kept so by the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.patients import handoff as table
from clinic.handoff.model import Handoff, HandoffStatus, Priority


class Handoffs:
    """The hand-offs, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert

    def open_of(self, contact_id: str) -> Handoff | None:
        row = self._connection.execute(
            select(table).where(table.c.open_contact_id == contact_id)
        ).first()
        return self._read(row) if row else None

    def open(self, contact_id: str, priority: Priority, reason: str, now: datetime) -> Handoff:
        """Opens a hand-off, or raises the priority of the one that is open."""
        self._connection.execute(
            self._insert(table)
            .values(
                id=new_id(),
                contact_id=contact_id,
                open_contact_id=contact_id,
                priority=priority.value,
                reason=reason,
                status=HandoffStatus.WAITING.value,
                opened_at=now,
                updated_at=now,
            )
            .on_conflict_do_nothing(index_elements=["open_contact_id"])
        )
        current = self.open_of(contact_id)
        assert current is not None
        if priority.rank < current.priority.rank:
            self._connection.execute(
                update(table)
                .where(table.c.id == current.id)
                .values(priority=priority.value, reason=reason, updated_at=now)
            )
            current = self.open_of(contact_id) or current
        return current

    def claim(self, handoff_id: str, by: str, now: datetime) -> bool:
        """Gives the conversation to a person; False when another one was quicker."""
        result = self._connection.execute(
            update(table)
            .where(table.c.id == handoff_id)
            .where(table.c.status == HandoffStatus.WAITING.value)
            .values(status=HandoffStatus.CLAIMED.value, claimed_by=by, updated_at=now)
        )
        return bool(result.rowcount)

    def touch(self, handoff_id: str, now: datetime) -> None:
        """Notes that the person who has it did something."""
        self._connection.execute(
            update(table).where(table.c.id == handoff_id).values(updated_at=now)
        )

    def quiet_claims(self, by: str, before: datetime) -> list[Handoff]:
        """Returns what somebody claimed and left alone since then."""
        rows = self._connection.execute(
            select(table)
            .where(table.c.status == HandoffStatus.CLAIMED.value)
            .where(table.c.claimed_by == by)
            .where(table.c.updated_at < before)
        )
        return [self._read(row) for row in rows]

    def resolve(self, handoff_id: str, now: datetime) -> None:
        self._connection.execute(
            update(table)
            .where(table.c.id == handoff_id)
            .values(status=HandoffStatus.RESOLVED.value, open_contact_id=None, updated_at=now)
        )

    def _read(self, row: Row) -> Handoff:
        return Handoff(
            id=row.id,
            contact_id=row.contact_id,
            priority=Priority(row.priority),
            reason=row.reason,
            status=HandoffStatus(row.status),
            claimed_by=row.claimed_by,
            opened_at=row.opened_at,
        )

"""Repository of leave and closures that staff entered in the console."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.live_events import LiveEvents
from clinic.adapters.tables.agenda import closure as table
from clinic.adapters.tables.agenda import closure_appointment as concerned
from clinic.adapters.tables.base import new_id
from clinic.agenda.model import (
    ClosureReason,
    ConcernedRow,
    EnteredClosure,
    Outcome,
    Told,
)
from clinic.facts.model import Clinic, Closure


class Closures:
    """The closures, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._live = LiveEvents(tx)
        self._connection = tx.connection
        self._cipher = tx.cipher

    def in_force(self, since: datetime) -> list[EnteredClosure]:
        """Returns the closures that end after an instant, in order of time."""
        rows = self._connection.execute(
            select(table)
            .where(table.c.end_at > since, table.c.removed_at.is_(None))
            .order_by(table.c.start_at, table.c.id)
        )
        return [self._read(row) for row in rows]

    def get(self, closure_id: str, *, lock: bool = False) -> EnteredClosure | None:
        """Returns a closure; with `lock` nobody else changes it until the transaction ends."""
        statement = select(table).where(table.c.id == closure_id)
        row = self._connection.execute(statement.with_for_update() if lock else statement).first()
        return self._read(row) if row else None

    def add(
        self, closure: Closure, reason: ClosureReason, note: str, by: str, now: datetime
    ) -> EnteredClosure:
        closure_id = new_id()
        self._connection.execute(
            insert(table).values(
                id=closure_id,
                practitioner_id=closure.practitioner_id,
                site_id=closure.site_id,
                start_at=closure.start,
                end_at=closure.end,
                reason=reason.value,
                note=self._cipher.encrypt(note) if note else None,
                created_by=by,
                created_at=now,
            )
        )
        self._live.add("agenda", now)
        return EnteredClosure(closure_id, closure, reason, note, by, now, None)

    def remove(self, closure_id: str, by: str, now: datetime) -> None:
        self._connection.execute(
            update(table).where(table.c.id == closure_id).values(removed_by=by, removed_at=now)
        )
        self._live.add("agenda", now)

    def add_concerned(
        self, closure_id: str, appointment_id: str, patient_id: str, outcome: Outcome
    ) -> None:
        """Notes an appointment that cannot take place; its patient is to be told."""
        self._connection.execute(
            insert(concerned).values(
                closure_id=closure_id,
                appointment_id=appointment_id,
                patient_id=patient_id,
                outcome=outcome.value,
            )
        )

    def concerned_by(self, closure_ids: Collection[str]) -> list[ConcernedRow]:
        rows = self._connection.execute(
            select(concerned).where(concerned.c.closure_id.in_(closure_ids))
        )
        return [_read_concerned(row) for row in rows]

    def closures_of(self, appointment_ids: Collection[str]) -> list[ConcernedRow]:
        """Returns why appointments cannot take place, without removed closures."""
        rows = self._connection.execute(
            select(concerned)
            .join(table, table.c.id == concerned.c.closure_id)
            .where(concerned.c.appointment_id.in_(appointment_ids), table.c.removed_at.is_(None))
        )
        return [_read_concerned(row) for row in rows]

    def untold(self) -> list[ConcernedRow]:
        """Returns whose patients were not told yet, of closures that hold."""
        rows = self._connection.execute(
            select(concerned)
            .join(table, table.c.id == concerned.c.closure_id)
            .where(concerned.c.told.is_(None), table.c.removed_at.is_(None))
            .order_by(table.c.created_at, concerned.c.appointment_id)
        )
        return [_read_concerned(row) for row in rows]

    def note_told(self, row: ConcernedRow, told: Told, now: datetime) -> bool:
        """Notes how a patient learns of it; False when somebody else was quicker."""
        result = self._connection.execute(
            update(concerned)
            .where(
                concerned.c.closure_id == row.closure_id,
                concerned.c.appointment_id == row.appointment_id,
                concerned.c.told.is_(None),
            )
            .values(told=told.value, told_at=now)
        )
        return bool(result.rowcount)

    def _read(self, row: Row) -> EnteredClosure:
        return EnteredClosure(
            id=row.id,
            closure=Closure(row.practitioner_id, row.site_id, row.start_at, row.end_at),
            reason=ClosureReason(row.reason),
            note=self._cipher.decrypt(bytes(row.note)) if row.note else "",
            created_by=row.created_by,
            created_at=row.created_at,
            removed_at=row.removed_at,
        )


def with_closures(tx: Transaction, clinic: Clinic, since: datetime) -> Clinic:
    """Returns the clinic as it receives, with what staff closed that ends after an instant.

    Inside `change_agenda` nothing is closed until the transaction ends.
    """
    found = Closures(tx).in_force(since)
    return replace(clinic, closures=tuple(it.closure for it in found)) if found else clinic


def _read_concerned(row: Row) -> ConcernedRow:
    return ConcernedRow(
        closure_id=row.closure_id,
        appointment_id=row.appointment_id,
        patient_id=row.patient_id,
        outcome=Outcome(row.outcome),
        told=Told(row.told) if row.told else None,
    )

"""Repositories of what staff did with the agenda: changes that can be undone, walk-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.live_events import LiveEvents
from clinic.adapters.tables.agenda import appointment_change, walk_in
from clinic.adapters.tables.base import new_id
from clinic.agenda.model import Change, ChangeKind, Told, WalkIn, WalkInStatus
from clinic.scheduling.model import Appointment, AppointmentStatus


class Changes:
    """What staff did with appointments, within one transaction. Rows are only added."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def add(
        self,
        kind: ChangeKind,
        before: Appointment | None,
        after: Appointment,
        *,
        by: str,
        told: Told | None,
        now: datetime,
    ) -> int:
        """Notes a change and returns its number."""
        table = appointment_change
        result = self._connection.execute(
            insert(table).values(
                appointment_id=after.id,
                patient_id=after.patient_id,
                kind=kind.value,
                actor=by,
                at=now,
                status_before=before.status.value if before else None,
                status_after=after.status.value,
                slot_before=(before or after).slot.key,
                slot_after=after.slot.key,
                told=told.value if told else None,
            )
        )
        return int(result.inserted_primary_key[0])

    def get(self, change_id: int) -> Change | None:
        table = appointment_change
        row = self._connection.execute(select(table).where(table.c.id == change_id)).first()
        return _read_change(row) if row else None

    def of(self, appointment_id: str) -> list[Change]:
        """Returns what staff did with an appointment, the newest first."""
        table = appointment_change
        rows = self._connection.execute(
            select(table)
            .where(table.c.appointment_id == appointment_id)
            .order_by(table.c.id.desc())
        )
        return [_read_change(row) for row in rows]


class WalkIns:
    """Who came without an appointment, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._live = LiveEvents(tx)
        self._connection = tx.connection
        self._cipher = tx.cipher

    def get(self, walk_in_id: str) -> WalkIn | None:
        row = self._connection.execute(select(walk_in).where(walk_in.c.id == walk_in_id)).first()
        return self._read(row) if row else None

    def add(
        self,
        site_id: str,
        practitioner_id: str | None,
        *,
        patient_id: str | None,
        name: str,
        by: str,
        now: datetime,
    ) -> WalkIn:
        walk_in_id = new_id()
        self._connection.execute(
            insert(walk_in).values(
                id=walk_in_id,
                site_id=site_id,
                practitioner_id=practitioner_id,
                patient_id=patient_id,
                name=self._cipher.encrypt(name) if name and patient_id is None else None,
                status=WalkInStatus.ARRIVED.value,
                arrived_at=now,
                created_by=by,
                updated_at=now,
            )
        )
        self._live.add("agenda", now)
        added = self.get(walk_in_id)
        assert added is not None
        return added

    def set_status(self, walk_in_id: str, status: WalkInStatus, now: datetime) -> None:
        self._connection.execute(
            update(walk_in)
            .where(walk_in.c.id == walk_in_id)
            .values(status=status.value, updated_at=now)
        )
        self._live.add("agenda", now)

    def between(self, start: datetime, end: datetime, site_id: str | None) -> list[WalkIn]:
        """Returns who came in a period, the first to come first."""
        statement = select(walk_in).where(
            walk_in.c.arrived_at >= start,
            walk_in.c.arrived_at < end,
        )
        if site_id is not None:
            statement = statement.where(walk_in.c.site_id == site_id)
        rows = self._connection.execute(statement.order_by(walk_in.c.arrived_at, walk_in.c.id))
        return [self._read(row) for row in rows]

    def _read(self, row: Row) -> WalkIn:
        return WalkIn(
            id=row.id,
            site_id=row.site_id,
            practitioner_id=row.practitioner_id,
            patient_id=row.patient_id,
            name=self._cipher.decrypt(bytes(row.name)) if row.name else "",
            status=WalkInStatus(row.status),
            arrived_at=row.arrived_at,
        )


def _read_change(row: Row) -> Change:
    return Change(
        id=row.id,
        appointment_id=row.appointment_id,
        kind=ChangeKind(row.kind),
        actor=row.actor,
        at=row.at,
        status_before=AppointmentStatus(row.status_before) if row.status_before else None,
        status_after=AppointmentStatus(row.status_after),
        slot_before=row.slot_before,
        slot_after=row.slot_after,
        told=Told(row.told) if row.told else None,
    )

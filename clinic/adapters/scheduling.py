"""Repository of the agenda."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.engine import Row
from sqlalchemy.sql import ColumnElement

from clinic.adapters.agenda_changes import Conflict
from clinic.adapters.database import Transaction
from clinic.adapters.live_events import LiveEvents
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.patients import patient
from clinic.adapters.tables.scheduling import appointment as table
from clinic.scheduling.model import (
    OCCUPYING,
    STAFF_KEY,
    WAITING_LIST_KEY,
    AgendaSlot,
    Appointment,
    AppointmentStatus,
    Interval,
    ParticipationStatus,
)

_TOKEN_BYTES = 24

_OCCUPYING_CODES = [status.value for status in OCCUPYING]
_UPCOMING_CODES = [
    AppointmentStatus.PENDING.value,
    AppointmentStatus.BOOKED.value,
    AppointmentStatus.ARRIVED.value,
]
_PROPOSED = table.c.status == AppointmentStatus.PROPOSED.value


class Appointments:
    """Held and booked appointments, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._connection = tx.connection
        self._is_told = False

    def get(self, appointment_id: str, *, lock: bool = False) -> Appointment | None:
        """Returns a row; with `lock` nobody else changes it until the transaction ends."""
        return self._first(table.c.id == appointment_id, lock=lock)

    def by_calendar_token(self, token: str) -> Appointment | None:
        """Returns what was booked, also when cancelled since; never a mere hold."""
        return self._first(and_(table.c.calendar_token == token, table.c.hold_expires_at.is_(None)))

    def by_idempotency_key(self, key: str) -> Appointment | None:
        return self._first(table.c.idempotency_key == key)

    def held_with(self, key: str, slot: AgendaSlot, patient_id: str) -> Appointment | None:
        """Returns the hold that a request made, whatever became of it."""
        return self._first(and_(table.c.hold_key == key, _is_of(slot, patient_id)))

    def kept_for(self, slot: AgendaSlot, patient_id: str, now: datetime) -> Appointment | None:
        """Returns the patient's own live hold or appointment of exactly that slot."""
        return self._first(and_(_is_of(slot, patient_id), _is_live(now)))

    def upcoming_of(self, patient_ids: Collection[str], since: datetime) -> list[Appointment]:
        rows = self._connection.execute(
            select(table)
            .where(
                table.c.patient_id.in_(patient_ids),
                table.c.status.in_(_UPCOMING_CODES),
                table.c.end_at > since,
            )
            .order_by(table.c.start_at)
        )
        return [_read(row) for row in rows]

    def busy(
        self,
        practitioner_ids: Collection[str],
        patient_id: str | None,
        period: Interval,
        now: datetime,
        *,
        besides: str | None = None,
    ) -> list[Appointment]:
        """Returns what keeps time of the practitioners or the patient in a period.

        The patient's own holds are left out: a new hold replaces them. So is the row `besides`.
        """
        whose = table.c.practitioner_id.in_(practitioner_ids)
        condition = and_(_overlaps(period), _is_live(now), table.c.id != (besides or ""))
        if patient_id is not None:
            whose = or_(whose, table.c.patient_id == patient_id)
            condition = and_(condition, or_(table.c.patient_id != patient_id, ~_PROPOSED))
        rows = self._connection.execute(select(table).where(whose, condition))
        return [_read(row) for row in rows]

    def newest_own_booking(self, contact_id: str) -> datetime | None:
        """Returns when a contact last booked something here themselves."""
        return self._connection.execute(
            select(table.c.created_at)
            .join(patient, patient.c.id == table.c.patient_id)
            .where(
                patient.c.contact_id == contact_id,
                table.c.hold_expires_at.is_(None),
                ~table.c.idempotency_key.startswith(STAFF_KEY, autoescape=True),
            )
            .order_by(table.c.created_at.desc())
            .limit(1)
        ).scalar()

    def between(
        self,
        period: Interval,
        now: datetime,
        *,
        practitioner_ids: Collection[str] | None = None,
        site_id: str | None = None,
    ) -> list[Appointment]:
        """Returns what staff see of a period, in order of time: no cancelled or expired rows."""
        statement = select(table).where(
            _overlaps(period),
            table.c.status != AppointmentStatus.CANCELLED.value,
            or_(table.c.hold_expires_at.is_(None), table.c.hold_expires_at > now),
        )
        if practitioner_ids is not None:
            statement = statement.where(table.c.practitioner_id.in_(practitioner_ids))
        if site_id is not None:
            statement = statement.where(table.c.site_id == site_id)
        rows = self._connection.execute(statement.order_by(table.c.start_at, table.c.id))
        return [_read(row) for row in rows]

    def in_the_way(
        self,
        slot: AgendaSlot,
        patient_id: str,
        *,
        besides: str = "",
        now: datetime | None = None,
    ) -> Appointment | None:
        """Returns what keeps the practitioner or the patient at a slot's time, if anything.

        Args:
            now: when given, a hold that ran out by then is not in the way.
        """
        return self._first(
            and_(
                _overlaps(slot.interval),
                table.c.status.in_(_OCCUPYING_CODES) if now is None else _is_live(now),
                table.c.id != besides,
                or_(
                    table.c.practitioner_id == slot.practitioner_id,
                    table.c.patient_id == patient_id,
                ),
            )
        )

    def release_within(
        self,
        period: Interval,
        practitioner_ids: Collection[str],
        site_ids: Collection[str],
        now: datetime,
    ) -> list[Appointment]:
        """Frees the holds that overlap a period which is being closed, and returns them."""
        which = and_(
            _overlaps(period),
            table.c.practitioner_id.in_(practitioner_ids),
            table.c.site_id.in_(site_ids),
        )
        return self._release(which, now)

    def conflict(self, slot: AgendaSlot, patient_id: str, *, besides: str = "") -> Conflict | None:
        """Tells who is busy at a slot's time, not counting the row `besides`."""
        rows = self._connection.execute(
            select(table.c.patient_id).where(
                _overlaps(slot.interval),
                table.c.status.in_(_OCCUPYING_CODES),
                table.c.id != besides,
                or_(
                    table.c.practitioner_id == slot.practitioner_id,
                    table.c.patient_id == patient_id,
                ),
            )
        ).all()
        if any(row.patient_id == patient_id for row in rows):
            return Conflict.PATIENT
        return Conflict.PRACTITIONER if rows else None

    def add_hold(
        self,
        slot: AgendaSlot,
        patient_id: str,
        *,
        key: str,
        now: datetime,
        expires_at: datetime,
        keeps_time: bool = True,
    ) -> Appointment:
        """Adds a hold; one that keeps no time only names the slot that a patient chose."""
        status = AppointmentStatus.PROPOSED if keeps_time else AppointmentStatus.CANCELLED
        return self._add(
            slot, patient_id, now, status=status.value, hold_key=key, hold_expires_at=expires_at
        )

    def add_booked(
        self, slot: AgendaSlot, patient_id: str, *, key: str, now: datetime
    ) -> Appointment:
        """Adds what staff book, without a hold before it."""
        status = AppointmentStatus.BOOKED
        return self._add(slot, patient_id, now, status=status.value, idempotency_key=key)

    def mark_status(
        self, appointment_id: str, status: AppointmentStatus, now: datetime
    ) -> Appointment:
        """Notes that somebody came, was seen, did not come, or has to be moved."""
        self._connection.execute(
            update(table)
            .where(table.c.id == appointment_id)
            .values(status=status.value, updated_at=now)
        )
        self._tell(now)
        return self._one(appointment_id)

    def mark_booked(self, appointment_id: str, *, key: str, now: datetime) -> Appointment:
        self._connection.execute(
            update(table)
            .where(table.c.id == appointment_id)
            .values(
                status=AppointmentStatus.BOOKED.value,
                hold_expires_at=None,
                idempotency_key=key,
                updated_at=now,
            )
        )
        self._tell(now)
        return self._one(appointment_id)

    def mark_cancelled(self, appointment_id: str, *, key: str, now: datetime) -> Appointment:
        self._connection.execute(
            update(table)
            .where(table.c.id == appointment_id)
            .values(
                status=AppointmentStatus.CANCELLED.value,
                version=table.c.version + 1,
                cancellation_key=key,
                updated_at=now,
            )
        )
        self._tell(now)
        return self._one(appointment_id)

    def mark_moved(self, appointment_id: str, slot: AgendaSlot, now: datetime) -> Appointment:
        """Gives an appointment another time in one statement: it never has none or two."""
        self._connection.execute(
            update(table)
            .where(table.c.id == appointment_id)
            .values(
                # It may have been pending: the clinic had to ask for another time.
                status=AppointmentStatus.BOOKED.value,
                practitioner_id=slot.practitioner_id,
                site_id=slot.site_id,
                service_id=slot.service_id,
                start_at=slot.start,
                end_at=slot.end,
                version=table.c.version + 1,
                participation=ParticipationStatus.NEEDS_ACTION.value,
                updated_at=now,
            )
        )
        self._tell(now)
        return self._one(appointment_id)

    def mark_restored(self, appointment_id: str, now: datetime) -> Appointment:
        """Books a cancelled appointment again, at its old time."""
        self._connection.execute(
            update(table)
            .where(table.c.id == appointment_id)
            .values(
                status=AppointmentStatus.BOOKED.value,
                version=table.c.version + 1,
                participation=ParticipationStatus.NEEDS_ACTION.value,
                updated_at=now,
            )
        )
        self._tell(now)
        return self._one(appointment_id)

    def mark_accepted(self, appointment_id: str, now: datetime) -> Appointment:
        """Notes that the patient said that they will come."""
        self._connection.execute(
            update(table)
            .where(table.c.id == appointment_id)
            .values(participation=ParticipationStatus.ACCEPTED.value, updated_at=now)
        )
        self._tell(now)
        return self._one(appointment_id)

    def spend_hold(self, hold_id: str, *, key: str, now: datetime) -> None:
        """Ends a hold whose slot goes to the appointment that is moved, and keeps the request."""
        self._connection.execute(
            update(table)
            .where(table.c.id == hold_id)
            .values(
                status=AppointmentStatus.CANCELLED.value,
                hold_expires_at=now,
                idempotency_key=key,
                updated_at=now,
            )
        )

    def delete_hold(self, hold_id: str, now: datetime) -> None:
        """Forgets a hold; a booked appointment stays."""
        self._connection.execute(
            delete(table).where(table.c.id == hold_id, table.c.hold_expires_at.is_not(None))
        )
        self._tell(now)

    def forget_holds(self, before: datetime) -> None:
        """Forgets holds that were never booked and ended before an instant."""
        self._connection.execute(delete(table).where(table.c.hold_expires_at < before))

    def release_expired(self, now: datetime) -> list[Appointment]:
        """Frees the time of all expired holds and returns them."""
        return self._release(table.c.hold_expires_at <= now, now)

    def release_in_the_way(
        self, slot: AgendaSlot, patient_id: str, now: datetime, *, own: bool = True
    ) -> None:
        """Frees what must not keep the patient from a slot: expired holds, their own holds.

        What the waiting list keeps for the patient stays, unless it is at the same time.

        Args:
            own: whether the patient's own holds go too.
        """
        expired = and_(
            _overlaps(slot.interval),
            table.c.practitioner_id == slot.practitioner_id,
            table.c.hold_expires_at <= now,
        )
        of_waiting_list = table.c.hold_key.startswith(WAITING_LIST_KEY, autoescape=True)
        of_patient = and_(
            table.c.patient_id == patient_id, or_(~of_waiting_list, _overlaps(slot.interval))
        )
        self._release(or_(expired, of_patient) if own else expired, now)

    def _add(
        self, slot: AgendaSlot, patient_id: str, now: datetime, **values: object
    ) -> Appointment:
        appointment_id = new_id()
        self._connection.execute(
            insert(table).values(
                id=appointment_id,
                practitioner_id=slot.practitioner_id,
                patient_id=patient_id,
                site_id=slot.site_id,
                service_id=slot.service_id,
                start_at=slot.start,
                end_at=slot.end,
                version=1,
                calendar_token=token_urlsafe(_TOKEN_BYTES),
                created_at=now,
                updated_at=now,
                **values,
            )
        )
        self._tell(now)
        return self._one(appointment_id)

    def _release(self, which: ColumnElement[bool], now: datetime) -> list[Appointment]:
        # Locked in the order of their ids, so that two transactions don't wait for each other.
        rows = self._connection.execute(
            select(table).where(_PROPOSED, which).order_by(table.c.id).with_for_update()
        )
        found = [_read(row) for row in rows]
        if found:
            self._connection.execute(
                update(table)
                .where(table.c.id.in_([row.id for row in found]))
                .values(
                    status=AppointmentStatus.CANCELLED.value, hold_expires_at=now, updated_at=now
                )
            )
            self._tell(now)
        return found

    def _tell(self, now: datetime) -> None:
        """Tells the console's open pages, once in a transaction."""
        if not self._is_told:
            LiveEvents(self._tx).add("agenda", now)
            self._is_told = True

    def _first(self, which: ColumnElement[bool], *, lock: bool = False) -> Appointment | None:
        statement = select(table).where(which).order_by(table.c.created_at.desc()).limit(1)
        if lock:
            statement = statement.with_for_update()
        row = self._connection.execute(statement).first()
        return _read(row) if row else None

    def _one(self, appointment_id: str) -> Appointment:
        return _read(
            self._connection.execute(select(table).where(table.c.id == appointment_id)).one()
        )


def _is_of(slot: AgendaSlot, patient_id: str) -> ColumnElement[bool]:
    return and_(
        table.c.patient_id == patient_id,
        table.c.practitioner_id == slot.practitioner_id,
        table.c.site_id == slot.site_id,
        table.c.service_id == slot.service_id,
        table.c.start_at == slot.start,
        table.c.end_at == slot.end,
    )


def _overlaps(interval: Interval) -> ColumnElement[bool]:
    return and_(table.c.start_at < interval.end, table.c.end_at > interval.start)


def _is_live(now: datetime) -> ColumnElement[bool]:
    return and_(
        table.c.status.in_(_OCCUPYING_CODES),
        or_(table.c.hold_expires_at.is_(None), table.c.hold_expires_at > now),
    )


def _read(row: Row) -> Appointment:
    return Appointment(
        id=row.id,
        patient_id=row.patient_id,
        practitioner_id=row.practitioner_id,
        site_id=row.site_id,
        service_id=row.service_id,
        start=row.start_at,
        end=row.end_at,
        status=AppointmentStatus(row.status),
        hold_expires_at=row.hold_expires_at,
        version=row.version,
        calendar_token=row.calendar_token,
        created_at=row.created_at,
        idempotency_key=row.idempotency_key,
        participation=ParticipationStatus(row.participation),
        hold_key=row.hold_key,
    )

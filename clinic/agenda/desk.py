"""What staff do with appointments: book, move, cancel, note who came, and take it back.

Each is one transaction with everything that follows from it: the change, the news for the
patient, the practitioner and the waiting list, the audit entry, and what is needed to undo it.
Only the database decides who gets a time; nothing is ever placed twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from clinic.adapters.agenda import Changes
from clinic.adapters.agenda_changes import change_agenda
from clinic.adapters.closures import with_closures
from clinic.adapters.database import Database, Transaction
from clinic.adapters.patients import Patients
from clinic.adapters.scheduling import Appointments
from clinic.adapters.waiting_list import WaitingListEntries
from clinic.agenda.errors import (
    ChangedMeanwhileError,
    InTheWayError,
    NothingToUndoError,
    NotPossibleError,
    NotReceivingError,
    Obstacle,
)
from clinic.agenda.model import Change, ChangeKind, Done, Placement, Told
from clinic.agenda.placing import slot_for
from clinic.appointments.services import AppointmentDesk
from clinic.clock import Clock
from clinic.deposits.services import DepositDesk
from clinic.facts.model import Clinic
from clinic.facts.opening import local_day
from clinic.facts.source import ClinicSource
from clinic.notifications.agenda import AgendaNotices
from clinic.notifications.services import Notifications
from clinic.privacy.audit import Audit, AuditAction
from clinic.scheduling.changes import CHANGEABLE
from clinic.scheduling.errors import AppointmentNotFoundError, PatientBusyError, SlotTakenError
from clinic.scheduling.model import (
    STAFF_KEY,
    AgendaSlot,
    Appointment,
    AppointmentStatus,
)

_NEXT = {
    ChangeKind.ARRIVED: (CHANGEABLE, AppointmentStatus.ARRIVED),
    ChangeKind.FULFILLED: ((AppointmentStatus.ARRIVED,), AppointmentStatus.FULFILLED),
    ChangeKind.NOSHOW: (CHANGEABLE, AppointmentStatus.NOSHOW),
}
"""From which statuses to which: booked, arrived, fulfilled; or booked, noshow."""


class AgendaDesk:
    """The agenda in the hands of staff. `by` is always the id of a member of staff."""

    def __init__(
        self,
        database: Database,
        clinic: ClinicSource,
        clock: Clock,
        audit: Audit,
        desk: AppointmentDesk,
        notifications: Notifications,
        notices: AgendaNotices,
        deposits: DepositDesk,
    ) -> None:
        self._database = database
        self._source = clinic
        self._clock = clock
        self._audit = audit
        self._desk = desk
        self._notifications = notifications
        self._notices = notices
        self._deposits = deposits

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def book(
        self,
        placement: Placement,
        service_id: str,
        patient_id: str,
        *,
        by: str,
        key: str,
        tell: bool = True,
    ) -> Done:
        """Books for a patient; the same key again gives the same appointment.

        Args:
            key: names the request, such as a form that was shown.
            tell: tell the patient, if they can be written to.

        Raises:
            NotPossibleError, NotReceivingError: see `clinic.agenda.placing.slot_for`.
            InTheWayError: somebody has part of that time.
        """
        key = f"{STAFF_KEY}{key}"

        def work(tx: Transaction) -> Done:
            now, agenda = self._clock.now(), Appointments(tx)
            if known := agenda.by_idempotency_key(key):
                change = Changes(tx).of(known.id)[-1]
                return Done(known, change.id, change.told)
            slot = self._slot(tx, placement, service_id, now)
            self._make_room(agenda, slot, patient_id, now)
            booked = agenda.add_booked(slot, patient_id, key=key, now=now)
            self._notifications.appointment_booked(tx, booked)
            told = self._notices.booked(tx, booked, key=_notice(booked)) if tell else None
            if told is Told.MESSAGE:
                self._deposits.booked_by_staff(tx, booked)
            return self._done(tx, ChangeKind.BOOKED, None, booked, by, told)

        return self._change(work, placement, service_id, patient_id)

    def move(
        self,
        appointment_id: str,
        placement: Placement,
        *,
        seen_version: int,
        by: str,
        tell: bool = True,
    ) -> Done:
        """Gives an appointment another time or practitioner; the old one stands if it fails.

        Args:
            seen_version: of the appointment as it was shown: what changed since is not lost.
            tell: tell the patient, if they can be written to.

        Raises:
            AppointmentNotFoundError: there is no such appointment.
            ChangedMeanwhileError: the patient or somebody else changed it.
            NotPossibleError, NotReceivingError: see `clinic.agenda.placing.slot_for`; or it is
                over or cancelled.
            InTheWayError: somebody has part of that time.
        """
        found = self._get(appointment_id)

        def work(tx: Transaction) -> Done:
            now, agenda = self._clock.now(), Appointments(tx)
            before = self._locked(agenda, appointment_id)
            if before.version != seen_version:
                raise ChangedMeanwhileError(appointment_id)
            if before.status not in CHANGEABLE:
                raise NotPossibleError(Obstacle.WRONG_STATUS)
            slot = self._slot(tx, placement, before.service_id, now)
            if slot == before.slot and before.status is AppointmentStatus.BOOKED:
                newest = Changes(tx).of(before.id)
                return Done(before, newest[0].id if newest else 0, None)
            self._make_room(agenda, slot, before.patient_id, now, besides=before.id)
            after = agenda.mark_moved(before.id, slot, now)
            self._notifications.appointment_moved(tx, before, after)
            self._desk.time_freed(tx, before)
            told = self._notices.moved(tx, before, after, key=_notice(after)) if tell else None
            return self._done(tx, ChangeKind.MOVED, before, after, by, told)

        return self._change(
            work, placement, found.service_id, found.patient_id, besides=appointment_id
        )

    def could_move(self, appointment_id: str, placement: Placement) -> Appointment:
        """Returns the appointment when it could be moved there at this moment; changes nothing.

        Raises:
            AppointmentNotFoundError, NotPossibleError, NotReceivingError, InTheWayError: as `move`.
        """
        found = self._get(appointment_id)
        if found.status not in CHANGEABLE:
            raise NotPossibleError(Obstacle.WRONG_STATUS)
        now = self._clock.now()
        with self._database.read() as tx:
            clinic = with_closures(tx, self._clinic, now)
            hours: NotReceivingError | None = None
            try:
                slot = slot_for(clinic, placement, found.service_id, now)
            except NotReceivingError as error:
                # That somebody is there already is the better answer.
                hours = error
                slot = slot_for(clinic, replace(placement, anyway=True), found.service_id, now)
            row = Appointments(tx).in_the_way(slot, found.patient_id, besides=found.id, now=now)
        if row is not None:
            raise InTheWayError(row, is_of_patient=row.practitioner_id != slot.practitioner_id)
        if hours is not None:
            raise hours
        return found

    def cancel(self, appointment_id: str, *, seen_version: int, by: str, tell: bool = True) -> Done:
        """Cancels for the clinic; the patient is offered to choose another time.

        Raises:
            AppointmentNotFoundError: there is no such appointment.
            ChangedMeanwhileError: the patient or somebody else changed it.
            NotPossibleError: the patient has arrived, was seen, or it is cancelled.
        """

        def work(tx: Transaction) -> Done:
            agenda = Appointments(tx)
            before = self._locked(agenda, appointment_id)
            if before.version != seen_version:
                raise ChangedMeanwhileError(appointment_id)
            if before.status not in CHANGEABLE:
                raise NotPossibleError(Obstacle.WRONG_STATUS)
            after = self.cancel_in(tx, before, key=f"{STAFF_KEY}cancel:{appointment_id}")
            self._notifications.appointment_cancelled(tx, after)
            self._desk.time_freed(tx, before)
            told = self._notices.cancelled(tx, after, key=_notice(after)) if tell else None
            return self._done(tx, ChangeKind.CANCELLED, before, after, by, told)

        return change_agenda(self._database, work)

    def cancel_in(self, tx: Transaction, appointment: Appointment, *, key: str) -> Appointment:
        """Cancels within a transaction, with the deposit and the wait for an earlier time."""
        now = self._clock.now()
        cancelled = Appointments(tx).mark_cancelled(appointment.id, key=key, now=now)
        self._deposits.appointment_cancelled(tx, cancelled)
        WaitingListEntries(tx).end_of_appointment(cancelled.id, now)
        return cancelled

    def note(self, appointment_id: str, kind: ChangeKind, *, by: str) -> Done:
        """Notes that the patient arrived, was seen, or did not come.

        Args:
            kind: `ARRIVED`, `FULFILLED` or `NOSHOW`.

        Raises:
            AppointmentNotFoundError: there is no such appointment.
            NotPossibleError: not from its present status; arrived on another day; not come
                before it began.
        """
        allowed, status = _NEXT[kind]

        def work(tx: Transaction) -> Done:
            now, agenda = self._clock.now(), Appointments(tx)
            before = self._locked(agenda, appointment_id)
            if before.status is status:
                newest = Changes(tx).of(before.id)
                return Done(before, newest[0].id if newest else 0, None)
            if before.status not in allowed:
                raise NotPossibleError(Obstacle.WRONG_STATUS)
            today = local_day(self._clinic, now)
            if kind is ChangeKind.ARRIVED and local_day(self._clinic, before.start) != today:
                raise NotPossibleError(Obstacle.NOT_TODAY)
            if kind is ChangeKind.NOSHOW and now < before.start:
                raise NotPossibleError(Obstacle.NOT_YET)
            after = agenda.mark_status(before.id, status, now)
            return self._done(tx, kind, before, after, by, None)

        return change_agenda(self._database, work)

    def changed_by(self, change_id: int) -> Appointment:
        """Returns the appointment that a change was made to.

        Raises:
            NothingToUndoError: there is no such change.
        """
        with self._database.read() as tx:
            change = Changes(tx).get(change_id)
        if change is None:
            raise NothingToUndoError(str(change_id))
        return self._get(change.appointment_id)

    def undo(self, change_id: int, *, by: str) -> Done:
        """Takes back what staff did, when nothing else happened to the appointment since.

        Raises:
            NothingToUndoError: something happened since, or it was undone already.
            InTheWayError: the earlier time was given to somebody meanwhile.
        """
        with self._database.read() as tx:
            change = Changes(tx).get(change_id)
        if change is None or change.kind is ChangeKind.UNDONE:
            raise NothingToUndoError(str(change_id))
        slot = AgendaSlot.from_key(change.slot_before)
        found = self._get(change.appointment_id)
        try:
            return change_agenda(self._database, lambda tx: self._undo(tx, change, slot, by))
        except (SlotTakenError, PatientBusyError) as error:
            raise self._who(slot, found.patient_id, besides=found.id) from error

    def _undo(self, tx: Transaction, change: Change, slot: AgendaSlot, by: str) -> Done:
        now, agenda = self._clock.now(), Appointments(tx)
        now_is = self._locked(agenda, change.appointment_id)
        newest = Changes(tx).of(change.appointment_id)[0]
        as_left = (now_is.status, now_is.slot.key) == (change.status_after, change.slot_after)
        if newest.id != change.id or not as_left:
            raise NothingToUndoError(str(change.id))
        taken_back = self._notices.take_back(tx, _notice(now_is))
        has_to_know = change.told is Told.MESSAGE and not taken_back
        told: Told | None = None
        if change.kind is ChangeKind.BOOKED:
            after = self.cancel_in(tx, now_is, key=f"{STAFF_KEY}undo:{change.id}")
            self._notifications.appointment_cancelled(tx, after)
            if has_to_know:
                told = self._notices.cancelled(tx, after, key=_notice(after))
        elif change.kind is ChangeKind.MOVED:
            self._make_room(agenda, slot, now_is.patient_id, now, besides=now_is.id)
            after = agenda.mark_moved(now_is.id, slot, now)
            if change.status_before is AppointmentStatus.PENDING:
                after = agenda.mark_status(after.id, AppointmentStatus.PENDING, now)
            self._notifications.appointment_moved(tx, now_is, after)
            self._desk.time_freed(tx, now_is)
            if has_to_know:
                told = self._notices.moved(tx, now_is, after, key=_notice(after))
        elif change.kind is ChangeKind.CANCELLED:
            self._make_room(agenda, slot, now_is.patient_id, now, besides=now_is.id)
            after = agenda.mark_restored(now_is.id, now)
            self._notifications.appointment_booked(tx, after)
            if has_to_know:
                told = self._notices.stands(tx, after, key=_notice(after))
        else:
            assert change.status_before is not None
            if now_is.status not in (AppointmentStatus.ARRIVED,):
                # One that was seen, or did not come, no longer kept its time.
                self._make_room(agenda, slot, now_is.patient_id, now, besides=now_is.id)
            after = agenda.mark_status(now_is.id, change.status_before, now)
        return self._done(tx, ChangeKind.UNDONE, now_is, after, by, told)

    def _slot(
        self, tx: Transaction, placement: Placement, service_id: str, now: datetime
    ) -> AgendaSlot:
        clinic = with_closures(tx, self._clinic, now)
        return slot_for(clinic, placement, service_id, now)

    def _make_room(
        self,
        agenda: Appointments,
        slot: AgendaSlot,
        patient_id: str,
        now: datetime,
        besides: str = "",
    ) -> None:
        """Frees expired holds and refuses what is in the way."""
        agenda.release_in_the_way(slot, patient_id, now, own=False)
        row = agenda.in_the_way(slot, patient_id, besides=besides)
        if row is not None:
            is_of_patient = row.practitioner_id != slot.practitioner_id
            raise InTheWayError(row, is_of_patient=is_of_patient)

    def _change(
        self,
        work: Callable[[Transaction], Done],
        placement: Placement,
        service_id: str,
        patient_id: str,
        besides: str = "",
    ) -> Done:
        """Runs a change; says who is in the way when only the database saw it."""
        try:
            return change_agenda(self._database, work)
        except (SlotTakenError, PatientBusyError) as error:
            with self._database.read() as tx:
                clinic = with_closures(tx, self._clinic, self._clock.now())
            slot = slot_for(clinic, placement, service_id, self._clock.now())
            raise self._who(slot, patient_id, besides=besides) from error

    def _who(self, slot: AgendaSlot, patient_id: str, *, besides: str) -> InTheWayError:
        with self._database.read() as tx:
            row = Appointments(tx).in_the_way(slot, patient_id, besides=besides)
        is_of_patient = row is not None and row.practitioner_id != slot.practitioner_id
        return InTheWayError(row, is_of_patient=is_of_patient)

    def _done(
        self,
        tx: Transaction,
        kind: ChangeKind,
        before: Appointment | None,
        after: Appointment,
        by: str,
        told: Told | None,
    ) -> Done:
        now = self._clock.now()
        change_id = Changes(tx).add(kind, before, after, by=by, told=told, now=now)
        patient = Patients(tx).get(after.patient_id)
        self._audit.record_in(
            tx,
            by,
            AuditAction.APPOINTMENT_CHANGED,
            patient.contact_id if patient else after.patient_id,
            appointment=after.id,
            change=kind.value,
            before=before.slot.key if before else None,
            after=after.slot.key,
        )
        return Done(after, change_id, told)

    def _get(self, appointment_id: str) -> Appointment:
        with self._database.read() as tx:
            found = Appointments(tx).get(appointment_id)
        if found is None or found.is_hold:
            raise AppointmentNotFoundError(appointment_id)
        return found

    def _locked(self, agenda: Appointments, appointment_id: str) -> Appointment:
        found = agenda.get(appointment_id, lock=True)
        if found is None or found.is_hold:
            raise AppointmentNotFoundError(appointment_id)
        return found


def _notice(appointment: Appointment) -> str:
    """Returns the outbox key of the news about this version of an appointment."""
    return f"agenda:{appointment.id}:{appointment.version}"

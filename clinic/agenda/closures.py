"""Leave and closures entered by staff: effective at once, and every patient concerned is told.

Closing is one transaction: the closure, the holds in it, and what becomes of each appointment.
Telling comes after it, one patient at a time, and is taken up again by the worker when a process
dies in between (`tell`). The other times offered to several patients differ while there are
enough.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from clinic.adapters.agenda import Changes
from clinic.adapters.agenda_changes import change_agenda
from clinic.adapters.closures import Closures
from clinic.adapters.database import Database, Transaction
from clinic.adapters.patients import Patients
from clinic.adapters.scheduling import Appointments
from clinic.agenda.desk import AgendaDesk
from clinic.agenda.errors import ClosureNotFoundError, EmptyClosureError, PreviewOutdatedError
from clinic.agenda.model import (
    ChangeKind,
    ClosureReason,
    Concerned,
    ConcernedRow,
    EnteredClosure,
    Outcome,
    Preview,
    Told,
    overlaps,
)
from clinic.clock import Clock
from clinic.facts.model import Clinic, Closure
from clinic.facts.opening import instant, local_day
from clinic.facts.source import ClinicSource
from clinic.notifications.agenda import AgendaNotices
from clinic.privacy.audit import Audit, AuditAction
from clinic.scheduling.changes import CHANGEABLE
from clinic.scheduling.model import (
    STAFF_KEY,
    AgendaSlot,
    Appointment,
    AppointmentStatus,
    Interval,
)
from clinic.scheduling.offering import Offering, Wish


class ClosureDesk:
    """Closes and reopens time. `by` is always the id of a member of staff."""

    def __init__(
        self,
        database: Database,
        clinic: ClinicSource,
        clock: Clock,
        audit: Audit,
        agenda: AgendaDesk,
        offering: Offering,
        notices: AgendaNotices,
    ) -> None:
        self._database = database
        self._source = clinic
        self._clock = clock
        self._audit = audit
        self._agenda = agenda
        self._offering = offering
        self._notices = notices

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def preview(self, closure: Closure) -> Preview:
        """Returns the appointments that could not take place, and whether their patients can be
        written to.

        Raises:
            EmptyClosureError: it ends before it begins, or has passed.
            UnknownIdError: the clinic has no such practitioner or site.
        """
        self._check(closure)
        with self._database.read() as tx:
            found = self._struck(tx, closure)
            patients = Patients(tx)
            concerned = tuple(
                Concerned(
                    appointment,
                    patients.get(appointment.patient_id),
                    self._notices.reach(tx, appointment.patient_id),
                )
                for appointment in found
            )
        return Preview(closure, concerned, _fingerprint(found))

    def close(
        self,
        closure: Closure,
        reason: ClosureReason,
        outcome: Outcome,
        *,
        by: str,
        fingerprint: str,
        note: str = "",
    ) -> EnteredClosure:
        """Closes time and tells the patients concerned.

        Args:
            outcome: offer other times to them, or cancel.
            fingerprint: of the preview that staff confirmed.

        Raises:
            EmptyClosureError, UnknownIdError: see `preview`.
            PreviewOutdatedError: other appointments are concerned than were shown.
        """
        self._check(closure)

        def work(tx: Transaction) -> EnteredClosure:
            now, closures, agenda = self._clock.now(), Closures(tx), Appointments(tx)
            # The holds first: who books one just now either has booked it before, or cannot.
            agenda.release_within(
                Interval(closure.start, closure.end),
                self._practitioner_ids(closure),
                self._site_ids(closure),
                now,
            )
            struck = self._struck(tx, closure)
            if _fingerprint(struck) != fingerprint:
                raise PreviewOutdatedError
            entered = closures.add(closure, reason, note.strip(), by, now)
            for appointment in struck:
                self._strike(tx, entered, appointment, outcome, by)
            self._record(tx, by, AuditAction.CLOSURE_ADDED, entered)
            return entered

        entered = change_agenda(self._database, work)
        self.tell()
        return entered

    def reopen(self, closure_id: str, *, by: str) -> int:
        """Removes a closure; appointments that still wait for another time stand again.

        Returns:
            How many stand again. Their patients are told, if they were told of the closure.

        Raises:
            ClosureNotFoundError: there is none, or it was removed.
        """

        def work(tx: Transaction) -> int:
            now, closures, agenda = self._clock.now(), Closures(tx), Appointments(tx)
            entered = closures.get(closure_id, lock=True)
            if entered is None or entered.removed_at is not None:
                raise ClosureNotFoundError(closure_id)
            closures.remove(closure_id, by, now)
            others = [it.closure for it in closures.in_force(now)]
            stand_again = 0
            for row in closures.concerned_by([closure_id]):
                found = agenda.get(row.appointment_id, lock=True)
                if found is None or found.status is not AppointmentStatus.PENDING:
                    continue
                if any(overlaps(other, found) for other in others):
                    continue
                after = agenda.mark_status(found.id, AppointmentStatus.BOOKED, now)
                told = self._say_it_stands(tx, row, after)
                Changes(tx).add(ChangeKind.UNDONE, found, after, by=by, told=told, now=now)
                stand_again += 1
            self._record(tx, by, AuditAction.CLOSURE_REMOVED, entered)
            return stand_again

        return change_agenda(self._database, work)

    def tell(self) -> int:
        """Tells everybody who was not told yet; returns how many. The worker calls it too."""
        with self._database.read() as tx:
            untold = Closures(tx).untold()
        offered: list[AgendaSlot] = []
        for row in untold:
            with self._database.read() as tx:
                found = Appointments(tx).get(row.appointment_id)
            assert found is not None  # a foreign key
            slots: Sequence[AgendaSlot] = ()
            if found.status is AppointmentStatus.PENDING:
                slots = self._other_times(found, offered)
                offered += slots
            self._tell_one(row, found, slots)
        return len(untold)

    def in_force(self, since: datetime | None = None) -> list[EnteredClosure]:
        """Returns what is closed now or later, or ends after an instant."""
        with self._database.read() as tx:
            return Closures(tx).in_force(since or self._clock.now())

    def to_settle(self) -> list[tuple[Concerned, Told | None]]:
        """Returns the appointments that still wait for another time, the earliest first, and how
        their patients learn of it."""
        with self._database.read() as tx:
            closures = Closures(tx).in_force(self._clock.now())
            rows = Closures(tx).concerned_by([it.id for it in closures])
            told = {row.appointment_id: row.told for row in rows}
            agenda, patients = Appointments(tx), Patients(tx)
            found = [agenda.get(appointment_id) for appointment_id in told]
            pending = sorted(
                (it for it in found if it and it.status is AppointmentStatus.PENDING),
                key=lambda it: (it.start, it.id),
            )
            return [
                (
                    Concerned(
                        it, patients.get(it.patient_id), self._notices.reach(tx, it.patient_id)
                    ),
                    told[it.id],
                )
                for it in pending
            ]

    def _strike(
        self,
        tx: Transaction,
        entered: EnteredClosure,
        appointment: Appointment,
        outcome: Outcome,
        by: str,
    ) -> None:
        now = self._clock.now()
        if outcome is Outcome.CANCEL:
            key = f"{STAFF_KEY}closure:{entered.id}"
            after = self._agenda.cancel_in(tx, appointment, key=key)
            Changes(tx).add(ChangeKind.CANCELLED, appointment, after, by=by, told=None, now=now)
        else:
            Appointments(tx).mark_status(appointment.id, AppointmentStatus.PENDING, now)
        Closures(tx).add_concerned(entered.id, appointment.id, appointment.patient_id, outcome)

    def _tell_one(
        self, row: ConcernedRow, appointment: Appointment, slots: Sequence[AgendaSlot]
    ) -> None:
        with self._database.write() as tx:
            key = _notice(row)
            present = Appointments(tx).get(appointment.id)
            if present is None or present.status is not appointment.status:
                # The patient or staff were quicker; a cancelled or moved one is settled.
                told = Told.MESSAGE
            elif present.status is AppointmentStatus.PENDING:
                told = self._notices.times_offered(tx, present, slots, key=key)
            elif present.status is AppointmentStatus.CANCELLED:
                told = self._notices.cancelled(tx, present, key=key)
            else:
                told = Told.MESSAGE
            Closures(tx).note_told(row, told, self._clock.now())

    def _say_it_stands(
        self, tx: Transaction, row: ConcernedRow, appointment: Appointment
    ) -> Told | None:
        if row.told is not Told.MESSAGE or self._notices.take_back(tx, _notice(row)):
            return None
        return self._notices.stands(tx, appointment, key=f"{_notice(row)}:stands")

    def _other_times(
        self, appointment: Appointment, offered: Sequence[AgendaSlot]
    ) -> tuple[AgendaSlot, ...]:
        """Returns up to two free times, of the same practitioner if there are any."""
        day = local_day(self._clinic, max(appointment.start, self._clock.now()))
        wish = Wish(
            specialty=self._clinic.service(appointment.service_id).specialty.value,
            practitioner_id=appointment.practitioner_id,
            patient_id=appointment.patient_id,
            start=instant(self._clinic, day, time.min),
            service_id=appointment.service_id,
            moving=appointment.id,
        )
        found = self._offering.find(wish, [appointment.slot, *offered]).slots
        if not found:
            anybody = replace(wish, practitioner_id=None)
            found = self._offering.find(anybody, [appointment.slot, *offered]).slots
        return found[:2]

    def _struck(self, tx: Transaction, closure: Closure) -> list[Appointment]:
        """Returns what could not take place: not what is over, nor who is there already."""
        period = Interval(max(closure.start, self._clock.now()), closure.end)
        return [
            row
            for row in Appointments(tx).between(period, self._clock.now())
            if row.status in CHANGEABLE and overlaps(closure, row)
        ]

    def _check(self, closure: Closure) -> None:
        now = self._clock.now()
        if closure.end <= max(closure.start, now):
            raise EmptyClosureError
        if closure.end > now + timedelta(days=3 * 366):
            raise EmptyClosureError
        if closure.practitioner_id is not None:
            self._clinic.practitioner(closure.practitioner_id)
        if closure.site_id is not None:
            self._clinic.site(closure.site_id)

    def _practitioner_ids(self, closure: Closure) -> list[str]:
        everybody = [practitioner.id for practitioner in self._clinic.practitioners]
        return [closure.practitioner_id] if closure.practitioner_id else everybody

    def _site_ids(self, closure: Closure) -> list[str]:
        return [closure.site_id] if closure.site_id else [site.id for site in self._clinic.sites]

    def _record(
        self, tx: Transaction, by: str, action: AuditAction, entered: EnteredClosure
    ) -> None:
        self._audit.record_in(
            tx,
            by,
            action,
            entered.id,
            practitioner=entered.closure.practitioner_id,
            site=entered.closure.site_id,
            start=entered.closure.start.isoformat(),
            end=entered.closure.end.isoformat(),
        )


def _fingerprint(struck: Sequence[Appointment]) -> str:
    names = "|".join(sorted(f"{row.id}:{row.version}" for row in struck))
    return hashlib.sha256(names.encode()).hexdigest()


def _notice(row: ConcernedRow) -> str:
    return f"closure:{row.closure_id}:{row.appointment_id}"

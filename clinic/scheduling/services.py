"""What can be done with the agenda: find, hold, book, move, cancel, restore, confirm.

Only the database decides who gets a slot: it refuses overlapping rows. What is checked
here before writing gives the patient the right answer sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta

from clinic.adapters.agenda_changes import change_agenda
from clinic.adapters.closures import with_closures
from clinic.adapters.database import Database, Transaction
from clinic.adapters.scheduling import Appointments
from clinic.clock import Clock
from clinic.facts.model import Clinic
from clinic.facts.source import ClinicSource
from clinic.scheduling.availability import is_offered
from clinic.scheduling.changes import Changes, OnChange, OnMove, refuse_conflict
from clinic.scheduling.choice import choose, without_similar
from clinic.scheduling.errors import (
    AppointmentNotFoundError,
    HoldExpiredError,
    SlotNotOfferedError,
)
from clinic.scheduling.model import (
    HOLD_DURATION,
    WAITING_LIST_KEY,
    AgendaSlot,
    Appointment,
    AppointmentStatus,
    Hold,
    SlotQuery,
)
from clinic.scheduling.search import free_days

_FORGET_HOLDS_AFTER = timedelta(days=1)


class Scheduling:
    """The agenda of one clinic."""

    def __init__(
        self,
        database: Database,
        clinic: ClinicSource,
        clock: Clock,
        repository: Callable[[Transaction], Appointments] = Appointments,
    ) -> None:
        self._database = database
        self._source = clinic
        self._clock = clock
        self._repository = repository

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def find_slots(
        self,
        query: SlotQuery,
        limit: int = 3,
        *,
        exclude: Sequence[AgendaSlot] = (),
        spread: bool = True,
    ) -> list[AgendaSlot]:
        """Returns up to `limit` free slots, in order of time.

        Args:
            exclude: slots that were offered already. They are not repeated, and times
                within 30 minutes of them come only when nothing else is left.
            spread: choose slots that differ: over the free time of one day, or over the
                first days with free time. The first is the earliest. Without, simply the
                earliest ones.

        Raises:
            UnknownIdError: the clinic has no such service.
        """
        days: list[list[AgendaSlot]] = []
        similar: list[AgendaSlot] = []
        found = 0
        for slots in self._free_days(query):
            fresh = without_similar(slots, exclude, near=spread)
            similar += [s for s in without_similar(slots, exclude, near=False) if s not in fresh]
            if fresh:
                days.append(fresh)
                found += len(fresh)
            if len(days) >= limit or (found >= limit and not spread):
                break
        if spread:
            picked = choose(days, limit, self._clinic.zone)
        else:
            picked = [slot for slots in days for slot in slots][:limit]
        picked += similar[: limit - len(picked)]
        return sorted(picked, key=lambda slot: slot.start)

    def hold(
        self,
        slot: AgendaSlot,
        patient_id: str,
        *,
        key: str,
        duration: timedelta = HOLD_DURATION,
        moving: str | None = None,
        on_held: OnChange | None = None,
    ) -> Hold:
        """Keeps a slot for a patient while they decide and lets go of their earlier hold.

        The same request again, or the same slot again while it is kept for the patient,
        gives the same hold.

        Args:
            key: names the request, such as the id of the message that asked.
            moving: id of the patient's appointment that is to be moved there. A slot that
                overlaps it is chosen but not kept: the database allows a patient one row at
                a time, and only the move itself can take the place of the old one.
            on_held: called inside the transaction, only when this call holds.

        Raises:
            SlotNotOfferedError: the slot is past, outside the schedule, or forged.
            SlotTakenError: somebody else has part of that time.
            PatientBusyError: the patient has another appointment at that time.
        """

        def work(tx: Transaction) -> Hold:
            row, is_new = self._hold(tx, slot, patient_id, key, duration, moving)
            if is_new and on_held is not None:
                on_held(tx, row)
            return _as_hold(row)

        return change_agenda(self._database, work)

    def book(
        self,
        hold_id: str,
        patient_id: str,
        *,
        key: str,
        on_booked: OnChange | None = None,
    ) -> Appointment:
        """Books what is held; a hold that ran out is taken again when its slot is free.

        The same request again, or an already booked hold, gives the same appointment.

        Args:
            key: names the request; one request books one appointment.
            on_booked: called inside the transaction, only when this call books.

        Raises:
            HoldExpiredError: the hold is unknown, let go of, or ran out and its slot is
                no longer offered.
            SlotTakenError: the hold ran out and somebody else has the slot.
            PatientBusyError: the hold ran out and the patient has another appointment.
        """
        return change_agenda(
            self._database, lambda tx: self._book(tx, hold_id, patient_id, key, on_booked)
        )

    def release(self, hold_id: str) -> None:
        """Lets go of a hold; one that is booked, unknown or gone stays as it is."""
        change_agenda(
            self._database, lambda tx: self._repository(tx).delete_hold(hold_id, self._clock.now())
        )

    def move(
        self, appointment_id: str, hold_id: str, *, key: str, on_moved: OnMove | None = None
    ) -> Appointment:
        """Moves an appointment to the slot of a hold, in one transaction.

        The old time is free only when the new one is booked; whatever is raised, the old one
        stands. A hold that ran out is taken again when its slot is free. The appointment
        keeps its id and its calendar link, its version grows, and the patient has yet to
        confirm it. The same request again changes nothing.

        Args:
            key: names the request; one request moves once.
            on_moved: called inside the transaction, only when this call moves.

        Raises:
            AppointmentNotFoundError: there is no such appointment.
            NotBookedError: it was cancelled, or is over.
            HoldExpiredError: the hold is unknown, or ran out and its slot is not offered.
            SlotTakenError: the hold ran out and somebody else has the slot.
            PatientBusyError: the hold ran out and the patient has another appointment.
        """
        return change_agenda(
            self._database,
            lambda tx: self._changes(tx).move(appointment_id, hold_id, key=key, on_moved=on_moved),
        )

    def release_expired_holds(self, on_released: OnChange | None = None) -> int:
        """Frees the time of all holds that ran out; returns how many there were.

        Args:
            on_released: called inside the transaction for each of them but those of the
                waiting list, which passes its own on.
        """
        now = self._clock.now()

        def work(tx: Transaction) -> int:
            agenda = self._repository(tx)
            agenda.forget_holds(now - _FORGET_HOLDS_AFTER)
            released = agenda.release_expired(now)
            for row in released:
                if on_released is not None and not row.is_of_waiting_list:
                    on_released(tx, row)
            return len(released)

        return change_agenda(self._database, work)

    def cancel(
        self, appointment_id: str, *, key: str, on_cancelled: OnChange | None = None
    ) -> Appointment:
        """Cancels an appointment; a cancelled one stays as it is.

        Args:
            key: names the request, kept with the row.
            on_cancelled: called inside the transaction, only when this call cancels.

        Raises:
            AppointmentNotFoundError: there is no such appointment.
            NotCancellableError: the patient has arrived, been seen, or not come.
        """
        return change_agenda(
            self._database,
            lambda tx: self._changes(tx).cancel(appointment_id, key=key, on_cancelled=on_cancelled),
        )

    def restore(self, appointment_id: str, *, on_restored: OnChange | None = None) -> Appointment:
        """Takes a cancellation back while the time is free; one that is booked stays as it is.

        Args:
            on_restored: called inside the transaction, only when this call restores.

        Raises:
            AppointmentNotFoundError: there is no such appointment.
            NotBookedError: the patient has arrived, been seen, or not come.
            SlotNotOfferedError: the time is past, or no longer offered.
            SlotTakenError: somebody else has part of that time.
            PatientBusyError: the patient has another appointment at that time.
        """
        return change_agenda(
            self._database,
            lambda tx: self._changes(tx).restore(appointment_id, on_restored=on_restored),
        )

    def accept(self, appointment_id: str, *, on_accepted: OnChange | None = None) -> Appointment:
        """Notes that the patient said that they will come (FHIR participation `accepted`).

        Args:
            on_accepted: called inside the transaction, only when this call notes it.

        Raises:
            AppointmentNotFoundError: there is no such appointment.
            NotBookedError: it was cancelled, or is over.
        """
        return change_agenda(
            self._database,
            lambda tx: self._changes(tx).accept(appointment_id, on_accepted=on_accepted),
        )

    def get(self, appointment_id: str) -> Appointment:
        """Returns an appointment or a hold; raises `AppointmentNotFoundError`."""
        with self._database.read() as tx:
            found = self._repository(tx).get(appointment_id)
        if found is None:
            raise AppointmentNotFoundError(appointment_id)
        return found

    def upcoming_of(self, patient_ids: Collection[str], since: datetime) -> list[Appointment]:
        """Returns the booked appointments of these patients that end after an instant."""
        with self._database.read() as tx:
            return self._repository(tx).upcoming_of(patient_ids, since)

    def by_calendar_token(self, token: str) -> Appointment | None:
        """Returns what was booked under a calendar link, also when cancelled since."""
        with self._database.read() as tx:
            return self._repository(tx).by_calendar_token(token)

    def _free_days(self, query: SlotQuery) -> Iterator[list[AgendaSlot]]:
        now = self._clock.now()
        return free_days(self._database, self._clinic, query, now, self._repository)

    def _changes(self, tx: Transaction) -> Changes:
        return Changes(tx, self._repository(tx), self._open_clinic(tx), self._clock.now())

    def _open_clinic(self, tx: Transaction) -> Clinic:
        """Returns the clinic with what staff closed, which stays so until the transaction ends."""
        return with_closures(tx, self._clinic, self._clock.now())

    def _hold(
        self,
        tx: Transaction,
        slot: AgendaSlot,
        patient_id: str,
        key: str,
        duration: timedelta,
        moving: str | None,
    ) -> tuple[Appointment, bool]:
        """Returns the hold, and whether it is a new one."""
        now = self._clock.now()
        agenda = self._repository(tx)
        known = agenda.held_with(key, slot, patient_id) or agenda.kept_for(slot, patient_id, now)
        if known is not None:
            return known, False
        if not is_offered(self._open_clinic(tx), slot, now):
            raise SlotNotOfferedError(slot.key)
        # The waiting list holds for somebody who may be choosing another time just now.
        chooses = not key.startswith(WAITING_LIST_KEY)
        agenda.release_in_the_way(slot, patient_id, now, own=chooses)
        refuse_conflict(agenda.conflict(slot, patient_id, besides=moving or ""))
        old = agenda.get(moving) if moving else None
        is_beside = old is not None and old.interval.overlaps(slot.interval)
        held = agenda.add_hold(
            slot,
            patient_id,
            key=key,
            now=now,
            expires_at=now + duration,
            keeps_time=not is_beside,
        )
        return held, True

    def _book(
        self,
        tx: Transaction,
        hold_id: str,
        patient_id: str,
        key: str,
        on_booked: OnChange | None,
    ) -> Appointment:
        now = self._clock.now()
        agenda = self._repository(tx)
        done = agenda.by_idempotency_key(key)
        if done is not None and done.patient_id == patient_id:
            return done
        held = agenda.get(hold_id, lock=True)
        if held is None or held.patient_id != patient_id:
            raise HoldExpiredError("There is no such hold.")
        if not held.is_hold:
            if held.status is AppointmentStatus.CANCELLED:
                raise HoldExpiredError("The appointment of this hold was cancelled.")
            return held
        if not held.is_live(now):
            if not is_offered(self._open_clinic(tx), held.slot, now):
                raise HoldExpiredError("The slot of this hold is no longer offered.")
            agenda.release_in_the_way(held.slot, patient_id, now)
            refuse_conflict(agenda.conflict(held.slot, patient_id, besides=held.id))
        booked = agenda.mark_booked(held.id, key=key, now=now)
        if on_booked is not None:
            on_booked(tx, booked)
        return booked


def _as_hold(row: Appointment) -> Hold:
    return Hold(
        id=row.id,
        patient_id=row.patient_id,
        slot=row.slot,
        expires_at=row.hold_expires_at,
        booked=not row.is_hold and row.status is not AppointmentStatus.CANCELLED,
    )

"""The changes of an appointment, each inside a transaction that its caller opened.

They lock the appointment before they look at it, so that two requests about the same one come
after each other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from clinic.adapters.agenda_changes import Conflict
from clinic.adapters.database import Transaction
from clinic.adapters.scheduling import Appointments
from clinic.facts.model import Clinic
from clinic.scheduling.availability import is_offered
from clinic.scheduling.errors import (
    AppointmentNotFoundError,
    HoldExpiredError,
    NotBookedError,
    NotCancellableError,
    PatientBusyError,
    SlotNotOfferedError,
    SlotTakenError,
)
from clinic.scheduling.model import Appointment, AppointmentStatus, ParticipationStatus

OnChange = Callable[[Transaction, Appointment], None]
"""Runs inside the transaction of a change, to commit with it; may run more than once when
that transaction is repeated, so it writes through the transaction only."""

OnMove = Callable[[Transaction, Appointment, Appointment], None]
"""The same for a move: the appointment before and after."""

CHANGEABLE = (AppointmentStatus.PENDING, AppointmentStatus.BOOKED)
"""The statuses in which an appointment can be moved or cancelled. It is pending while the clinic
has asked the patient for another time."""


class Changes:
    """Moves, cancels, restores and confirms, within one transaction."""

    def __init__(
        self, tx: Transaction, agenda: Appointments, clinic: Clinic, now: datetime
    ) -> None:
        self._tx = tx
        self._agenda = agenda
        self._clinic = clinic
        self._now = now

    def move(
        self, appointment_id: str, hold_id: str, *, key: str, on_moved: OnMove | None
    ) -> Appointment:
        """Moves to the slot of a hold; see `Scheduling.move`."""
        before = self._locked(appointment_id)
        if self._agenda.by_idempotency_key(key) is not None:
            return before
        if before.status not in CHANGEABLE:
            raise NotBookedError(before.status.value)
        held = self._agenda.get(hold_id, lock=True)
        if held is None or not held.is_hold or held.patient_id != before.patient_id:
            raise HoldExpiredError("There is no such hold.")
        if not held.is_live(self._now):
            if not is_offered(self._clinic, held.slot, self._now):
                raise HoldExpiredError("The slot of this hold is no longer offered.")
            self._agenda.release_in_the_way(held.slot, held.patient_id, self._now)
            refuse_conflict(
                self._agenda.conflict(held.slot, held.patient_id, besides=appointment_id)
            )
        # The hold lets go first: patient and practitioner can have that time only once.
        self._agenda.spend_hold(hold_id, key=key, now=self._now)
        after = self._agenda.mark_moved(appointment_id, held.slot, self._now)
        if on_moved is not None:
            on_moved(self._tx, before, after)
        return after

    def cancel(
        self, appointment_id: str, *, key: str, on_cancelled: OnChange | None
    ) -> Appointment:
        """Cancels; see `Scheduling.cancel`."""
        found = self._locked(appointment_id)
        if found.status is AppointmentStatus.CANCELLED:
            return found
        if found.status not in CHANGEABLE:
            raise NotCancellableError(found.status.value)
        cancelled = self._agenda.mark_cancelled(found.id, key=key, now=self._now)
        if on_cancelled is not None:
            on_cancelled(self._tx, cancelled)
        return cancelled

    def restore(self, appointment_id: str, *, on_restored: OnChange | None) -> Appointment:
        """Books a cancelled appointment again; see `Scheduling.restore`."""
        found = self._locked(appointment_id)
        if found.status in CHANGEABLE:
            return found
        if found.status is not AppointmentStatus.CANCELLED:
            raise NotBookedError(found.status.value)
        if not is_offered(self._clinic, found.slot, self._now):
            raise SlotNotOfferedError(found.slot.key)
        self._agenda.release_in_the_way(found.slot, found.patient_id, self._now)
        refuse_conflict(self._agenda.conflict(found.slot, found.patient_id, besides=found.id))
        restored = self._agenda.mark_restored(found.id, self._now)
        if on_restored is not None:
            on_restored(self._tx, restored)
        return restored

    def accept(self, appointment_id: str, *, on_accepted: OnChange | None) -> Appointment:
        """Notes that the patient will come; see `Scheduling.accept`."""
        found = self._locked(appointment_id)
        if found.status is not AppointmentStatus.BOOKED:
            # Nor one that the clinic asked to move: nobody will be there at that time.
            raise NotBookedError(found.status.value)
        if found.participation is ParticipationStatus.ACCEPTED:
            return found
        accepted = self._agenda.mark_accepted(found.id, self._now)
        if on_accepted is not None:
            on_accepted(self._tx, accepted)
        return accepted

    def _locked(self, appointment_id: str) -> Appointment:
        found = self._agenda.get(appointment_id, lock=True)
        if found is None or found.is_hold:
            raise AppointmentNotFoundError(appointment_id)
        return found


def refuse_conflict(conflict: Conflict | None) -> None:
    """Raises what a patient has to be told about a conflict."""
    if conflict is Conflict.PRACTITIONER:
        raise SlotTakenError("Somebody else has part of that time.")
    if conflict is Conflict.PATIENT:
        raise PatientBusyError("The patient has another appointment at that time.")

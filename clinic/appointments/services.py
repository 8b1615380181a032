"""What a patient does with their appointments, with everything that follows from it.

Each change is one transaction of the agenda: the change, the news for practitioner and
reception, and the freed time for the waiting list are written together or not at all.
"""

from __future__ import annotations

from clinic.adapters.database import Database, Transaction
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.outbox import Outbox
from clinic.adapters.waiting_list import FreedSlots, WaitingListEntries
from clinic.appointments.model import OwnAppointment
from clinic.clock import Clock
from clinic.consent.model import Purpose
from clinic.deposits.services import DepositDesk
from clinic.handoff.model import Priority
from clinic.notifications.services import Notifications
from clinic.patients.services import PatientRegister
from clinic.scheduling.changes import OnChange, OnMove
from clinic.scheduling.errors import AppointmentNotFoundError
from clinic.scheduling.model import Appointment
from clinic.scheduling.services import Scheduling


class AppointmentDesk:
    """Moves, cancels, restores, confirms; tells whom it concerns."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        scheduling: Scheduling,
        patients: PatientRegister,
        notifications: Notifications,
        deposits: DepositDesk | None = None,
    ) -> None:
        """Takes what it works with; without deposits a cancellation ends none."""
        self._database = database
        self._clock = clock
        self._scheduling = scheduling
        self._patients = patients
        self._notifications = notifications
        self._deposits = deposits

    def upcoming_of(self, contact_id: str) -> list[OwnAppointment]:
        """Returns what lies ahead for everyone that a contact writes for, in order of time."""
        patients = {patient.id: patient for patient in self._patients.of_contact(contact_id)}
        upcoming = self._scheduling.upcoming_of(tuple(patients), self._clock.now())
        return [OwnAppointment(found, patients[found.patient_id]) for found in upcoming]

    def own(self, contact_id: str, appointment_id: str) -> OwnAppointment:
        """Returns an appointment that the contact may handle, also a cancelled one.

        Raises:
            AppointmentNotFoundError: there is none, or it is somebody else's.
        """
        found = self._scheduling.get(appointment_id)
        for patient in self._patients.of_contact(contact_id):
            if patient.id == found.patient_id and not found.is_hold:
                return OwnAppointment(found, patient)
        raise AppointmentNotFoundError(appointment_id)

    def move(
        self, appointment_id: str, hold_id: str, *, key: str, and_then: OnMove | None = None
    ) -> Appointment:
        """Moves an appointment to the slot of a hold; errors are those of `Scheduling.move`.

        Args:
            key: names the request; one request moves once.
            and_then: called inside the transaction as well.
        """

        def moved(tx: Transaction, before: Appointment, after: Appointment) -> None:
            self._notifications.appointment_moved(tx, before, after)
            self.time_freed(tx, before)
            if and_then is not None:
                and_then(tx, before, after)

        return self._scheduling.move(appointment_id, hold_id, key=key, on_moved=moved)

    def cancel(
        self, appointment_id: str, *, key: str, and_then: OnChange | None = None
    ) -> Appointment:
        """Cancels an appointment; errors are those of `Scheduling.cancel`.

        Args:
            key: names the request.
            and_then: called inside the transaction as well, only when this call cancels.
        """

        def cancelled(tx: Transaction, appointment: Appointment) -> None:
            self.appointment_ended(tx, appointment)
            if self._deposits is not None:
                self._deposits.appointment_cancelled(tx, appointment)
            if and_then is not None:
                and_then(tx, appointment)

        return self._scheduling.cancel(appointment_id, key=key, on_cancelled=cancelled)

    def restore(self, appointment_id: str) -> Appointment:
        """Takes a cancellation back; errors are those of `Scheduling.restore`."""
        return self._scheduling.restore(
            appointment_id, on_restored=self._notifications.appointment_booked
        )

    def accept(self, appointment_id: str) -> Appointment:
        """Notes that the patient will come; errors are those of `Scheduling.accept`."""
        return self._scheduling.accept(appointment_id)

    def report_late(
        self, contact_id: str, appointment: Appointment, minutes: int, *, key: str
    ) -> None:
        """Tells reception that a patient comes late, in the queue and on its phone.

        Args:
            minutes: how late they expect to be.
            key: names the message that said so; it is told once.
        """
        with self._database.write() as tx:
            now = self._clock.now()
            Handoffs(tx).open(contact_id, Priority.ROUTINE, "running_late", now)
            self._notifications.patient_late(tx, appointment, minutes, key=key)

    def was_reminded(self, contact_id: str) -> bool:
        """Tells whether the last message to a contact was a reminder: "yes" answers it."""
        with self._database.read() as tx:
            return Outbox(tx).newest_purpose(contact_id) == Purpose.REMINDERS.value

    def appointment_ended(self, tx: Transaction, appointment: Appointment) -> None:
        """Does what follows when an appointment is given up, whoever ended it."""
        self._notifications.appointment_cancelled(tx, appointment)
        self.time_freed(tx, appointment)
        WaitingListEntries(tx).end_of_appointment(appointment.id, self._clock.now())

    def time_freed(self, tx: Transaction, left: Appointment) -> None:
        """Notes a time that a patient no longer needs, for the waiting list."""
        FreedSlots(tx).add(left.slot, left.patient_id, self._clock.now())

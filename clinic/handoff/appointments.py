"""Booking, moving and cancelling for a patient from the conversation; the patient is told."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from clinic.adapters.agenda import Changes
from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Transaction
from clinic.adapters.handoffs import Handoffs
from clinic.agenda.errors import ChangedMeanwhileError
from clinic.agenda.model import ChangeKind, Told
from clinic.appointments.services import AppointmentDesk
from clinic.clock import Clock
from clinic.facts.dates import say_when
from clinic.facts.model import Clinic
from clinic.facts.source import ClinicSource
from clinic.handoff.desk import StaffDesk
from clinic.handoff.errors import UnknownConversationError
from clinic.handoff.templates import fill
from clinic.messaging.model import Contact
from clinic.messaging.texts import Texts
from clinic.patients.services import PatientRegister
from clinic.privacy.audit import Audit, AuditAction
from clinic.scheduling.model import STAFF_KEY, AgendaSlot, Appointment, SlotQuery
from clinic.scheduling.services import Scheduling
from clinic.staff.model import StaffMember
from whatsapp.messages import OutgoingMessage

_SLOTS_SHOWN = 60


class StaffAppointments:
    """The agenda, as staff use it for one conversation.

    Each change follows the same way as a patient's own (`AppointmentDesk`), so that practitioner,
    waiting list and deposits learn of it alike.
    """

    def __init__(
        self,
        clinic: ClinicSource,
        clock: Clock,
        texts: Texts,
        audit: Audit,
        scheduling: Scheduling,
        desk: AppointmentDesk,
        patients: PatientRegister,
        staff: StaffDesk,
        on_booked: Callable[[Transaction, Appointment], None],
    ) -> None:
        """Takes the services that carry it out, and what follows from a booking."""
        self._source = clinic
        self._clock = clock
        self._texts = texts
        self._audit = audit
        self._scheduling = scheduling
        self._desk = desk
        self._patients = patients
        self._staff = staff
        self._on_booked = on_booked

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def free_slots(
        self, query: SlotQuery, sites: Collection[str] | None = None
    ) -> list[AgendaSlot]:
        """Returns what is free at some sites or at all, in order of time; at most a screenful."""
        queries = [query] if sites is None else [replace(query, site_id=site) for site in sites]
        found = [
            slot
            for each in queries
            for slot in self._scheduling.find_slots(each, limit=_SLOTS_SHOWN, spread=False)
        ]
        return sorted(found, key=lambda slot: slot.start)[:_SLOTS_SHOWN]

    def book(
        self, contact_id: str, patient_id: str, slot: AgendaSlot, member: StaffMember, *, key: str
    ) -> Appointment:
        """Books for one of the people that the contact writes for.

        Raises:
            UnknownConversationError: the patient is somebody else's, or of another site.
            TakenByAnotherError: a colleague has the conversation.
            SchedulingError: the time is not free any more; see `Scheduling.hold`.
        """
        self._own_patient(contact_id, patient_id)
        self._staff.ensure_taken(contact_id, member)
        hold = self._scheduling.hold(slot, patient_id, key=f"staff-hold:{key}")

        def booked(tx: Transaction, appointment: Appointment) -> None:
            # The patient reads first what was booked, then that a deposit is to be paid.
            self._follow(tx, contact_id, ChangeKind.BOOKED, None, appointment, member)
            self._on_booked(tx, appointment)

        key = f"{STAFF_KEY}{key}"
        return self._scheduling.book(hold.id, patient_id, key=key, on_booked=booked)

    def move(
        self,
        contact_id: str,
        appointment_id: str,
        slot: AgendaSlot,
        member: StaffMember,
        *,
        seen_version: int,
        key: str,
    ) -> Appointment:
        """Moves an appointment; the old time is free only once the new one is booked.

        Args:
            seen_version: of the appointment as it was shown.

        Raises:
            AppointmentNotFoundError: the contact has no such appointment.
            ChangedMeanwhileError: the patient or somebody else changed it.
            UnknownConversationError: the patient is of another site.
            TakenByAnotherError: a colleague has the conversation.
            SchedulingError: the time is not free any more; see `Scheduling.move`.
        """
        own = self._desk.own(contact_id, appointment_id)
        self._staff.ensure_taken(contact_id, member)
        hold = self._scheduling.hold(
            slot, own.patient.id, key=f"staff-hold:{key}", moving=appointment_id
        )

        def moved(tx: Transaction, before: Appointment, after: Appointment) -> None:
            if before.version != seen_version:
                raise ChangedMeanwhileError(appointment_id)
            self._follow(tx, contact_id, ChangeKind.MOVED, before, after, member)

        return self._desk.move(appointment_id, hold.id, key=f"{STAFF_KEY}{key}", and_then=moved)

    def cancel(
        self,
        contact_id: str,
        appointment_id: str,
        member: StaffMember,
        *,
        seen_version: int,
        key: str,
    ) -> Appointment:
        """Cancels an appointment.

        Args:
            seen_version: of the appointment as it was shown.

        Raises:
            AppointmentNotFoundError: the contact has no such appointment.
            ChangedMeanwhileError: the patient or somebody else changed it.
            UnknownConversationError: the patient is of another site.
            TakenByAnotherError: a colleague has the conversation.
            NotCancellableError: the patient was seen already.
        """
        own = self._desk.own(contact_id, appointment_id)
        self._staff.ensure_taken(contact_id, member)

        def cancelled(tx: Transaction, after: Appointment) -> None:
            if after.version != seen_version + 1:
                raise ChangedMeanwhileError(appointment_id)
            self._follow(tx, contact_id, ChangeKind.CANCELLED, own.appointment, after, member)

        return self._desk.cancel(appointment_id, key=f"{STAFF_KEY}{key}", and_then=cancelled)

    def _follow(
        self,
        tx: Transaction,
        contact_id: str,
        kind: ChangeKind,
        before: Appointment | None,
        appointment: Appointment,
        member: StaffMember,
    ) -> None:
        """Tells the patient, and notes it for the agenda, the assistant and the audit trail."""
        done, now = kind.value, self._clock.now()
        contact = self._contact(tx, contact_id)
        language = self._staff.language(contact)
        values = self._values(appointment, language)
        self._staff.send(
            tx,
            contact,
            OutgoingMessage(text=self._texts.text(f"utter_staff_{done}", language, **values)),
            key=f"staff-{done}:{appointment.id}:{appointment.version}",
            member=member,
            fallback=self._template(tx, contact, done, values, language),
        )
        Changes(tx).add(kind, before, appointment, by=member.id, told=Told.MESSAGE, now=now)
        handoff = Handoffs(tx).open_of(contact_id)
        if handoff is not None:
            Handoffs(tx).change(handoff, now, done=done, done_appointment=appointment.id)
        self._audit.record_in(tx, member.id, _ACTIONS[kind], contact_id, appointment=appointment.id)

    def _template(
        self, tx: Transaction, contact: Contact, done: str, values: dict[str, str], language: str
    ) -> OutgoingMessage:
        """Returns what announces the news outside the window."""
        patient = self._staff.first_name(tx, contact)
        if done == "cancelled":
            return fill("handoff_reply", language, {"patient": patient})
        known = {"patient": patient, "practitioner": values["practitioner"],
                 "when": values["when"], "site": values["site"]}  # fmt: skip
        return fill("appointment_confirmation", language, known)

    def _values(self, appointment: Appointment, language: str) -> dict[str, str]:
        site = self._clinic.site(appointment.site_id)
        patient = self._patients.get(appointment.patient_id)
        return {
            "when": say_when(appointment.start, self._clinic.zone, language),
            "practitioner": self._clinic.practitioner(appointment.practitioner_id)
            .name(language)
            .full,
            "site": site.name.to(language),
            "address": site.address.to(language),
            "patient": patient.name if patient else "",
        }

    def _own_patient(self, contact_id: str, patient_id: str) -> None:
        if patient_id not in {patient.id for patient in self._patients.of_contact(contact_id)}:
            raise UnknownConversationError

    def _contact(self, tx: Transaction, contact_id: str) -> Contact:
        contact = Contacts(tx).get(contact_id)
        if contact is None:
            raise UnknownConversationError
        return contact


_ACTIONS = {
    ChangeKind.BOOKED: AuditAction.APPOINTMENT_BOOKED,
    ChangeKind.MOVED: AuditAction.APPOINTMENT_MOVED,
    ChangeKind.CANCELLED: AuditAction.APPOINTMENT_CANCELLED,
}

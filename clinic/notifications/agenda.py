"""What patients are told when staff book, move or cancel in the agenda, or close time.

Within the customer service window it is a text with buttons, outside of it a template, both in
the patient's language. Who cannot be written to is called by staff instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Transaction
from clinic.adapters.outbox import Outbox
from clinic.adapters.patients import Patients
from clinic.agenda.model import Told
from clinic.clock import Clock
from clinic.consent.model import Reach
from clinic.consent.sending import APPOINTMENT, reach_about_appointment
from clinic.facts.dates import say_short, say_when
from clinic.facts.model import Clinic
from clinic.facts.source import ClinicSource
from clinic.messaging.model import Contact, OutboxKind
from clinic.messaging.payloads import payload
from clinic.messaging.texts import Texts
from clinic.notifications.window import fit_window, language_now
from clinic.patients.model import Patient
from clinic.scheduling.model import AgendaSlot, Appointment
from whatsapp.messages import Choice, OutgoingMessage


class AgendaNotices:
    """Queues the news for patients; whether it may be sent is checked again when it is."""

    def __init__(self, clinic: ClinicSource, texts: Texts, clock: Clock) -> None:
        self._source = clinic
        self._texts = texts
        self._clock = clock

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def reach(self, tx: Transaction, patient_id: str) -> Reach:
        """Tells whether a patient can be written to, and if not, why."""
        patient = Patients(tx).get(patient_id)
        if patient is None:
            return Reach.NO_NUMBER
        return reach_about_appointment(tx, patient.contact_id)

    def booked(self, tx: Transaction, appointment: Appointment, *, key: str) -> Told:
        """Tells that staff booked an appointment."""

        def write(reader: _Reader) -> OutgoingMessage:
            values = reader.describe(appointment.slot)
            calendar = f"{self._clinic.base_url}/calendar/{appointment.calendar_token}.ics"
            message = reader.text(
                "utter_clinic_booked", appointment=appointment.id, calendar=calendar, **values
            )
            return reader.fit(
                message,
                "appointment_confirmation",
                (reader.first_name, reader.short(appointment), values["when"], values["site"]),
            )

        return self._tell(tx, appointment, write, key)

    def moved(self, tx: Transaction, before: Appointment, after: Appointment, *, key: str) -> Told:
        """Tells that staff gave an appointment another time."""

        def write(reader: _Reader) -> OutgoingMessage:
            old = {f"old_{k}": v for k, v in reader.describe(before.slot).items()}
            values = reader.describe(after.slot)
            message = reader.text("utter_clinic_moved", appointment=after.id, **old, **values)
            return reader.fit(
                message,
                "appointment_reschedule_offer",
                (reader.first_name, reader.short(before), old["old_when"], values["when"]),
                # The template has two of the three buttons.
                quick_replies=2,
            )

        return self._tell(tx, after, write, key)

    def cancelled(self, tx: Transaction, appointment: Appointment, *, key: str) -> Told:
        """Tells that the clinic cancelled an appointment, with a button to choose another time."""

        def write(reader: _Reader) -> OutgoingMessage:
            values = reader.describe(appointment.slot)
            message = reader.text(
                "utter_clinic_cancelled",
                practitioner_id=appointment.practitioner_id,
                phone=self._clinic.phone,
                **values,
            )
            return reader.fit(
                message,
                "appointment_cancelled_by_clinic",
                (reader.first_name, reader.short(appointment), values["when"], self._clinic.phone),
            )

        return self._tell(tx, appointment, write, key)

    def times_offered(
        self, tx: Transaction, appointment: Appointment, slots: Sequence[AgendaSlot], *, key: str
    ) -> Told:
        """Tells that an appointment cannot take place, with a button for each of two other times.

        Args:
            slots: free times, the first is the best; empty when there are none.
        """

        def write(reader: _Reader) -> OutgoingMessage:
            values = reader.describe(appointment.slot)
            if not slots:
                return reader.fit(
                    reader.text(
                        "utter_clinic_has_no_times",
                        appointment=appointment.id,
                        phone=self._clinic.phone,
                        **values,
                    ),
                    "appointment_cancelled_by_clinic",
                    (
                        reader.first_name,
                        reader.short(appointment),
                        values["when"],
                        self._clinic.phone,
                    ),
                    quick_replies=1,
                )
            lines = "\n".join(reader.line(slot) for slot in slots[:2])
            message = reader.text(
                "utter_clinic_offers_times", appointment=appointment.id, slots=lines, **values
            )
            taps = tuple(reader.choice(appointment, slot) for slot in slots[:2])
            message = OutgoingMessage(text=message.text, choices=(*taps, *message.choices))
            best = say_when(slots[0].start, self._clinic.zone, reader.language)
            return reader.fit(
                message,
                "appointment_reschedule_offer",
                (reader.first_name, reader.short(appointment), values["when"], best),
                payloads=(taps[0].payload, message.choices[-1].payload),
            )

        return self._tell(tx, appointment, write, key)

    def stands(self, tx: Transaction, appointment: Appointment, *, key: str) -> Told:
        """Tells that an appointment takes place after all."""

        def write(reader: _Reader) -> OutgoingMessage:
            values = reader.describe(appointment.slot)
            message = reader.text("utter_clinic_keeps", appointment=appointment.id, **values)
            return reader.fit(
                message,
                "appointment_confirmation",
                (reader.first_name, reader.short(appointment), values["when"], values["site"]),
            )

        return self._tell(tx, appointment, write, key)

    def take_back(self, tx: Transaction, key: str) -> bool:
        """Removes a notice that was not sent yet; False when it is under way or was sent."""
        return Outbox(tx).take_back(key)

    def _tell(self, tx: Transaction, appointment: Appointment, write: _Write, key: str) -> Told:
        patient = Patients(tx).get(appointment.patient_id)
        contact = Contacts(tx).get(patient.contact_id) if patient else None
        if patient is None or contact is None:
            return Told.CALL
        if reach_about_appointment(tx, contact.id) is not Reach.MESSAGE:
            return Told.CALL
        reader = _Reader(self._clinic, self._texts, self._clock, contact, patient)
        Outbox(tx).add(
            contact,
            write(reader),
            key=key,
            kind=OutboxKind.NOTICE,
            now=self._clock.now(),
            labels=self._texts.list_labels(reader.language),
            purpose=APPOINTMENT,
        )
        return Told.MESSAGE


class _Reader:
    """Writes for one patient, as their conversation stands."""

    def __init__(
        self, clinic: Clinic, texts: Texts, clock: Clock, contact: Contact, patient: Patient
    ) -> None:
        self._clinic = clinic
        self._texts = texts
        self._patient = patient
        self._contact = contact
        self._now = clock.now()
        self.language = language_now(contact, clinic.default_language, self._now)

    @property
    def first_name(self) -> str:
        return self._patient.name.split()[0]

    def describe(self, slot: AgendaSlot) -> dict[str, str]:
        site = self._clinic.site(slot.site_id)
        return {
            "when": say_when(slot.start, self._clinic.zone, self.language),
            "practitioner": self._clinic.practitioner(slot.practitioner_id)
            .name(self.language)
            .full,
            "site": site.name.to(self.language),
            "address": site.address.to(self.language),
            "patient": self._patient.name,
        }

    def line(self, slot: AgendaSlot) -> str:
        return self._texts.text("utter_slot_line", self.language, **self.describe(slot))

    def short(self, appointment: Appointment) -> str:
        return self._clinic.practitioner(appointment.practitioner_id).name(self.language).short

    def choice(self, appointment: Appointment, slot: AgendaSlot) -> Choice:
        carried = {"agenda_slot": slot.key, "appointment": appointment.id}
        return Choice(
            title=say_short(slot.start, self._clinic.zone, self.language),
            payload=payload("take_new_time", **carried),
        )

    def text(self, response: str, **values: str) -> OutgoingMessage:
        return self._texts.message(response, self.language, **values)

    def fit(
        self,
        message: OutgoingMessage,
        template: str,
        parameters: tuple[str, ...],
        *,
        quick_replies: int | None = None,
        payloads: tuple[str, ...] | None = None,
    ) -> OutgoingMessage:
        """Returns the message, or outside the window the template that says it.

        Args:
            quick_replies: how many buttons the template has, when fewer than the message.
            payloads: what they send back, when not what the message's first buttons do.
        """
        taps = payloads or tuple(choice.payload for choice in message.choices)[:quick_replies]
        return fit_window(
            message,
            self._contact,
            self.language,
            self._now,
            template=template,
            parameters=parameters,
            quick_replies=taps,
        )


_Write = Callable[[_Reader], OutgoingMessage]

"""Telling practitioner and reception what happened, through the outbox."""

from __future__ import annotations

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Transaction
from clinic.adapters.outbox import Outbox
from clinic.clock import Clock
from clinic.facts.dates import say_when
from clinic.facts.model import Clinic
from clinic.facts.source import ClinicSource
from clinic.messaging.model import ContactKind, OutboxKind
from clinic.scheduling.model import Appointment
from whatsapp.messages import OutgoingMessage, Template

_STAFF_LANGUAGE = "fr"


class Notifications:
    """What staff learn on their own phones. Templates: staff seldom wrote within 24 hours.

    They say when, where and with whom; neither the patient nor the specialty is named in them
    (privacy note 14).
    """

    def __init__(self, clinic: ClinicSource, clock: Clock) -> None:
        self._source = clinic
        self._clock = clock

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def appointment_booked(self, tx: Transaction, appointment: Appointment) -> None:
        """Queues the news of a booking, in the transaction that books."""
        key = f"booked:{appointment.id}:{appointment.version}"
        self._tell(tx, key, "staff_appointment_booked", self._values(appointment), appointment)

    def appointment_moved(self, tx: Transaction, before: Appointment, after: Appointment) -> None:
        """Queues the news of a move for reception and for both practitioners."""
        name, when, site = self._values(after)
        key = f"moved:{after.id}:{after.version}"
        values = (name, self._when(before), when, site)
        self._tell(tx, key, "staff_appointment_moved", values, before, after)

    def appointment_cancelled(self, tx: Transaction, appointment: Appointment) -> None:
        """Queues the news of a cancellation."""
        key = f"cancelled:{appointment.id}:{appointment.version}"
        self._tell(tx, key, "staff_appointment_cancelled", self._values(appointment), appointment)

    def patient_late(
        self, tx: Transaction, appointment: Appointment, minutes: int, *, key: str
    ) -> None:
        """Queues the news that a patient comes so many minutes late.

        Args:
            key: names the message that said so; it is told once.
        """
        name, when, site = self._values(appointment)
        values = (name, when, site, str(minutes))
        self._tell(tx, f"late:{key}", "staff_patient_late", values, appointment)

    def _values(self, appointment: Appointment) -> tuple[str, str, str]:
        practitioner = self._clinic.practitioner(appointment.practitioner_id)
        name = practitioner.name(_STAFF_LANGUAGE).full
        site = self._clinic.site(appointment.site_id).name.to(_STAFF_LANGUAGE)
        return name, self._when(appointment), site

    def _when(self, appointment: Appointment) -> str:
        return say_when(appointment.start, self._clinic.zone, _STAFF_LANGUAGE)

    def _tell(
        self,
        tx: Transaction,
        key: str,
        template: str,
        values: tuple[str, ...],
        *concerned: Appointment,
    ) -> None:
        """Queues a template for reception and the practitioners of the appointments."""
        message = OutgoingMessage(
            text=", ".join(values),
            template=Template(name=template, language=_STAFF_LANGUAGE, parameters=values),
        )
        numbers = [self._clinic.practitioner(a.practitioner_id).whatsapp for a in concerned]
        numbers.append(self._clinic.reception_whatsapp)
        now = self._clock.now()
        for number in dict.fromkeys(number for number in numbers if number):
            contact = Contacts(tx).find_or_create(
                phone=number.lstrip("+"),
                user_id=None,
                profile_name=None,
                now=now,
                kind=ContactKind.STAFF,
            )
            Outbox(tx).add(
                contact, message, key=f"{key}:{contact.id}", kind=OutboxKind.NOTICE, now=now
            )

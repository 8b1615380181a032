"""Telling practitioner and reception what happened, through the outbox."""

from __future__ import annotations

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Transaction
from clinic.adapters.outbox import Outbox
from clinic.clock import Clock
from clinic.facts.dates import say_when
from clinic.facts.model import Clinic
from clinic.messaging.model import ContactKind, OutboxKind
from clinic.scheduling.model import Appointment
from whatsapp.messages import OutgoingMessage, Template

_STAFF_LANGUAGE = "fr"


class Notifications:
    """What staff learn on their own phones. Templates: staff seldom wrote within 24 hours."""

    def __init__(self, clinic: Clinic, clock: Clock) -> None:
        self._clinic = clinic
        self._clock = clock

    def appointment_booked(self, tx: Transaction, appointment: Appointment) -> None:
        """Queues the news of a booking, in the transaction that books.

        The template says when, where and with whom; neither the patient nor the specialty
        is named in it (privacy note 14).
        """
        practitioner = self._clinic.practitioner(appointment.practitioner_id)
        name = practitioner.name(_STAFF_LANGUAGE).full
        when = say_when(appointment.start, self._clinic.zone, _STAFF_LANGUAGE)
        site = self._clinic.site(appointment.site_id).name.to(_STAFF_LANGUAGE)
        message = OutgoingMessage(
            text=f"{name}: {when}, {site}",
            template=Template(
                name="staff_appointment_booked",
                language=_STAFF_LANGUAGE,
                parameters=(name, when, site),
            ),
        )
        numbers = (practitioner.whatsapp, self._clinic.reception_whatsapp)
        for number in dict.fromkeys(number for number in numbers if number):
            phone = number.lstrip("+")
            now = self._clock.now()
            contact = Contacts(tx).find_or_create(
                phone=phone, user_id=None, profile_name=None, now=now, kind=ContactKind.STAFF
            )
            Outbox(tx).add(
                contact,
                message,
                key=f"booked:{appointment.id}:{appointment.version}:{contact.id}",
                kind=OutboxKind.NOTICE,
                now=now,
            )

"""What patients are told without having just written, through the outbox.

Within the customer service window it is a text with buttons, outside of it a template.
"""

from __future__ import annotations

from datetime import datetime

from clinic.adapters.database import Transaction
from clinic.adapters.outbox import Outbox
from clinic.adapters.patients import Patients
from clinic.clock import Clock
from clinic.consent.sending import WAITING_LIST
from clinic.facts.dates import say_when
from clinic.facts.model import Clinic
from clinic.facts.source import ClinicSource
from clinic.messaging.model import Contact, OutboxKind
from clinic.messaging.texts import Texts
from clinic.notifications.window import fit_window, language_now
from clinic.scheduling.model import AgendaSlot
from clinic.waiting_list.model import OFFER_DURATION


class PatientNotices:
    """Queues notices for patients; whether they may be sent is checked when they are."""

    def __init__(self, clinic: ClinicSource, texts: Texts, clock: Clock) -> None:
        self._source = clinic
        self._texts = texts
        self._clock = clock

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def slot_freed(
        self,
        tx: Transaction,
        contact: Contact,
        slot: AgendaSlot,
        *,
        patient_id: str,
        offer_id: str,
        expires_at: datetime,
    ) -> None:
        """Queues the offer of a freed slot, with the buttons to take or to refuse it."""
        now = self._clock.now()
        language = language_now(contact, self._clinic.default_language, now)
        values = {
            "when": say_when(slot.start, self._clinic.zone, language),
            "practitioner": self._clinic.practitioner(slot.practitioner_id).name(language).full,
            "site": self._clinic.site(slot.site_id).name.to(language),
            "minutes": str(int(OFFER_DURATION.total_seconds()) // 60),
        }
        patient = Patients(tx).get(patient_id)
        until = f"{expires_at.astimezone(self._clinic.zone):%H:%M}"
        message = fit_window(
            self._texts.message("utter_freed_slot", language, offer=offer_id, **values),
            contact,
            language,
            now,
            template="waiting_list_offer",
            parameters=(
                patient.name.split()[0] if patient else "",
                values["practitioner"],
                values["when"],
                values["site"],
                until,
            ),
        )
        Outbox(tx).add(
            contact,
            message,
            key=f"freed:{offer_id}",
            kind=OutboxKind.NOTICE,
            now=now,
            purpose=WAITING_LIST,
            expires_at=expires_at,
        )

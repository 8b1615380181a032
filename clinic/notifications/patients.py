"""What patients are told without having just written, through the outbox.

Within the customer service window it is a text with buttons, outside of it a template.
"""

from __future__ import annotations

from datetime import datetime

from clinic.adapters.database import Transaction
from clinic.adapters.outbox import Outbox
from clinic.clock import Clock
from clinic.consent.sending import WAITING_LIST
from clinic.facts.dates import say_when
from clinic.facts.model import Clinic
from clinic.facts.source import ClinicSource
from clinic.messaging.model import Contact, OutboxKind
from clinic.messaging.texts import Texts
from clinic.scheduling.model import AgendaSlot
from clinic.waiting_list.model import OFFER_DURATION
from whatsapp.messages import OutgoingMessage, Template
from whatsapp.window import is_open

_TEMPLATE_LANGUAGES = {"fr": "fr", "ary": "ar", "ary-Latn": "fr", "en": "en"}
"""Meta's codes: there is none for Darija in Latin letters, whose writers read French."""


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
        offer_id: str,
        expires_at: datetime,
    ) -> None:
        """Queues the offer of a freed slot, with the buttons to take or to refuse it."""
        language = contact.language or self._clinic.default_language
        values = {
            "when": say_when(slot.start, self._clinic.zone, language),
            "practitioner": self._clinic.practitioner(slot.practitioner_id).name(language).full,
            "site": self._clinic.site(slot.site_id).name.to(language),
            "minutes": str(int(OFFER_DURATION.total_seconds()) // 60),
        }
        text = self._texts.message("utter_freed_slot", language, offer=offer_id, **values)
        now = self._clock.now()
        if not is_open(contact.last_inbound_at, now):
            template = Template(
                name="freed_slot",
                language=_TEMPLATE_LANGUAGES[language],
                parameters=tuple(values.values()),
                quick_replies=tuple(choice.payload for choice in text.choices),
            )
            text = OutgoingMessage(text=text.text, template=template)
        Outbox(tx).add(
            contact,
            text,
            key=f"freed:{offer_id}",
            kind=OutboxKind.NOTICE,
            now=now,
            purpose=WAITING_LIST,
            expires_at=expires_at,
        )

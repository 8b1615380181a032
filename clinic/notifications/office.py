"""What the office tells patients who have not just written: answers, receipts, questions.

Within the customer service window it is a text, outside of it a template without a health word.
"""

from __future__ import annotations

from collections.abc import Mapping

from clinic.adapters.consents import Consents
from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Transaction
from clinic.adapters.outbox import Outbox
from clinic.clock import Clock
from clinic.consent.model import Decision, Purpose
from clinic.facts.model import Clinic
from clinic.facts.source import ClinicSource
from clinic.messaging.model import OutboxKind
from clinic.messaging.texts import Texts
from whatsapp.messages import OutgoingMessage, Template
from whatsapp.window import is_open

_TEMPLATE_LANGUAGES = {"fr": "fr", "ary": "ar", "ary-Latn": "fr", "en": "en"}
"""Meta's codes: there is none for Darija in Latin letters, whose writers read French."""


class OfficeNotices:
    """Queues the office's notices for patients who allow them."""

    def __init__(self, clinic: ClinicSource, texts: Texts, clock: Clock) -> None:
        self._source = clinic
        self._texts = texts
        self._clock = clock

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def language_of(self, tx: Transaction, contact_id: str) -> str:
        contact = Contacts(tx).get(contact_id)
        return (contact.language if contact else None) or self._clinic.default_language

    def text(self, response: str, language: str, **values: str) -> str:
        """Returns a text of `data/responses/` that stands inside another one."""
        return self._texts.text(response, language, **values)

    def is_window_open(self, tx: Transaction, contact_id: str) -> bool:
        """Tells whether the patient wrote within the last 24 hours."""
        contact = Contacts(tx).get(contact_id)
        return contact is not None and is_open(contact.last_inbound_at, self._clock.now())

    def tell(
        self,
        tx: Transaction,
        contact_id: str,
        response: str,
        values: Mapping[str, str],
        *,
        purpose: Purpose,
        key: str,
        template: str,
        parameters: tuple[str, ...],
        quick_replies: tuple[str, ...] = (),
        url_suffix: str = "",
    ) -> bool:
        """Queues a response of `data/responses/`, once for a key.

        Args:
            purpose: nothing is queued without live consent for it.
            template: name of the template that says it outside the window.
            parameters: what fills the template in.
            quick_replies: what the template's buttons send back.
            url_suffix: what completes the address of the template's button.

        Returns:
            Whether the patient allows it.
        """
        contact = Contacts(tx).get(contact_id)
        if contact is None or Consents(tx).latest(contact_id, purpose) is not Decision.GIVEN:
            return False
        language = contact.language or self._clinic.default_language
        message = self._texts.message(response, language, **values)
        now = self._clock.now()
        if not is_open(contact.last_inbound_at, now):
            filled = Template(
                name=template,
                language=_TEMPLATE_LANGUAGES[language],
                parameters=parameters,
                quick_replies=quick_replies,
                url_suffix=url_suffix,
            )
            message = OutgoingMessage(text=message.text, template=filled)
        Outbox(tx).add(
            contact,
            message,
            key=key,
            kind=OutboxKind.NOTICE,
            now=now,
            labels=self._texts.list_labels(language),
            purpose=purpose.value,
        )
        return True

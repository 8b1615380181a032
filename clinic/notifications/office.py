"""What the office tells patients who have not just written: answers, receipts, questions.

Within the customer service window it is a text, outside of it a template without a health word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

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
from clinic.notifications.window import fit_window, language_now
from whatsapp.messages import Document, OutgoingMessage
from whatsapp.window import is_open


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
        """Returns the language in which a contact is told something now; see `language_now`."""
        contact = Contacts(tx).get(contact_id)
        return language_now(contact, self._clinic.default_language, self._clock.now())

    def text(self, response: str, language: str, **values: str) -> str:
        """Returns a text of `data/responses/` that stands inside another one."""
        return self._texts.text(response, language, **values)

    def may_get_files(self, tx: Transaction, contact_id: str) -> bool:
        """Tells whether a file can go into the conversation now: open, allowed, theirs for sure."""
        contact = Contacts(tx).get(contact_id)
        return (
            contact is not None
            and contact.recheck_since is None
            and is_open(contact.last_inbound_at, self._clock.now())
            and Consents(tx).latest(contact_id, Purpose.CARE) is Decision.GIVEN
        )

    def is_window_open(self, tx: Transaction, contact_id: str) -> bool:
        """Tells whether the patient wrote within the last 24 hours."""
        contact = Contacts(tx).get(contact_id)
        return (
            contact is not None
            and contact.has_address
            and is_open(contact.last_inbound_at, self._clock.now())
        )

    def can_tell_now(self, tx: Transaction, contact_id: str, purpose: Purpose) -> bool:
        """Tells whether a patient can be told what no template says."""
        return self._is_allowed(tx, contact_id, purpose) and self.is_window_open(tx, contact_id)

    def tell(
        self,
        tx: Transaction,
        contact_id: str,
        response: str,
        values: Mapping[str, str],
        *,
        purpose: Purpose,
        key: str,
        template: str | None,
        parameters: tuple[str, ...] = (),
        quick_replies: tuple[str, ...] | None = None,
        url_suffix: str = "",
        document: Document | None = None,
    ) -> bool:
        """Queues a response of `data/responses/`, once for a key.

        Args:
            purpose: nothing is queued without live consent for it.
            template: name of the template that says it outside the window; None when it is
                said within the window only.
            parameters: what fills the template in.
            quick_replies: what the template's buttons send back; None for what the response's
                own buttons do.
            url_suffix: what completes the address of the template's link.
            document: a file whose caption the response is; within the window only.

        Returns:
            Whether the patient allows it and can be told now.
        """
        contact = Contacts(tx).get(contact_id)
        if contact is None or not contact.has_address:
            return False
        if not self._is_allowed(tx, contact_id, purpose):
            return False
        now = self._clock.now()
        if template is None and not is_open(contact.last_inbound_at, now):
            return False
        language = language_now(contact, self._clinic.default_language, now)
        message = self._texts.message(response, language, **values)
        if document:
            message = OutgoingMessage(document=replace(document, caption=message.text))
        message = fit_window(
            message,
            contact,
            language,
            now,
            template=template or "",
            parameters=parameters,
            quick_replies=quick_replies,
            url_suffix=url_suffix,
        )
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

    def _is_allowed(self, tx: Transaction, contact_id: str, purpose: Purpose) -> bool:
        return Consents(tx).latest(contact_id, purpose) is Decision.GIVEN

"""What may be sent now: asked before every request, so that the API need not refuse it."""

from __future__ import annotations

from datetime import datetime

from clinic.adapters.database import Transaction
from clinic.consent.sending import may_be_sent
from clinic.messaging.model import Contact, ContactKind, OutboxKind, OutboxRow
from clinic.messaging.retries import Fate
from clinic.messaging.template_register import TemplateRegister
from whatsapp.window import is_open

WINDOW_CLOSED_CODE = 131047
TEMPLATE_CODE = 132001
IDENTITY_CODE = 137000

Refusal = tuple[Fate, int, str]


class SendingRules:
    """Consent, window, template approval and identity; and the number's rate."""

    def __init__(self, templates: TemplateRegister, messages_per_second: float) -> None:
        self._templates = templates
        self.messages_per_second = messages_per_second

    def refusal(
        self, tx: Transaction, row: OutboxRow, contact: Contact | None, now: datetime
    ) -> Refusal | None:
        """Returns the fate of a row that may not be sent, with Meta's code for it and why."""
        if contact is None:
            return Fate.GIVEN_UP, 0, "The contact is gone."
        if not may_be_sent(tx, row, now):
            return Fate.WITHHELD, 0, "It is not allowed any more, or of no use."
        # An answer is about what was just asked and the dialogue asks who it is; a notice names
        # an appointment to whoever holds the number now.
        if (
            contact.recheck_since
            and row.kind is OutboxKind.NOTICE
            and contact.kind is ContactKind.PATIENT
        ):
            return Fate.IDENTITY_CHANGED, IDENTITY_CODE, "The number or the user id has changed."
        if row.body.get("type") == "template":
            template = row.body.get("template") or {}
            language = (template.get("language") or {}).get("code", "")
            why = self._templates.refusal(tx, template.get("name", ""), language)
            return (Fate.TEMPLATE_FAULT, TEMPLATE_CODE, why) if why else None
        if not is_open(contact.last_inbound_at, now):
            return Fate.WINDOW_CLOSED, WINDOW_CLOSED_CODE, "The customer service window is closed."
        return None

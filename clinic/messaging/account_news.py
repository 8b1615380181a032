"""What WhatsApp tells about the account itself: its templates, its limits, its troubles."""

from __future__ import annotations

import logging

from clinic.adapters.database import Transaction
from clinic.messaging.new_recipients import LIMIT_FIELDS, NewRecipients
from clinic.messaging.template_register import STATUS_FIELD, TemplateRegister
from whatsapp.updates import Update

logger = logging.getLogger(__name__)

_REPORTED = frozenset(
    {
        "account_alerts",
        "account_review_update",
        "account_update",
        "message_template_quality_update",
        "phone_number_name_update",
        "security",
        "template_category_update",
        *LIMIT_FIELDS,
    }
)
"""Fields of which somebody should read in the log."""


class AccountNews:
    """Takes in the webhooks about the account."""

    def __init__(self, templates: TemplateRegister, new_recipients: NewRecipients) -> None:
        self._templates = templates
        self._new_recipients = new_recipients

    def apply(self, tx: Transaction, update: Update) -> None:
        """Does what an update asks for; one about anything else changes nothing."""
        if update.field == STATUS_FIELD:
            self._templates.note_webhook(tx, update.raw)
        if update.field in LIMIT_FIELDS:
            self._new_recipients.note_webhook(tx, update.raw)
        if update.field in _REPORTED:
            event = str(update.raw.get("event", ""))[:40]
            logger.error("WhatsApp reports about the account: %s %s.", update.field, event)

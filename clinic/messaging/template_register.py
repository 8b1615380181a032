"""Which templates may be sent: those that WhatsApp has approved.

The approvals are looked up (`refresh`) and told by webhooks (`message_template_status_update`).
Without WHATSAPP_BUSINESS_ACCOUNT_ID they can't be looked up; then only a status that a webhook
or a refusal has told keeps a template back, and the API itself refuses the others (132001).
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from clinic.adapters.database import Database, Transaction
from clinic.adapters.message_templates import APPROVED, MessageTemplates
from clinic.clock import Clock
from whatsapp.account import AccountApi
from whatsapp.fields import text_of

logger = logging.getLogger(__name__)

STATUS_FIELD = "message_template_status_update"


class TemplateRegister:
    """What WhatsApp says of our templates."""

    def __init__(self, database: Database, clock: Clock, *, can_look_up: bool) -> None:
        """Takes whether the account is known, so that approvals can be looked up."""
        self._database = database
        self._clock = clock
        self._can_look_up = can_look_up

    async def refresh(self, api: AccountApi) -> dict[tuple[str, str], str]:
        """Looks all approvals up; returns the status by name and language.

        Raises:
            WhatsAppError: the API refuses, or cannot be reached.
        """
        remote = await api.templates()
        found = [(t.name, t.language, t.status, t.reason) for t in remote]
        await asyncio.to_thread(self._replace, found)
        return {(name, language): status for name, language, status, _ in found}

    def _replace(self, found: list[tuple[str, str, str, str]]) -> None:
        with self._database.write() as tx:
            MessageTemplates(tx).replace_all(found, self._clock.now())

    def refusal(self, tx: Transaction, name: str, language: str) -> str | None:
        """Returns why a template may not be sent, None when it may."""
        templates = MessageTemplates(tx)
        status = templates.status(name, language)
        if status == APPROVED:
            return None
        if status is not None:
            return f"Template {name} ({language}) is {status}."
        if self._can_look_up and templates.is_known_at_all():
            return f"Template {name} ({language}) was never submitted."
        return None

    def note_webhook(self, tx: Transaction, value: dict[str, Any]) -> None:
        """Writes down what a `message_template_status_update` tells."""
        name = text_of(value, "message_template_name")
        language = text_of(value, "message_template_language")
        event = text_of(value, "event")
        if not (name and language and event):
            return
        reason = text_of(value, "reason")
        if event.upper() != APPROVED:
            logger.error("Template %s (%s) is %s now: %s.", name, language, event, reason)
        MessageTemplates(tx).note(name, language, event, reason, self._clock.now())

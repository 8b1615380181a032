"""Which templates may be sent: those that WhatsApp has approved.

The approvals are looked up (`refresh`) and told by webhooks (`message_template_status_update`).
Before the first look-up a template that nothing is known of waits for it. Without
WHATSAPP_BUSINESS_ACCOUNT_ID, or with another provider, they can't be looked up; then only a
status that a webhook or a refusal has told keeps a template back, and the API itself refuses the
others (132001).
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from clinic.adapters.account_facts import AccountFacts
from clinic.adapters.database import Database, Transaction
from clinic.adapters.message_templates import APPROVED, MessageTemplates
from clinic.clock import Clock
from whatsapp.account import AccountApi
from whatsapp.errors import ApiError, RetryableError
from whatsapp.fields import text_of

logger = logging.getLogger(__name__)

STATUS_FIELD = "message_template_status_update"
_LOOKED_UP = "templates_looked_up"


class TemplateRegister:
    """What WhatsApp says of our templates."""

    def __init__(self, database: Database, clock: Clock, *, can_look_up: bool) -> None:
        """Takes whether the account is known, so that approvals can be looked up."""
        self._database = database
        self._clock = clock
        self.can_look_up = can_look_up
        self._is_refused = False

    async def refresh(self, api: AccountApi) -> dict[tuple[str, str], str]:
        """Looks all approvals up; returns the status by name and language.

        Raises:
            WhatsAppError: the API refuses, or cannot be reached.
        """
        try:
            remote = await api.templates()
        except ApiError as error:
            # Who may not read them sends nevertheless: then the API decides on each.
            self._is_refused = not isinstance(error, RetryableError)
            raise
        self._is_refused = False
        found = [(t.name, t.language, t.status, t.reason) for t in remote]
        await asyncio.to_thread(self._replace, found)
        return {(name, language): status for name, language, status, _ in found}

    def _replace(self, found: list[tuple[str, str, str, str]]) -> None:
        now = self._clock.now()
        with self._database.write() as tx:
            MessageTemplates(tx).replace_all(found, now)
            # An account without any template is known too.
            AccountFacts(tx).note(_LOOKED_UP, str(len(found)), now)

    @property
    def _is_known(self) -> bool:
        """Whether WhatsApp tells which templates are approved."""
        return self.can_look_up and not self._is_refused

    def must_be_looked_up(self, tx: Transaction, name: str, language: str) -> bool:
        """Tells whether only a look-up can say if a template may be sent."""
        return (
            self._is_known
            and MessageTemplates(tx).status(name, language) is None
            and AccountFacts(tx).get(_LOOKED_UP) is None
        )

    def refusal(self, tx: Transaction, name: str, language: str) -> str | None:
        """Returns why a template may not be sent, None when it may."""
        status = MessageTemplates(tx).status(name, language)
        if status == APPROVED:
            return None
        if status is not None:
            return f"Template {name} ({language}) is {status}."
        if not self._is_known:
            return None
        if self.must_be_looked_up(tx, name, language):
            return f"The state of template {name} ({language}) is not known yet."
        return f"Template {name} ({language}) was never submitted."

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

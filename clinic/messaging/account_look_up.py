"""Asking WhatsApp about the account: which templates are approved, how many may be written to."""

from __future__ import annotations

import asyncio

import httpx

from clinic.adapters.database import Database
from clinic.messaging.new_recipients import NewRecipients
from clinic.messaging.template_register import TemplateRegister
from whatsapp.account import AccountApi
from whatsapp.messaging_limit import MessagingLimit
from whatsapp.settings import META, WhatsAppSettings


class AccountLookUp:
    """Looks up what the sending rules need to know."""

    def __init__(
        self,
        database: Database,
        settings: WhatsAppSettings,
        templates: TemplateRegister,
        new_recipients: NewRecipients,
    ) -> None:
        self._database = database
        self._settings = settings
        self._templates = templates
        self._new_recipients = new_recipients

    async def refresh(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Looks everything up that this provider tells; the others have no such API.

        Args:
            transport: takes the place of the network in tests.

        Raises:
            WhatsAppError: the API refuses, or cannot be reached.
        """
        if self._settings.provider != META:
            return
        api = AccountApi(self._settings, transport)
        try:
            if self._templates.can_look_up:
                await self._templates.refresh(api)
            if limit := await api.messaging_limit():
                await asyncio.to_thread(self._note_limit, limit)
        finally:
            await api.close()

    def _note_limit(self, limit: MessagingLimit) -> None:
        with self._database.write() as tx:
            self._new_recipients.note_limit(tx, limit)

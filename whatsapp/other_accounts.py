"""What 360dialog and Twilio tell about the account; `whatsapp.account` asks Meta.

Sources: docs.360dialog.com, "Messaging health status" and "Set webhook URL"; Twilio, "REST API:
accounts" and "Content API: fetch approval status". Neither tells a number's quality or limit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx

from whatsapp.fields import text_of
from whatsapp.settings import WhatsAppSettings
from whatsapp.transport import LIMITS, TIMEOUT, parsed, server_time, transport_errors
from whatsapp.twilio_client import content_url


class _Account:
    """Requests about an account; every method raises `WhatsAppError` when it is refused."""

    def __init__(self, settings: WhatsAppSettings, **client: Any) -> None:
        self._settings = settings
        self._http = httpx.AsyncClient(timeout=TIMEOUT, limits=LIMITS, **client)

    async def close(self) -> None:
        await self._http.aclose()

    async def server_time(self) -> datetime | None:
        """Returns the provider's own clock; None when it does not tell."""
        return await server_time(self._http, self._settings.api_url)

    async def _get(self, url: str) -> dict[str, Any]:
        with transport_errors():
            response = await self._http.get(url)
        answer = parsed(response)
        return answer if isinstance(answer, dict) else {}


class Dialog360Account(_Account):
    """The account at 360dialog."""

    def __init__(
        self, settings: WhatsAppSettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        key = {"D360-API-KEY": settings.access_token}
        super().__init__(settings, headers=key, transport=transport)

    async def can_send(self) -> str | None:
        """Returns `AVAILABLE`, `LIMITED` or `BLOCKED`; None when it is not told."""
        answer = await self._get(f"{self._settings.api_url}/health_status")
        return text_of(answer, "health_status", "can_send_message")

    async def webhook_url(self) -> str | None:
        """Returns where messages are posted to; None when nothing is registered."""
        return text_of(await self._get(f"{self._settings.api_url}/v1/configs/webhook"), "url")


class TwilioAccount(_Account):
    """The account at Twilio."""

    def __init__(
        self, settings: WhatsAppSettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        login = (settings.account_sid, settings.access_token)
        super().__init__(settings, auth=login, transport=transport)

    async def status(self) -> str | None:
        """Returns `active`, `suspended` or `closed`; None when it is not told."""
        account = f"/2010-04-01/Accounts/{self._settings.account_sid}.json"
        return text_of(await self._get(self._settings.api_url + account), "status")

    async def approval(self, content_sid: str) -> str | None:
        """Returns WhatsApp's word on a content template: `approved`, `pending`, `rejected`..."""
        url = f"{content_url(self._settings)}/v1/Content/{content_sid}/ApprovalRequests"
        return text_of(await self._get(url), "whatsapp", "status")

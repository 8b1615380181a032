"""The account's side of the Graph API: its templates, its number, its webhook subscription."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from whatsapp.errors import UnknownApiError
from whatsapp.fields import id_of, text_of, value_of
from whatsapp.messaging_limit import MessagingLimit, read_limit
from whatsapp.settings import WhatsAppSettings
from whatsapp.transport import LIMITS, TIMEOUT, parsed, server_time, transport_errors

_PAGE = 100
_MAX_PAGES = 50
_LIMIT_FIELDS = ("whatsapp_business_manager_messaging_limit", "messaging_limit_tier")
"""The present name first."""


@dataclass(frozen=True)
class RemoteTemplate:
    """A template as the API knows it, in one language.

    Attributes:
        status: Meta's: `APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, `DISABLED`...
        reason: Why it was rejected; empty otherwise.
    """

    id: str
    name: str
    language: str
    status: str
    category: str
    reason: str
    components: tuple[dict[str, Any], ...]


class AccountApi:
    """Requests about the account; those about messages are `whatsapp.client`'s."""

    def __init__(
        self, settings: WhatsAppSettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._http = httpx.AsyncClient(
            transport=transport,
            timeout=TIMEOUT,
            limits=LIMITS,
            headers={"Authorization": f"Bearer {settings.access_token}"},
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def templates(self) -> list[RemoteTemplate]:
        """Returns every template of the account.

        Raises:
            WhatsAppError: The API refuses, or can't be reached.
        """
        return [template async for template in self._templates()]

    async def create_template(self, submission: dict[str, Any]) -> str:
        """Submits a new template; returns the status that it has then.

        Raises:
            WhatsAppError: The API refuses, or can't be reached.
        """
        answer = await self._post(self._templates_url, submission)
        return text_of(answer, "status") or "PENDING"

    async def edit_template(
        self, template_id: str, category: str, components: list[dict[str, Any]]
    ) -> None:
        """Changes an existing template, which is reviewed again.

        Raises:
            WhatsAppError: The API refuses (once a day, ten times a month), or can't be reached.
        """
        url = f"{self._settings.base_url}/{template_id}"
        await self._post(url, {"category": category, "components": components})

    async def phone_number(self) -> dict[str, Any]:
        """Returns what the API says of the clinic's number: name, quality, limits, state.

        Raises:
            WhatsAppError: The API refuses, or can't be reached.
        """
        fields = (
            "id,display_phone_number,verified_name,quality_rating,name_status,status,"
            "platform_type,throughput,health_status"
        )
        url = f"{self._settings.base_url}/{self._settings.phone_number_id}"
        return await self._get(url, fields=fields)

    async def messaging_limit(self) -> MessagingLimit | None:
        """Returns how many people a day may be written to first; None when the API doesn't say.

        Raises:
            WhatsAppError: The API refuses, or can't be reached.
        """
        url = f"{self._settings.base_url}/{self._settings.phone_number_id}"
        for field in _LIMIT_FIELDS:
            try:
                answer = await self._get(url, fields=field)
            except UnknownApiError:
                # This version of the API has no such field.
                continue
            if limit := read_limit(answer.get(field)):
                return limit
        return None

    async def subscribed_apps(self) -> list[dict[str, Any]]:
        """Returns the apps that get the account's webhooks.

        Raises:
            WhatsAppError: The API refuses, or can't be reached.
        """
        answer = await self._get(f"{self._account_url}/subscribed_apps")
        apps = answer.get("data")
        return [app for app in apps if isinstance(app, dict)] if isinstance(apps, list) else []

    async def server_time(self) -> datetime | None:
        """Returns the API's own clock, from the `Date` of any answer; None when it has none.

        Raises:
            TransportError: It can't be reached.
        """
        return await server_time(self._http, self._settings.base_url)

    @property
    def _account_url(self) -> str:
        return f"{self._settings.base_url}/{self._settings.business_account_id}"

    @property
    def _templates_url(self) -> str:
        return f"{self._account_url}/message_templates"

    async def _templates(self) -> AsyncIterator[RemoteTemplate]:
        after = ""
        for _ in range(_MAX_PAGES):
            parameters = {"limit": str(_PAGE), "fields": _TEMPLATE_FIELDS}
            if after:
                parameters["after"] = after
            answer = await self._get(self._templates_url, **parameters)
            items = answer.get("data")
            for item in items if isinstance(items, list) else ():
                if (template := _template(item)) is not None:
                    yield template
            after = text_of(answer, "paging", "cursors", "after") or ""
            if not after or not value_of(answer, "paging", "next"):
                return

    async def _get(self, url: str, **parameters: str) -> dict[str, Any]:
        with transport_errors():
            response = await self._http.get(url, params=parameters)
        answer = parsed(response)
        return answer if isinstance(answer, dict) else {}

    async def _post(self, url: str, body: dict[str, Any]) -> dict[str, Any]:
        with transport_errors():
            response = await self._http.post(url, json=body)
        answer = parsed(response)
        return answer if isinstance(answer, dict) else {}


_TEMPLATE_FIELDS = "id,name,language,status,category,components,rejected_reason"


def _template(item: Any) -> RemoteTemplate | None:
    name, language = text_of(item, "name"), text_of(item, "language")
    if not name or not language:
        return None
    components = item.get("components")
    reason = text_of(item, "rejected_reason") or ""
    return RemoteTemplate(
        id=id_of(item, "id") or "",
        name=name,
        language=language,
        status=(text_of(item, "status") or "UNKNOWN").upper(),
        category=text_of(item, "category") or "",
        reason="" if reason == "NONE" else reason,
        components=tuple(c for c in components if isinstance(c, dict))
        if isinstance(components, list)
        else (),
    )

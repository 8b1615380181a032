"""Twilio and 360dialog as tests see them: their settings, what they post, and their APIs.

The forms of `tests/payloads/twilio` have the shape of Twilio's documentation.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx

from whatsapp.settings import WhatsAppSettings

FORMS = Path(__file__).parent / "payloads" / "twilio"
ADDRESS = "https://clinic.example/webhooks/whatsapp/webhook"
TWILIO = WhatsAppSettings(
    app_secret="auth-token",
    verify_token="v",
    access_token="auth-token",
    phone_number_id="+212522000100",
    api_url="https://api.twilio.com",
    provider="twilio",
    account_sid="AC1",
    webhook_url=ADDRESS,
    content_sids={"appointment_reminder_24h/fr": "HX1"},
)
DIALOG = WhatsAppSettings(
    app_secret="Basic c2VjcmV0",
    verify_token="v",
    access_token="api-key",
    phone_number_id="1065",
    api_url="https://waba-v2.360dialog.io",
    provider="360dialog",
)

Answer = tuple[int, Any]


def twilio_form(name: str, **changes: str) -> bytes:
    """A recorded form; `changes` replace fields."""
    fields: dict[str, str] = json.loads((FORMS / f"{name}.json").read_text())
    return urlencode({**fields, **changes}).encode()


class Api(httpx.AsyncBaseTransport):
    """A provider's API: keeps what it is asked and answers as ordered, then by itself.

    An ordered answer is a status with its content, or an error of the way.
    """

    def __init__(
        self,
        *answers: Answer | Exception,
        by_itself: Callable[[httpx.Request], Answer] | None = None,
    ) -> None:
        self.requests: list[httpx.Request] = []
        self.answers: list[Answer | Exception] = list(answers)
        self._by_itself = by_itself

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        if self.answers:
            answer = self.answers.pop(0)
        else:
            assert self._by_itself, f"nothing is expected any more: {request.url}"
            answer = self._by_itself(request)
        if isinstance(answer, Exception):
            raise answer
        status, content = answer
        if isinstance(content, bytes):
            return httpx.Response(status, content=content)
        return httpx.Response(status, json=content)

    def form(self, n: int = -1) -> dict[str, str]:
        """The form of a request to Twilio."""
        return dict(parse_qsl(self.requests[n].content.decode(), keep_blank_values=True))

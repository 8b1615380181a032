"""Which provider a clinic uses: its client and its webhooks, chosen by the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import httpx

from whatsapp import dialog360, twilio_client
from whatsapp.client import CloudApiClient
from whatsapp.provider import MessagingProvider
from whatsapp.rendering import MAX_TEXT
from whatsapp.settings import DIALOG_360, META, TWILIO, WhatsAppSettings
from whatsapp.signature import is_valid_signature
from whatsapp.twilio_webhooks import TwilioWebhooks
from whatsapp.updates import Update
from whatsapp.webhooks import read_updates

API_URLS = {
    META: "https://graph.facebook.com",
    DIALOG_360: dialog360.API_URL,
    TWILIO: twilio_client.API_URL,
}
"""The providers, with where their API is."""

TEXT_LIMITS = {"meta": MAX_TEXT, "360dialog": MAX_TEXT, "twilio": twilio_client.MAX_TEXT}
"""Most characters of one text; a longer one is queued as several messages."""


class Webhooks(Protocol):
    """What a provider posts to us."""

    def is_authentic(self, body: bytes, headers: Mapping[str, str], query: str) -> bool:
        """Tells whether a request is the provider's, in constant time.

        Args:
            headers: The request's; names in any case.
            query: What follows the `?` of the address.
        """
        ...

    def updates(self, body: bytes, query: str) -> list[Update]:
        """Returns every update of a body.

        Raises:
            MalformedBodyError: It can't be read at all.
        """
        ...


class MetaWebhooks:
    """Webhooks that Meta signs itself."""

    def __init__(self, settings: WhatsAppSettings) -> None:
        self._secret = settings.app_secret

    def is_authentic(self, body: bytes, headers: Mapping[str, str], query: str) -> bool:
        return is_valid_signature(body, headers.get("X-Hub-Signature-256"), self._secret)

    def updates(self, body: bytes, query: str) -> list[Update]:
        return read_updates(body)


def make_client(
    settings: WhatsAppSettings, transport: httpx.AsyncBaseTransport | None = None
) -> MessagingProvider:
    """Returns the client of the provider that the settings name."""
    if settings.provider == DIALOG_360:
        return dialog360.Dialog360Client(settings, transport)
    if settings.provider == TWILIO:
        return twilio_client.TwilioClient(settings, transport)
    return CloudApiClient(settings, transport)


def takes_uploads(provider: str) -> bool:
    """Tells whether files can be uploaded to a provider; Twilio takes public links only."""
    return provider != "twilio"


def make_webhooks(settings: WhatsAppSettings) -> Webhooks:
    """Returns the webhooks of the provider that the settings name."""
    if settings.provider == DIALOG_360:
        return dialog360.Dialog360Webhooks(settings)
    if settings.provider == TWILIO:
        return TwilioWebhooks(settings)
    return MetaWebhooks(settings)

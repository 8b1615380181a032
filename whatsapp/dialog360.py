"""360dialog: Meta's own payloads behind another host and key.

Sources: docs.360dialog.com, "Messaging API": base `https://waba-v2.360dialog.io`, header
`D360-API-KEY`, no version and no phone number id in the paths; media addresses of Meta are
fetched through 360dialog's host. Its webhooks are not signed: they carry the headers that were
given when the webhook was registered.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from whatsapp.client import MEDIA_HOSTS, CloudApiClient
from whatsapp.settings import WhatsAppSettings
from whatsapp.updates import Update
from whatsapp.webhooks import read_updates

API_URL = "https://waba-v2.360dialog.io"


class Dialog360Client(CloudApiClient):
    """The Cloud API as 360dialog passes it on."""

    def _credentials(self) -> dict[str, str]:
        return {"D360-API-KEY": self._settings.access_token}

    @property
    def _messages_url(self) -> str:
        return f"{self._settings.api_url}/messages"

    @property
    def _upload_url(self) -> str:
        return f"{self._settings.api_url}/media"

    @property
    def _media_base_url(self) -> str:
        return self._settings.api_url

    def _download_url(self, url: str) -> str:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if not any(host == name or host.endswith(f".{name}") for name in MEDIA_HOSTS):
            return url
        api = urlsplit(self._settings.api_url)
        return urlunsplit((api.scheme, api.netloc, parts.path, parts.query, ""))


class Dialog360Webhooks:
    """Webhooks with a secret header instead of a signature."""

    def __init__(self, settings: WhatsAppSettings) -> None:
        self._secret = settings.app_secret

    def is_authentic(self, body: bytes, headers: Mapping[str, str], query: str) -> bool:
        given = headers.get("Authorization") or ""
        # An empty secret would let everybody in.
        return bool(self._secret) and hmac.compare_digest(
            given.encode("utf-8", "surrogatepass"), self._secret.encode()
        )

    def updates(self, body: bytes, query: str) -> list[Update]:
        return read_updates(body)

"""360dialog: Meta's own payloads behind another host and key.

Sources: docs.360dialog.com, "Messaging API": base `https://waba-v2.360dialog.io`, header
`D360-API-KEY`, no version and no phone number id in the paths; media addresses of Meta are
fetched through 360dialog's host. "Error code reference": what 360dialog itself refuses has no
code, only words. Its webhooks are not signed: they carry the headers that were given when the
webhook was registered.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from whatsapp.client import MEDIA_HOSTS, CloudApiClient
from whatsapp.errors import ApiErrorInfo, UnknownApiError, error_from_info
from whatsapp.fields import text_of
from whatsapp.settings import WhatsAppSettings
from whatsapp.transport import parsed
from whatsapp.updates import Update
from whatsapp.webhooks import read_updates

API_URL = "https://waba-v2.360dialog.io"

_CODES_OF_WORDS = (
    ("rate limit", 4),
    ("payment", 131042),
    ("disabled", 131031),
    ("endpoint is blocked", 131005),
)
"""What 360dialog's own refusals say, with Meta's code for the same."""


class Dialog360Client(CloudApiClient):
    """The Cloud API as 360dialog passes it on."""

    def _answer(self, response: httpx.Response) -> Any:
        try:
            return parsed(response)
        except UnknownApiError as error:
            # {"meta": {"success": false, "http_code": 400, "developer_message": "..."}}
            words = text_of(error.raw, "meta", "developer_message") or ""
            for part, code in _CODES_OF_WORDS:
                if error.code is None and part in words.lower():
                    info = ApiErrorInfo(code, message=words)
                    raise error_from_info(info, status=error.status, raw=error.raw) from error
            raise

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

"""The Cloud API over HTTP: sends what `whatsapp.rendering` made, fetches media.

The client doesn't retry. Whoever calls it knows what a second delivery would mean, and the class
of the error says what makes sense (see `whatsapp.errors`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from whatsapp.errors import (
    MediaCorruptError,
    MediaError,
    MediaTooLargeError,
    MediaUnavailableError,
    RetryableError,
    TimeoutMaybeSentError,
    UntrustedMediaUrlError,
    WhatsAppError,
    error_from_response,
)
from whatsapp.settings import WhatsAppSettings
from whatsapp.transport import LIMITS, TIMEOUT, gateway_errors, parsed, transport_errors

MEDIA_HOSTS = ("fbsbx.com", "facebook.com", "whatsapp.net")
"""Meta's hosts for media; with the API's own host the only ones that see the access token."""


@dataclass(frozen=True)
class SendResult:
    """The API took a message.

    Attributes:
        wamid: Meta's id of it; statuses refer to it.
        raw: The whole answer.
    """

    wamid: str
    raw: dict[str, Any]


class CloudApiClient:
    """Talks to the Cloud API for one number; keeps its connections open until `close`."""

    def __init__(
        self, settings: WhatsAppSettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Prepares the client; nothing is connected yet.

        Args:
            settings: Credentials and addresses.
            transport: Takes the place of the network in tests.
        """
        self._settings = settings
        self._http = httpx.AsyncClient(
            transport=transport,
            timeout=TIMEOUT,
            limits=LIMITS,
            headers=self._credentials(),
        )

    # What another provider of the same API does otherwise.

    def _answer(self, response: httpx.Response) -> Any:
        return parsed(response)

    def _credentials(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._settings.access_token}"}

    @property
    def _messages_url(self) -> str:
        return self._settings.messages_url

    @property
    def _upload_url(self) -> str:
        return f"{self._settings.base_url}/{self._settings.phone_number_id}/media"

    @property
    def _media_base_url(self) -> str:
        return self._settings.base_url

    def _download_url(self, url: str) -> str:
        return url

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def send(self, body: dict[str, Any], *, language: str = "") -> SendResult:
        """Sends one request body; see `whatsapp.provider`.

        Raises:
            ApiError: The API refused it; the subclass says what to do.
            TransportError: It was not sent.
            TimeoutMaybeSentError: It may have been sent.
        """
        with gateway_errors():
            answer = await self._post(body)
        match answer:
            case {"messages": [{"id": str(wamid)}, *_]} if wamid:
                return SendResult(wamid=wamid, raw=answer)
        raise TimeoutMaybeSentError("(an answer without a message id)")

    async def upload(self, content: bytes, mime_type: str, filename: str) -> str:
        """Uploads a file; returns its media id, good for 30 days.

        Raises:
            ApiError: The API refuses the file.
            TransportError: No usable answer came; uploading again does no harm.
        """
        form = {"messaging_product": "whatsapp", "type": mime_type}
        files = {"file": (filename, content, mime_type)}
        with transport_errors():
            response = await self._http.post(self._upload_url, data=form, files=files)
        match self._answer(response):
            case {"id": str(media_id)} if media_id:
                return media_id
        raise MediaError("(an upload without an id)")

    async def mark_read(self, wamid: str, typing: bool = False) -> None:
        """Marks a patient's message read and, if asked, shows "typing" for up to 25 seconds.

        Raises:
            WhatsAppError: As for `send`.
        """
        body: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": wamid,
        }
        if typing:
            body["typing_indicator"] = {"type": "text"}
        await self._post(body)

    async def media_url(self, media_id: str) -> str:
        """Returns the address of a media file; it is good for 5 minutes.

        Raises:
            ApiError: The API doesn't know the id or refuses.
            TransportError: No usable answer came.
            MediaError: The answer has no address.
        """
        url = f"{self._media_base_url}/{quote(media_id, safe='')}"
        parameters = {"phone_number_id": self._settings.phone_number_id}
        with transport_errors():
            response = await self._http.get(url, params=parameters)
        match self._answer(response):
            case {"url": str(address)} if address:
                return address
        raise MediaError("(no address in the answer)")

    async def download(self, url: str, limit_bytes: int, *, sha256: str | None = None) -> bytes:
        """Returns a media file's content.

        Args:
            url: What `media_url` returned.
            limit_bytes: Stop beyond this size.
            sha256: The digest that the content must have, as base64 (webhooks) or hex (media
                answers); None for no check.

        Raises:
            UntrustedMediaUrlError: The address isn't Meta's; nothing was requested.
            MediaTooLargeError: The file is larger than the limit.
            MediaCorruptError: The digest is another.
            MediaUnavailableError: The address doesn't serve it, for example 5 minutes later.
            ApiError: The server is busy (`RetryableError`) or gives the API's reason.
            TransportError: The connection failed.
        """
        url = self._download_url(url)
        self._check_media_url(url)
        content = bytearray()
        with transport_errors():
            async with self._http.stream("GET", url) as response:
                if not response.is_success:
                    # Error answers are short; a longer one isn't the API's.
                    async for chunk in response.aiter_bytes():
                        content += chunk
                        if len(content) > 65_536:
                            break
                    raise _download_error(response.status_code, bytes(content))
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > limit_bytes:
                        raise MediaTooLargeError()
        data = bytes(content)
        if sha256 is not None and not _has_digest(data, sha256):
            raise MediaCorruptError()
        return data

    async def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        with transport_errors():
            response = await self._http.post(self._messages_url, json=body)
        answer = self._answer(response)
        if not isinstance(answer, dict):
            raise TimeoutMaybeSentError("(an answer that is no JSON object)")
        return answer

    def _check_media_url(self, url: str) -> None:
        parts, api = urlsplit(url), urlsplit(self._settings.api_url)
        if (parts.scheme, parts.netloc) == (api.scheme, api.netloc):
            return
        host = parts.hostname or ""
        is_meta = any(host == name or host.endswith(f".{name}") for name in MEDIA_HOSTS)
        if parts.scheme != "https" or not is_meta:
            raise UntrustedMediaUrlError()


def _download_error(status: int, content: bytes) -> WhatsAppError:
    error = error_from_response(status, content)
    # A stale address answers 401 or 404 in HTML; that says nothing about the account.
    if error.code is None and not isinstance(error, RetryableError):
        return MediaUnavailableError(f"(HTTP {status})")
    return error


def _has_digest(data: bytes, expected: str) -> bool:
    digest = hashlib.sha256(data).digest()
    given = expected.strip().encode("utf-8", "replace")
    return hmac.compare_digest(base64.b64encode(digest), given) or hmac.compare_digest(
        digest.hex().encode(), given.lower()
    )

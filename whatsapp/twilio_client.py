"""Sending through Twilio: bodies in Meta's form become forms of Twilio's Messages resource.

Sources: Twilio, "Messages resource", "Content API". Buttons and lists are content of their own,
made once per wording and kept; templates are content that was approved before, known by its
ContentSid. Twilio uploads nothing: files go by link.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from whatsapp.client import SendResult
from whatsapp.errors import (
    ApiError,
    ApiErrorInfo,
    MediaCorruptError,
    MediaError,
    MediaTooLargeError,
    MediaUnavailableError,
    RetryableError,
    TemplateError,
    TimeoutMaybeSentError,
    TransportError,
    UntrustedMediaUrlError,
    error_from_info,
    error_from_response,
)
from whatsapp.fields import text_of
from whatsapp.settings import WhatsAppSettings
from whatsapp.template_files import template_language
from whatsapp.transport import LIMITS, TIMEOUT, gateway_errors, transport_errors
from whatsapp.twilio_errors import error_of_answer

API_URL = "https://api.twilio.com"
CONTENT_URL = "https://content.twilio.com"
MAX_TEXT = 1600
_MAX_KEPT = 2000
_MEDIA_HOSTS = ".twilio.com"


class TwilioClient:
    """Talks to Twilio for one sending number."""

    def __init__(
        self, settings: WhatsAppSettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._http = httpx.AsyncClient(
            transport=transport,
            timeout=TIMEOUT,
            limits=LIMITS,
            auth=(settings.account_sid, settings.access_token),
        )
        self._contents: dict[str, str] = {}

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def send(self, body: dict[str, Any], *, language: str = "") -> SendResult:
        """Sends a body in Meta's form; see `whatsapp.provider`."""
        form = {"From": _address(self._settings.phone_number_id), "To": _recipient(body)}
        if self._settings.webhook_url:
            reference = quote(str(body.get("biz_opaque_callback_data", "")), safe="")
            form["StatusCallback"] = f"{self._settings.webhook_url}?reference={reference}"
        kind = body.get("type")
        if kind == "text":
            form["Body"] = body["text"]["body"]
        elif kind == "template":
            form |= self._template(body["template"])
        elif kind == "interactive":
            return await self._send_content(form, body["interactive"], language)
        elif kind == "location":
            place = body["location"]
            label = place.get("name") or place.get("address") or ""
            form["Body"] = label or "📍"
            form["PersistentAction"] = f"geo:{place['latitude']},{place['longitude']}|{label}"
        elif kind in ("image", "document") and body[kind].get("link"):
            form |= {"MediaUrl": body[kind]["link"], "Body": body[kind].get("caption", "")}
        else:
            raise _refusal(131009, f"Twilio sends no {kind} of this form.")
        return await self._post_message(form)

    async def mark_read(self, wamid: str, typing: bool = False) -> None:
        """Does nothing: Twilio keeps its typing indicators, a beta, from health care."""

    async def media_url(self, media_id: str) -> str:
        """Returns the address itself: it is what Twilio's webhooks name a file by."""
        return media_id

    async def download(self, url: str, limit_bytes: int, *, sha256: str | None = None) -> bytes:
        """Returns a file's content; see `whatsapp.provider`."""
        parts, api = urlsplit(url), urlsplit(self._settings.api_url)
        trusted = parts.scheme == "https" and (parts.hostname or "").endswith(_MEDIA_HOSTS)
        if not trusted and (parts.scheme, parts.netloc) != (api.scheme, api.netloc):
            raise UntrustedMediaUrlError()
        content = bytearray()
        with transport_errors():
            # Redirected to where the file lies; the credentials stay with Twilio.
            async with self._http.stream("GET", url, follow_redirects=True) as response:
                if not response.is_success:
                    await response.aread()
                    error = error_from_response(response.status_code, response.content)
                    raise error if isinstance(error, RetryableError) else MediaUnavailableError()
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > limit_bytes:
                        raise MediaTooLargeError()
        if sha256 and hashlib.sha256(content).hexdigest() != sha256.lower():
            raise MediaCorruptError()
        return bytes(content)

    async def upload(self, content: bytes, mime_type: str, filename: str) -> str:
        """Refuses: see `whatsapp.provider`.

        Raises:
            MediaError: Always.
        """
        raise MediaError("(Twilio takes files by link only)")

    def _template(self, template: dict[str, Any]) -> dict[str, str]:
        name = f"{template['name']}/{template['language']['code']}"
        sid = self._settings.content_sids.get(name)
        if sid is None:
            raise _refusal(132001, f"{name} has no ContentSid in TWILIO_CONTENT_FILE.")
        values = [
            parameter.get("text") or parameter.get("payload") or ""
            for component in template.get("components") or ()
            for parameter in component["parameters"]
        ]
        variables = {str(n): value for n, value in enumerate(values, start=1)}
        return {"ContentSid": sid, "ContentVariables": json.dumps(variables, ensure_ascii=False)}

    async def _send_content(
        self, form: dict[str, str], interactive: dict[str, Any], language: str
    ) -> SendResult:
        content = {"language": template_language(language), "types": _content_types(interactive)}
        wording = json.dumps(content, sort_keys=True, ensure_ascii=False)
        key = hashlib.sha256(wording.encode()).hexdigest()
        if key in self._contents:
            try:
                return await self._post_message({**form, "ContentSid": self._contents[key]})
            except TemplateError:
                # Somebody has removed it from Twilio's list; nothing was sent.
                self._contents.pop(key, None)
        if len(self._contents) >= _MAX_KEPT:
            del self._contents[next(iter(self._contents))]
        sid = await self._make_content({"friendly_name": f"session_{key[:24]}", **content})
        self._contents[key] = sid
        return await self._post_message({**form, "ContentSid": sid})

    async def _make_content(self, content: dict[str, Any]) -> str:
        try:
            with transport_errors():
                response = await self._http.post(f"{self._content_url}/v1/Content", json=content)
        except TimeoutMaybeSentError as error:
            # Content that was made and is not known does no harm; no patient has seen it.
            raise TransportError("(content)") from error
        sid = text_of(_answer(response), "sid")
        if sid is None:
            raise _refusal(131009, "The content was not made.")
        return sid

    async def _post_message(self, form: dict[str, str]) -> SendResult:
        account = self._settings.account_sid
        url = f"{self._settings.api_url}/2010-04-01/Accounts/{account}/Messages.json"
        with transport_errors():
            response = await self._http.post(url, data=form)
        with gateway_errors():
            answer = _answer(response)
        sid = text_of(answer, "sid")
        if sid is None:
            raise TimeoutMaybeSentError("(an answer without a message id)")
        return SendResult(wamid=sid, raw=answer)

    @property
    def _content_url(self) -> str:
        return CONTENT_URL if self._settings.api_url == API_URL else self._settings.api_url


def _content_types(interactive: dict[str, Any]) -> dict[str, Any]:
    parts = [
        (interactive.get("header") or {}).get("text", ""),
        interactive["body"]["text"],
        (interactive.get("footer") or {}).get("text", ""),
    ]
    text = "\n\n".join(part for part in parts if part)
    action = interactive["action"]
    if "buttons" in action:
        replies = [button["reply"] for button in action["buttons"]]
        actions = [{"title": reply["title"], "id": reply["id"]} for reply in replies]
        return {"twilio/quick-reply": {"body": text, "actions": actions}}
    items = [_item(row) for section in action["sections"] for row in section["rows"]]
    return {"twilio/list-picker": {"body": text, "button": action["button"], "items": items}}


def _item(row: dict[str, str]) -> dict[str, str]:
    item = {"item": row["title"], "id": row["id"]}
    return item | {"description": row["description"]} if row.get("description") else item


def _answer(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        answer = None
    if not response.is_success:
        raise error_of_answer(response.status_code, answer)
    return answer if isinstance(answer, dict) else {}


def _recipient(body: dict[str, Any]) -> str:
    """Returns the address: by number, or by user id for somebody who hides it."""
    return _address(str(body["to"])) if body.get("to") else f"whatsapp:{body['recipient']}"


def _address(number: str) -> str:
    return f"whatsapp:+{number.removeprefix('whatsapp:').lstrip('+')}"


def _refusal(code: int, details: str) -> ApiError:
    return error_from_info(ApiErrorInfo(code, details=details), raw={"refused_here": details})

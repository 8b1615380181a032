"""Twilio's webhooks: forms with a signature of their own, read as if Meta had sent them.

Sources: Twilio, "Webhooks security" (HMAC-SHA1 of the address and the sorted parameters, base64),
"Twilio's request to your incoming message webhook URL" and "WhatsApp: usernames and BSUIDs" (in
place of a number that is hidden, `From` has the user id, which `ExternalUserId` has always).
Twilio does not say when something was written: the time of arrival counts.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from whatsapp.errors import MalformedBodyError
from whatsapp.settings import WhatsAppSettings
from whatsapp.twilio_errors import meta_code
from whatsapp.updates import Update
from whatsapp.webhooks import read_updates

_STATUSES = {"undelivered": "failed", "canceled": "failed"}
"""Twilio's statuses that Meta calls otherwise."""
_PREFIX = "whatsapp:"
_PORTS = {"https": 443, "http": 80}
_MEDIA_KINDS = ("image", "audio", "video")

Json = dict[str, Any]


def sign(url: str, parameters: list[tuple[str, str]], auth_token: str) -> str:
    """Returns `X-Twilio-Signature` for a form that is posted to an address."""
    joined = url + "".join(f"{name}{value}" for name, value in sorted(set(parameters)))
    digest = hmac.new(auth_token.encode(), joined.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


class TwilioWebhooks:
    """Checks and reads what Twilio posts: messages, and statuses of ours."""

    def __init__(self, settings: WhatsAppSettings) -> None:
        self._settings = settings

    def is_authentic(self, body: bytes, headers: Mapping[str, str], query: str) -> bool:
        settings = self._settings
        given = (headers.get("X-Twilio-Signature") or "").encode("utf-8", "surrogatepass")
        if not settings.app_secret or not settings.webhook_url or not given:
            return False
        pairs = _pairs(body)
        # The address that Twilio was given, not the one behind a proxy that we see.
        return any(
            hmac.compare_digest(given, sign(url, pairs, settings.app_secret).encode())
            for url in _spellings(settings.webhook_url, query)
        )

    def updates(self, body: bytes, query: str) -> list[Update]:
        """Returns the messages or the status of a form.

        Raises:
            MalformedBodyError: It is no form with a message id.
        """
        form = dict(_pairs(body))
        sid = form.get("MessageSid") or form.get("SmsSid")
        if not sid:
            raise MalformedBodyError()
        if form.get("MessageStatus"):
            value = self._status(form, sid, query)
        else:
            value = self._messages(form, sid)
        wrapped = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}
        return read_updates(json.dumps(wrapped).encode())

    def _value(self, ours: str, **lists: Any) -> Json:
        settings = self._settings
        number = _number(ours)
        is_ours = number == _number(settings.phone_number_id)
        number_id = settings.phone_number_id if is_ours else number
        return {"metadata": {"phone_number_id": number_id}, **lists}

    def _status(self, form: dict[str, str], sid: str, query: str) -> Json:
        name = form["MessageStatus"]
        status: Json = {"id": sid, "status": _STATUSES.get(name, name)}
        wa_id, user_id = _identity(form.get("To", ""), form.get("ExternalUserId", ""))
        if wa_id:
            status["recipient_id"] = wa_id
        if user_id:
            status["recipient_user_id"] = user_id
        if reference := parse_qs(query).get("reference"):
            status["biz_opaque_callback_data"] = reference[0]
        code = form.get("ErrorCode", "")
        if code.isascii() and code.isdigit() and code.strip("0"):
            status["errors"] = [{"code": meta_code(int(code[:9])), "title": f"Twilio {code[:9]}"}]
        return self._value(form.get("From", ""), statuses=[status])

    def _messages(self, form: dict[str, str], sid: str) -> Json:
        wa_id, user_id = _identity(form.get("From", ""), form.get("ExternalUserId", ""))
        shared: Json = {}
        if original := form.get("OriginalRepliedMessageSid"):
            shared["context"] = {"id": original}
        if form.get("ReferralSourceId"):
            shared["referral"] = {
                "source_id": form["ReferralSourceId"],
                "source_type": form.get("ReferralSourceType", ""),
                "source_url": form.get("ReferralSourceUrl", ""),
                "headline": form.get("ReferralHeadline", ""),
                "ctwa_clid": form.get("ReferralCtwaClid", ""),
            }
        if wa_id:
            shared["from"] = wa_id
        if user_id:
            shared["from_user_id"] = user_id
        # Several files of one message are messages of their own, as with Meta.
        messages = [
            {"id": f"{sid}-{n}" if n else sid, **shared, **content}
            for n, content in enumerate(_contents(form))
        ]
        contact = {
            "wa_id": wa_id,
            "user_id": user_id,
            "profile": {"name": form.get("ProfileName", "")},
        }
        return self._value(form.get("To", ""), contacts=[contact], messages=messages)


def _contents(form: dict[str, str]) -> list[Json]:
    return list(_files(form)) or [_content(form)]


def _files(form: dict[str, str]) -> Iterator[Json]:
    """Yields the files; the words stand under the first."""
    n = 0
    while url := form.get(f"MediaUrl{n}"):
        mime_type = form.get(f"MediaContentType{n}", "")
        kind = _media_kind(form.get("MessageType", ""), mime_type)
        media = {"id": url, "mime_type": mime_type}
        if n == 0 and form.get("Body"):
            media["caption"] = form["Body"]
        # Of contacts Meta gives the cards and no file.
        yield {"type": kind} if kind == "contacts" else {"type": kind, kind: media}
        n += 1


def _media_kind(message_type: str, mime_type: str) -> str:
    family, _, name = mime_type.partition("/")
    if message_type == "sticker":
        return "sticker"
    if name.startswith(("vcard", "x-vcard")):
        return "contacts"
    return family if family in _MEDIA_KINDS else "document"


def _content(form: dict[str, str]) -> Json:
    body = form.get("Body", "")
    if form.get("ListId"):
        reply = {"id": form["ListId"], "title": form.get("ListTitle") or body}
        return {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": reply}}
    if form.get("ButtonPayload"):
        button = {"payload": form["ButtonPayload"], "text": form.get("ButtonText") or body}
        return {"type": "button", "button": button}
    if form.get("InteractiveData"):
        reply = {"name": "flow", "response_json": form["InteractiveData"]}
        return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}
    if form.get("Latitude") and form.get("Longitude"):
        place = {
            "latitude": form["Latitude"],
            "longitude": form["Longitude"],
            "name": form.get("Label", ""),
            "address": form.get("Address", ""),
        }
        return {"type": "location", "location": place}
    kind = form.get("MessageType", "text")
    if kind == "text" or body:
        return {"type": "text", "text": {"body": body}}
    return {"type": kind}


def _spellings(address: str, query: str) -> Iterator[str]:
    """Yields the address with and without its port: Twilio signs either."""
    parts = urlsplit(f"{address}?{query}" if query else address)
    host = parts.netloc.removesuffix(f":{parts.port}") if parts.port else parts.netloc
    yield parts._replace(netloc=host).geturl()
    yield parts._replace(netloc=f"{host}:{parts.port or _PORTS.get(parts.scheme, 443)}").geturl()


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=1000
        )
    except ValueError:
        return []


def _identity(address: str, external: str) -> tuple[str | None, str | None]:
    """Returns the number, without `+`, and the user id, each None when it is not told."""
    number = _number(address)
    is_number = re.fullmatch(r"[0-9]{5,15}", number) is not None
    user_id = external.removeprefix(_PREFIX) or ("" if is_number else number)
    return (number if is_number else None), user_id or None


def _number(address: str) -> str:
    return address.removeprefix(_PREFIX).strip().lstrip("+")

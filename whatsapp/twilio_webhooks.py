"""Twilio's webhooks: forms with a signature of their own, read as if Meta had sent them.

Sources: Twilio, "Webhooks security" (HMAC-SHA1 of the address and the sorted parameters, base64),
"Twilio's request to your webhook URL" and "WhatsApp: receive messages".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from whatsapp.errors import MalformedBodyError
from whatsapp.settings import WhatsAppSettings
from whatsapp.updates import Update
from whatsapp.webhooks import read_updates

ERROR_CODES = {
    20003: 190,
    20429: 4,
    21211: 131026,
    21610: 131050,
    21614: 131026,
    63003: 131026,
    63005: 131009,
    63007: 131031,
    63013: 368,
    63016: 131047,
    63018: 130429,
    63021: 131009,
    63024: 131026,
    63027: 132001,
    63028: 132000,
    63032: 131026,
    63038: 80007,
    63040: 132001,
    63041: 132015,
    63042: 132016,
    63049: 131049,
}
"""Twilio's error codes as Meta's, which `whatsapp.errors` sorts."""

_STATUSES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "undelivered": "failed",
}
_PREFIX = "whatsapp:"


def sign(url: str, parameters: list[tuple[str, str]], auth_token: str) -> str:
    """Returns `X-Twilio-Signature` for a form that is posted to an address."""
    joined = url + "".join(f"{name}{value}" for name, value in sorted(set(parameters)))
    digest = hmac.new(auth_token.encode(), joined.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


class TwilioWebhooks:
    """Checks and reads what Twilio posts: messages, and statuses of ours."""

    def __init__(
        self, settings: WhatsAppSettings, seconds: Callable[[], float] = time.time
    ) -> None:
        """Takes, for tests, the clock: Twilio does not say when a message was written."""
        self._settings = settings
        self._seconds = seconds

    def is_authentic(self, body: bytes, headers: Mapping[str, str], query: str) -> bool:
        settings = self._settings
        given = headers.get("X-Twilio-Signature") or ""
        if not settings.app_secret or not settings.webhook_url or not given:
            return False
        url = f"{settings.webhook_url}?{query}" if query else settings.webhook_url
        expected = sign(url, _pairs(body), settings.app_secret)
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())

    def updates(self, body: bytes, query: str) -> list[Update]:
        """Returns the message or status of a form.

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
            value = self._message(form, sid)
        wrapped = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}
        return read_updates(json.dumps(wrapped).encode())

    def _value(self, ours: str, **lists: Any) -> dict[str, Any]:
        settings = self._settings
        number = _number(ours)
        is_ours = number == _number(settings.phone_number_id)
        number_id = settings.phone_number_id if is_ours else number
        return {"metadata": {"phone_number_id": number_id}, **lists}

    def _status(self, form: dict[str, str], sid: str, query: str) -> dict[str, Any]:
        status: dict[str, Any] = {
            "id": sid,
            "status": _STATUSES.get(form["MessageStatus"], form["MessageStatus"]),
            "timestamp": str(int(self._seconds())),
            "recipient_id": _number(form.get("To", "")),
        }
        if reference := parse_qs(query).get("reference"):
            status["biz_opaque_callback_data"] = reference[0]
        if (code := form.get("ErrorCode", "")).isdigit() and code != "0":
            title = f"Twilio {code}"
            status["errors"] = [{"code": ERROR_CODES.get(int(code), int(code)), "title": title}]
        return self._value(form.get("From", ""), statuses=[status])

    def _message(self, form: dict[str, str], sid: str) -> dict[str, Any]:
        number = form.get("WaId") or _number(form.get("From", ""))
        message: dict[str, Any] = {
            "id": sid,
            "from": number,
            "timestamp": str(int(self._seconds())),
            **_content(form),
        }
        if original := form.get("OriginalRepliedMessageSid"):
            message["context"] = {"id": original}
        if form.get("ReferralSourceId"):
            message["referral"] = {
                "source_id": form["ReferralSourceId"],
                "source_type": form.get("ReferralSourceType", ""),
                "source_url": form.get("ReferralSourceUrl", ""),
                "headline": form.get("ReferralHeadline", ""),
                "ctwa_clid": form.get("ReferralCtwaClid", ""),
            }
        contact = {"wa_id": number, "profile": {"name": form.get("ProfileName", "")}}
        return self._value(form.get("To", ""), contacts=[contact], messages=[message])


def _content(form: dict[str, str]) -> dict[str, Any]:
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
    if form.get("MediaUrl0"):
        mime_type = form.get("MediaContentType0", "")
        kind = mime_type.split("/")[0]
        kind = kind if kind in ("image", "audio", "video") else "document"
        media = {"id": form["MediaUrl0"], "mime_type": mime_type}
        return {"type": kind, kind: {**media, "caption": body} if body else media}
    kind = form.get("MessageType", "text")
    if kind == "text" or body:
        return {"type": "text", "text": {"body": body}}
    return {"type": kind}


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=1000
        )
    except ValueError:
        return []


def _number(address: str) -> str:
    return address.removeprefix(_PREFIX).lstrip("+").strip()

"""Makes the message object that Meta would send for what a patient does."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from simulator.errors import RequestInvalidError
from simulator.media import MediaStore
from simulator.store import Message, Store

Json = dict[str, Any]
MEDIA_KINDS = ("image", "audio", "video", "document", "sticker")
CASABLANCA = {"latitude": 33.5899, "longitude": -7.6039}


def build_content(request: Json, store: Store, media: MediaStore, clinic_number: str) -> Json:
    """Returns `type`, the object of that name, and `context` when it answers something.

    Args:
        request: A body of `POST /api/patients/{id}/messages`, described in the README.
        clinic_number: The clinic's number without `+`, which a context names.

    Raises:
        RequestInvalidError: The request lacks something or does not fit the message it answers.
        MessageUnknownError: The message that is tapped does not exist.
        MediaUnknownError: The media id does not exist.
    """
    kind = request["type"]
    if kind == "raw":
        return _raw(request)
    if kind == "tap":
        return _tap(request, store, clinic_number)
    context = _context(request.get("message_id"), clinic_number)
    if kind in ("button", "list"):
        return {**context, **_reply(f"{kind}_reply", request)}
    if kind == "quick_reply":
        payload, title = _payload_and_title(request)
        return {**context, "type": "button", "button": {"payload": payload, "text": title}}
    if kind == "reaction":
        target = store.message(request.get("message_id") or "").wamid
        reaction = {"message_id": target}
        if request.get("emoji"):
            reaction["emoji"] = request["emoji"]  # Meta leaves it out when it is taken back.
        return {"type": kind, kind: reaction}
    return {**context, "type": kind, kind: _content(kind, request, media)}


def _content(kind: str, request: Json, media: MediaStore) -> Any:
    if kind == "text":
        if not request.get("text"):
            raise RequestInvalidError("A text needs its text.")
        return {"body": request["text"]}
    if kind in MEDIA_KINDS:
        return _media(kind, request, media)
    if kind == "location":
        names = ("latitude", "longitude", "name", "address")
        given = {name: request[name] for name in names if request.get(name) is not None}
        return {**CASABLANCA, **given}
    if kind == "contacts":
        if not request.get("contacts"):
            raise RequestInvalidError("A contact card needs contacts.")
        return request["contacts"]
    raise RequestInvalidError(f"Unknown type of message: {kind}")


def _context(message_id: str | None, clinic_number: str) -> Json:
    return {"context": {"from": clinic_number, "id": message_id}} if message_id else {}


def _payload_and_title(request: Json) -> tuple[str, str]:
    if not request.get("payload") or not request.get("title"):
        raise RequestInvalidError("A reply needs a payload and a title.")
    return request["payload"], request["title"]


def _reply(kind: str, request: Json) -> Json:
    payload, title = _payload_and_title(request)
    reply = {"id": payload, "title": title}
    if kind == "list_reply" and request.get("description"):
        reply["description"] = request["description"]
    return {"type": "interactive", "interactive": {"type": kind, kind: reply}}


def _tap(request: Json, store: Store, clinic_number: str) -> Json:
    target = store.message(request.get("message_id") or "")
    choice = _choice(target, request.get("choice_id") or "")
    context = _context(target.wamid, clinic_number)
    if choice["id"] == "request_contact_info":
        number = store.share_number(target.patient_id)
        phone = {"phone": f"+{number}", "wa_id": number, "type": "CELL"}
        card = {"origin": "contact_request", "phones": [phone]}
        return {**context, "type": "contacts", "contacts": [card]}
    if target.type == "template":
        button = {"payload": choice["id"], "text": choice["title"]}
        return {**context, "type": "button", "button": button}
    kind = "list_reply" if target.view.get("list_button") else "button_reply"
    reply = {
        "payload": choice["id"],
        "title": choice["title"],
        "description": choice["description"],
    }
    return {**context, **_reply(kind, reply)}


def _choice(target: Message, choice_id: str) -> Json:
    for choice in target.view.get("choices", []):
        if choice["id"] == choice_id:
            found: Json = choice
            return found
    raise RequestInvalidError(f"The message {target.wamid} offers no choice {choice_id}.")


def _media(kind: str, request: Json, media: MediaStore) -> Json:
    given = request.get("media") or {}
    if request.get("media_id"):
        stored = media.get(request["media_id"])
    elif given.get("base64"):
        try:
            content = base64.b64decode(given["base64"], validate=True)
        except binascii.Error as error:
            raise RequestInvalidError("media.base64 is not base64.") from error
        mime_type = given.get("mime_type") or "application/octet-stream"
        stored = media.add(content, mime_type, given.get("filename"))
    else:
        stored = media.add_sample(kind)
    content_json: Json = {
        "mime_type": stored.mime_type,
        "sha256": stored.sha256_base64,
        "id": stored.id,
    }
    if request.get("caption") and kind in ("image", "video", "document"):
        content_json["caption"] = request["caption"]
    if kind == "document":
        content_json["filename"] = stored.filename or "document"
    if kind == "audio":
        content_json["voice"] = request.get("voice", True)
    if kind == "sticker":
        content_json["animated"] = False
    return content_json


def _raw(request: Json) -> Json:
    message = request.get("message")
    if not isinstance(message, dict) or "type" not in message:
        raise RequestInvalidError("A raw message needs message with a type.")
    return dict(message)

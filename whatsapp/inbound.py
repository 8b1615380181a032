"""Reads what is inside an update: the message, the status, the change of identity.

Nothing here raises for odd content: what is absent or of a wrong type is left out, since an
answer to half a message is better than none.
"""

from __future__ import annotations

import json
from typing import Any

from whatsapp.errors import ApiErrorInfo, MalformedBodyError
from whatsapp.fields import id_of, text_of, value_of
from whatsapp.json_body import read_object
from whatsapp.location import Location
from whatsapp.updates import (
    MAX_KEY_CHARACTERS,
    ContactCard,
    DeliveryStatus,
    Identity,
    IdentityChange,
    InboundMessage,
    MediaReference,
    MessageType,
    Reaction,
    Referral,
    StatusUpdate,
    Update,
    UpdateKind,
)

_MESSAGES = (UpdateKind.MESSAGE, UpdateKind.ECHO, UpdateKind.SYSTEM)
_REPLIES = ("button_reply", "list_reply")
_MEDIA_TYPES = ("image", "audio", "video", "document", "sticker")
_CALL_TAKEN = frozenset({"ACCEPTED", "COMPLETED"})
_CALL_MISSED = frozenset({"BUSY", "CANCELED", "FAILED", "MISSED", "NO_ANSWER", "REJECTED"})


def read_message(update: Update) -> InboundMessage:
    """Returns the message of a `MESSAGE`, `ECHO` or `SYSTEM` update, or a call as a message.

    The identity is the patient's, also for an echo, which the clinic wrote. All events of a call
    have one id, so that it is answered once.

    Raises:
        ValueError: The update is of another kind.
    """
    if update.kind is UpdateKind.CALL:
        return _call(update)
    if update.kind not in _MESSAGES:
        raise ValueError(f"A {update.kind.value} update holds no message.")
    raw = update.raw
    name = text_of(raw, "type") or MessageType.UNKNOWN.value
    kind = MessageType(name)
    # An edit repeats the whole message inside; its new words count like any others.
    inner = value_of(raw, "edit", "message") if kind is MessageType.EDIT else None
    source = inner if isinstance(inner, dict) else raw
    inner_name = text_of(source, "type") or name
    block = value_of(source, inner_name)
    payload, title = _tap(source)
    return InboundMessage(
        wamid=text_of(raw, "id") or update.key,
        identity=update.identity or Identity(),
        timestamp=update.timestamp,
        type=kind,
        text=_text(source, block),
        payload=payload,
        title=title,
        caption=text_of(block, "caption"),
        media=_media(inner_name, block),
        location=_location(value_of(source, "location")),
        contacts=_contacts(value_of(source, "contacts")),
        reaction=_reaction(value_of(source, "reaction")),
        context_id=(
            text_of(raw, "context", "id")
            or text_of(raw, "edit", "original_message_id")
            or text_of(raw, "revoke", "original_message_id")
        ),
        form=_form(value_of(source, "interactive", "nfm_reply")),
        referral=_referral(raw.get("referral")),
        is_permission=isinstance(value_of(source, "interactive", "call_permission_reply"), dict),
        edited=MessageType(inner_name) if isinstance(inner, dict) else None,
        raw=raw,
    )


def is_incoming_call(update: Update) -> bool:
    """Tells whether a `CALL` update is of a call that the patient made."""
    return text_of(update.raw, "direction") != "BUSINESS_INITIATED"


def is_missed_call(update: Update) -> bool:
    """Tells whether a `CALL` update says that a patient's call ended and nobody had taken it.

    `connect` is the ringing only: somebody may still take it. Every call ends with `terminate`,
    one that was taken as `COMPLETED` and with its length (Meta, "Calling API", call terminate).
    """
    status = (text_of(update.raw, "status") or "").upper()
    is_over = text_of(update.raw, "event") == "terminate" or status in _CALL_MISSED
    was_taken = status in _CALL_TAKEN or (not status and bool(update.raw.get("duration")))
    return is_incoming_call(update) and is_over and not was_taken


def read_status(update: Update) -> StatusUpdate:
    """Returns the status of a `STATUS` update.

    Raises:
        ValueError: The update is of another kind.
    """
    if update.kind is not UpdateKind.STATUS:
        raise ValueError(f"A {update.kind.value} update holds no status.")
    raw = update.raw
    errors = raw.get("errors")
    return StatusUpdate(
        wamid=text_of(raw, "id") or "",
        status=DeliveryStatus(text_of(raw, "status") or DeliveryStatus.UNKNOWN.value),
        timestamp=update.timestamp,
        errors=tuple(map(ApiErrorInfo.from_item, errors if isinstance(errors, list) else ())),
        recipient=update.identity or Identity(),
        reference=text_of(raw, "biz_opaque_callback_data"),
    )


def read_identity_change(update: Update) -> IdentityChange | None:
    """Returns the new number or user id of a `SYSTEM` or `USER_ID_UPDATE` update, if it has one.

    `user_changed_number` gives the number before and after, `user_changed_user_id` possibly only
    the user id after, `user_id_update` both user ids.

    Raises:
        ValueError: The update is of another kind.
    """
    raw = update.raw
    if update.kind is UpdateKind.USER_ID_UPDATE:
        wa_id = id_of(raw, "wa_id")
        previous = Identity(wa_id=wa_id, user_id=id_of(raw, "user_id", "previous"))
        current = Identity(wa_id=wa_id, user_id=id_of(raw, "user_id", "current"))
    elif update.kind is UpdateKind.SYSTEM:
        previous = update.identity or Identity()
        current = Identity(
            wa_id=id_of(raw, "system", "wa_id") or id_of(raw, "system", "new_wa_id"),
            user_id=id_of(raw, "system", "user_id"),
        )
    else:
        raise ValueError(f"A {update.kind.value} update holds no change of identity.")
    if current.wa_id is None and (current.user_id is None or current.user_id == previous.user_id):
        return None
    return IdentityChange(previous=previous, current=current, timestamp=update.timestamp)


def is_new_identity_key(update: Update) -> bool:
    """Tells whether a `SYSTEM` update says that somebody else may hold the number now.

    Meta sends it to a number for which the identity check is switched on.
    """
    return text_of(update.raw, "system", "type") == "customer_identity_changed"


def _call(update: Update) -> InboundMessage:
    return InboundMessage(
        wamid=f"call:{id_of(update.raw, 'id') or update.key}"[:MAX_KEY_CHARACTERS],
        identity=update.identity or Identity(),
        timestamp=update.timestamp,
        type=MessageType.CALL,
        raw=update.raw,
    )


def _form(reply: Any) -> dict[str, str] | None:
    """The answers of a Flow: a JSON object inside a text, whose values may be anything."""
    if not isinstance(reply, dict):
        return None
    try:
        answers = read_object((text_of(reply, "response_json") or "{}").encode("utf-8", "replace"))
    except MalformedBodyError:
        return {}
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in answers.items()
        if name not in ("flow_token", "version") and value not in (None, "", [], {})
    }


def _referral(block: Any) -> Referral | None:
    if not isinstance(block, dict):
        return None
    return Referral(
        source_type=text_of(block, "source_type"),
        source_id=id_of(block, "source_id"),
        source_url=text_of(block, "source_url"),
        headline=text_of(block, "headline"),
        click_id=text_of(block, "ctwa_clid"),
    )


def _text(source: dict[str, Any], block: Any) -> str | None:
    # The body of a type that doesn't exist yet may hold words, and words may be an emergency.
    return (
        text_of(source, "text", "body")
        or text_of(source, "order", "text")
        or (text_of(block, "body") if text_of(source, "type") != "system" else None)
    )


def _tap(source: dict[str, Any]) -> tuple[str | None, str | None]:
    if "button" in source:
        title = text_of(source, "button", "text")
        return text_of(source, "button", "payload") or title, title
    for reply in _REPLIES:
        payload = text_of(source, "interactive", reply, "id")
        title = text_of(source, "interactive", reply, "title")
        if payload or title:
            return payload or title, title
    return None, None


def _media(name: str, block: Any) -> MediaReference | None:
    media_id = id_of(block, "id")
    if media_id is None or (name not in _MEDIA_TYPES and "mime_type" not in block):
        return None
    return MediaReference(
        id=media_id,
        mime_type=text_of(block, "mime_type"),
        sha256=text_of(block, "sha256"),
        filename=text_of(block, "filename"),
        voice=block.get("voice") is True,
    )


def _location(block: Any) -> Location | None:
    latitude, longitude = _degrees(block, "latitude"), _degrees(block, "longitude")
    if latitude is None or longitude is None:
        return None
    try:
        return Location(
            latitude=latitude,
            longitude=longitude,
            name=text_of(block, "name") or "",
            address=text_of(block, "address") or "",
        )
    except ValueError:
        return None


def _degrees(block: Any, key: str) -> float | None:
    value = value_of(block, key)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _contacts(cards: Any) -> tuple[ContactCard, ...]:
    if not isinstance(cards, list):
        return ()
    return tuple(_contact(card) for card in cards if isinstance(card, dict))


def _contact(card: dict[str, Any]) -> ContactCard:
    listed = card.get("phones")
    phones = listed if isinstance(listed, list) else []
    return ContactCard(
        name=text_of(card, "name", "formatted_name"),
        phones=tuple(number for phone in phones if (number := text_of(phone, "phone"))),
        wa_ids=tuple(number for phone in phones if (number := id_of(phone, "wa_id"))),
        is_own=card.get("origin") == "contact_request",
    )


def _reaction(block: Any) -> Reaction | None:
    message_id = text_of(block, "message_id")
    return Reaction(message_id, text_of(block, "emoji")) if message_id else None

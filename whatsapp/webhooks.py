"""Reads a webhook body into updates, one by one.

Everything in a body counts: several entries, changes, messages and statuses. An item that can't
be read becomes one `MALFORMED` update and leaves its neighbours alone. Reading an update further
is `read_message`, `read_status` and `read_identity_change`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from whatsapp.errors import MalformedBodyError
from whatsapp.fields import (
    ContactBook,
    hashed_key,
    id_of,
    is_key,
    text_of,
    time_of,
    value_of,
)
from whatsapp.inbound import (
    is_new_identity_key,
    is_unanswered_call,
    read_identity_change,
    read_message,
    read_status,
)
from whatsapp.json_body import read_object
from whatsapp.updates import MAX_KEY_CHARACTERS, Identity, Update, UpdateKind

__all__ = [
    "MalformedBodyError",
    "is_new_identity_key",
    "is_unanswered_call",
    "read_identity_change",
    "read_message",
    "read_status",
    "read_updates",
]

_LISTS = {
    "messages": UpdateKind.MESSAGE,
    "statuses": UpdateKind.STATUS,
    "message_echoes": UpdateKind.ECHO,
    "calls": UpdateKind.CALL,
    "user_id_update": UpdateKind.USER_ID_UPDATE,
    "errors": UpdateKind.ERROR,
}
_NO_ITEMS = frozenset({"messaging_product", "metadata", "contacts"})


@dataclass(frozen=True)
class _Place:
    """Where in the body an item stands."""

    entry_id: str | None
    entry_time: Any
    field: str
    phone_number_id: str | None
    contacts: ContactBook
    list_name: str = ""


class _UnreadableItemError(Exception):
    """The item lacks what an update needs."""


def read_updates(body: bytes) -> list[Update]:
    """Returns every update of a webhook body, in its order.

    Args:
        body: The raw body. Its signature has been checked before.

    Raises:
        MalformedBodyError: The body is not a JSON object. Nothing else raises.
    """
    root = read_object(body)
    nowhere = _Place(None, None, "", None, ContactBook(None))
    entries = root.get("entry")
    if not isinstance(entries, list):
        return [_malformed(root, nowhere, "The body has no list of entries.")]
    updates: list[Update] = []
    for entry in entries:
        changes = value_of(entry, "changes")
        if not isinstance(changes, list):
            updates.append(_malformed(entry, nowhere, "The entry has no list of changes."))
            continue
        for change in changes:
            updates.extend(_change_updates(entry, change))
    return updates


def _change_updates(entry: dict[str, Any], change: Any) -> Iterator[Update]:
    value = value_of(change, "value")
    place = _Place(
        entry_id=id_of(entry, "id"),
        entry_time=entry.get("time"),
        field=(text_of(change, "field") or "")[:MAX_KEY_CHARACTERS],
        phone_number_id=id_of(value, "metadata", "phone_number_id"),
        contacts=ContactBook(value),
    )
    if not isinstance(value, dict):
        yield _malformed(change, place, "The change has no value.")
        return
    is_empty = True
    for name, items in value.items():
        if name in _NO_ITEMS or items is None:
            continue
        # Without the metadata of a messaging value only what is known is a list of items: in an
        # account update the words around a list say what it is about.
        if name not in _LISTS and not (isinstance(items, list) and "metadata" in value):
            continue
        kind = _LISTS.get(name, UpdateKind.OTHER)
        place = replace(place, list_name=name[:MAX_KEY_CHARACTERS])
        if not isinstance(items, list):
            is_empty = False
            yield _malformed(items, place, f"{name} is not a list.")
            continue
        for item in items:
            is_empty = False
            yield _item_update(kind, item, place)
    if is_empty:
        yield _update(UpdateKind.OTHER, value, place, identity=None)


def _item_update(kind: UpdateKind, item: Any, place: _Place) -> Update:
    if not isinstance(item, dict):
        if kind is UpdateKind.OTHER:
            return _update(kind, {"item": item}, place, identity=None)
        return _malformed(item, place, "The item is not an object.")
    try:
        if kind is UpdateKind.MESSAGE:
            return _message_update(item, place)
        if kind is UpdateKind.STATUS:
            return _status_update(item, place)
        if kind is UpdateKind.ECHO:
            identity = _patient(item, place, "to")
            return _update(kind, item, place, identity, key=_wamid(item))
    except _UnreadableItemError as error:
        return _malformed(item, place, str(error))
    return _update(kind, item, place, _other_identity(kind, item, place))


def _message_update(item: dict[str, Any], place: _Place) -> Update:
    is_system = item.get("type") == "system"
    identity = _patient(item, place, "from")
    wamid = _wamid(item)
    if identity is None and not is_system:
        raise _UnreadableItemError("The message has no sender.")
    kind = UpdateKind.SYSTEM if is_system else UpdateKind.MESSAGE
    return _update(kind, item, place, identity, key=wamid)


def _status_update(item: dict[str, Any], place: _Place) -> Update:
    wamid = _wamid(item)
    status = text_of(item, "status")
    if status is None:
        raise _UnreadableItemError("The status has no name.")
    identity = place.contacts.identity(
        wa_id=id_of(item, "recipient_id"),
        user_id=id_of(item, "recipient_user_id"),
    )
    return _update(UpdateKind.STATUS, item, place, identity, key=f"status:{wamid}:{status}")


def _wamid(item: dict[str, Any]) -> str:
    wamid = text_of(item, "id")
    if wamid is None:
        raise _UnreadableItemError("The item has no id.")
    return wamid


def _patient(item: dict[str, Any], place: _Place, side: str) -> Identity | None:
    return place.contacts.identity(
        wa_id=id_of(item, side),
        user_id=id_of(item, f"{side}_user_id"),
        or_only=True,
    )


def _other_identity(kind: UpdateKind, item: dict[str, Any], place: _Place) -> Identity | None:
    if kind is UpdateKind.CALL:
        is_ours = item.get("direction") == "BUSINESS_INITIATED"
        return _patient(item, place, "to" if is_ours else "from")
    if kind is UpdateKind.USER_ID_UPDATE:
        return place.contacts.identity(
            wa_id=id_of(item, "wa_id"),
            user_id=id_of(item, "user_id", "current"),
        )
    return None


def _update(
    kind: UpdateKind,
    item: dict[str, Any],
    place: _Place,
    identity: Identity | None,
    key: str | None = None,
) -> Update:
    timestamp = time_of(item) or time_of({"timestamp": place.entry_time})
    if key is None:
        key = _content_key(kind.value, item, place)
    elif not is_key(key):
        key = hashed_key(kind.value, key)
    return Update(
        kind=kind,
        key=key,
        field=place.field,
        phone_number_id=place.phone_number_id,
        timestamp=timestamp,
        identity=identity,
        raw=item,
        list_name=place.list_name,
    )


def _malformed(item: Any, place: _Place, reason: str) -> Update:
    return Update(
        kind=UpdateKind.MALFORMED,
        key=_content_key(UpdateKind.MALFORMED.value, item, place),
        field=place.field,
        phone_number_id=place.phone_number_id,
        timestamp=time_of(item),
        identity=None,
        raw=item if isinstance(item, dict) else {"item": item},
        reason=reason,
        list_name=place.list_name,
    )


def _content_key(prefix: str, item: Any, place: _Place) -> str:
    # An item without a time of its own (a PIN reset request) may come again with the same words:
    # then the time of the entry tells them apart.
    own_time = value_of(item, "timestamp")
    time = place.entry_time if own_time is None else None
    return hashed_key(prefix, place.entry_id, place.field, place.phone_number_id, time, item)

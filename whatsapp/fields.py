"""Reads single values out of webhook items, where any of them may be absent or of a wrong type."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime, timezone
from typing import Any

from whatsapp.updates import MAX_KEY_CHARACTERS, Identity

_EARLIEST = 1_230_768_000  # 2009, when WhatsApp began
_LATEST = 4_102_444_800  # 2100

MAX_ID_CHARACTERS = 200


def text_of(item: Any, *path: str) -> str | None:
    """Returns the text at a path of keys, or None when there is none or it is empty."""
    value = value_of(item, *path)
    return value if isinstance(value, str) and value else None


def id_of(item: Any, *path: str) -> str | None:
    """Returns an id, which some bodies give as a number; None when absent or overlong."""
    value = value_of(item, *path)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        value = str(value)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_ID_CHARACTERS:
        return None
    return value.strip() or None


def value_of(item: Any, *path: str) -> Any:
    """Returns what is at a path of keys, or None."""
    for key in path:
        if not isinstance(item, dict):
            return None
        item = item.get(key)
    return item


def time_of(item: Any, key: str = "timestamp") -> datetime | None:
    """Returns an instant given in epoch seconds, as text or number; None when absurd."""
    value = value_of(item, key)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}", value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    if not _EARLIEST <= value < _LATEST:
        return None
    return datetime.fromtimestamp(value, timezone.utc)


def is_key(candidate: str) -> bool:
    """Tells whether an id can be a deduplication key as it is."""
    return re.fullmatch(rf"[\x21-\x7e]{{1,{MAX_KEY_CHARACTERS}}}", candidate) is not None


def hashed_key(prefix: str, *parts: Any) -> str:
    """Returns `prefix:` and the SHA-256 of the parts in canonical JSON."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return f"{prefix}:{hashlib.sha256(canonical.encode()).hexdigest()}"


class ContactBook:
    """The `contacts` of a webhook value, to be found by number or user id.

    A body can hold a thousand messages, each with its contact: hence the two indexes.
    """

    def __init__(self, value: Any) -> None:
        found = value_of(value, "contacts")
        contacts = [c for c in found if isinstance(c, dict)] if isinstance(found, list) else []
        self._by_wa_id = _index(contacts, "wa_id")
        self._by_user_id = _index(contacts, "user_id")
        self._only = contacts[0] if len(contacts) == 1 else None

    def identity(
        self, *, wa_id: str | None, user_id: str | None, or_only: bool = False
    ) -> Identity | None:
        """Returns who an item concerns; None when neither it nor the contacts say.

        Args:
            wa_id: The number that the item itself gives.
            user_id: The user id that the item itself gives.
            or_only: Take the single contact when the item gives neither.
        """
        contact = self._by_wa_id.get(wa_id or "") or self._by_user_id.get(user_id or "")
        if or_only and not (wa_id or user_id):
            contact = self._only
        identity = Identity(
            wa_id=wa_id or id_of(contact, "wa_id"),
            user_id=user_id or id_of(contact, "user_id"),
            username=text_of(contact, "profile", "username") or text_of(contact, "username"),
            profile_name=text_of(contact, "profile", "name"),
            key_hash=id_of(contact, "identity_key_hash"),
        )
        return identity if identity.key else None


def _index(contacts: list[dict[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    return {found: contact for contact in contacts if (found := id_of(contact, key))}

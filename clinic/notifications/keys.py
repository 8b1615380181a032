"""Keys of messages that the clinic sends on its own: what makes each of them sent once."""

from __future__ import annotations

_REMINDER = "reminder:"


def reminder_key(appointment_id: str, kind: str, version: int) -> str:
    """Returns the key of a reminder (`24h`, `1h`); a moved appointment has another version."""
    return f"{_REMINDER}{appointment_id}:{kind}:{version}"


def reminded_appointment(key: str) -> str | None:
    """Returns the appointment that a message's key is a reminder of, None for other messages."""
    if not key.startswith(_REMINDER):
        return None
    return key[len(_REMINDER) :].split(":", 1)[0]

"""Buttons made in code."""

from __future__ import annotations

from clinic.messaging.payloads import payload


def button(title: str, intent: str, **entities: object) -> dict[str, str]:
    """Returns a button that starts an intent; titles over WhatsApp's limits are cut when sent."""
    return {"title": title, "payload": payload(intent, **entities)}

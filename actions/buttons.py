"""Buttons made in code: their payload carries an intent and what it is about."""

from __future__ import annotations

import json
from typing import Any


def button(title: str, intent: str, **entities: Any) -> dict[str, str]:
    """Returns a button; titles over WhatsApp's limits are cut when they are sent."""
    content = json.dumps(entities, ensure_ascii=False) if entities else ""
    return {"title": title, "payload": f"/{intent}{content}"}

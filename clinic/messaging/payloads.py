"""What buttons send back: an intent and what it is about."""

from __future__ import annotations

import json


def payload(intent: str, **entities: object) -> str:
    """Returns what a button carries: `/intent{json}`; values that are None are left out."""
    filled = {name: value for name, value in entities.items() if value is not None}
    return f"/{intent}{json.dumps(filled, ensure_ascii=False)}" if filled else f"/{intent}"

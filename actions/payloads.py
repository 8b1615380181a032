"""What buttons send back."""

from __future__ import annotations

import json


def payload(intent: str, **entities: str) -> str:
    """Returns the payload of an intent with its entities; a value may hold quotes."""
    if not entities:
        return f"/{intent}"
    return f"/{intent}{json.dumps(entities, ensure_ascii=False)}"

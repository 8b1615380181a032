"""Messages that sound like an emergency are found before they are stored."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors import urgency
from connectors.urgency import urgent_keys
from whatsapp.updates import Update
from whatsapp.webhooks import read_updates


def updates(*items: dict[str, Any]) -> list[Update]:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "212522000100", "phone_number_id": "1"},
        "messages": [
            {"from": "212661000001", "id": f"wamid.{n}", "timestamp": "1795424400", **item}
            for n, item in enumerate(items)
        ],
    }
    changes = [{"field": "messages", "value": value}]
    body = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}
    return read_updates(json.dumps(body).encode())


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": words}}


def test_words_and_captions_count_and_others_do_not() -> None:
    found = urgent_keys(
        updates(
            text("bonjour, un rdv svp"),
            text("ma fille ne respire plus"),
            {"type": "image", "image": {"id": "7", "caption": "il saigne et ça ne s'arrête pas"}},
            {"type": "image", "image": {"id": "8"}},
            {"type": "hologram"},
        )
    )
    assert found == {"wamid.1", "wamid.2"}


def test_a_button_is_never_an_emergency() -> None:
    reply = {"type": "button_reply", "button_reply": {"id": "x", "title": "il ne respire plus"}}
    assert urgent_keys(updates({"type": "interactive", "interactive": reply})) == frozenset()


def test_what_cannot_be_looked_at_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_words: str) -> None:
        raise ValueError

    monkeypatch.setattr(urgency, "assess_emergency", fail)
    assert urgent_keys(updates(text("ma fille ne respire plus"))) == frozenset()

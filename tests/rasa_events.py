"""Events of Rasa's trackers, made by hand."""

from __future__ import annotations

from typing import Any


def user(intent: str, message_id: str) -> dict[str, Any]:
    return {
        "event": "user",
        "text": "Salma Benali 0661",
        "metadata": {"message_id": message_id},
        "parse_data": {"intent": {"name": intent}},
    }


def loop(name: str | None) -> dict[str, Any]:
    return {"event": "active_loop", "name": name}


def asks(slot: str | None) -> dict[str, Any]:
    return {"event": "slot", "name": "requested_slot", "value": slot}


def says(response: str) -> dict[str, Any]:
    return {"event": "bot", "text": "Bonjour Salma", "metadata": {"utter_action": response}}


BOOKING = [
    user("book_appointment", "m1"), loop("booking_form"), asks("booking_specialty"),
    says("utter_ask_booking_specialty"),
]  # fmt: skip

"""What the assistant understood of a conversation, read from what it remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SHOWN_SLOTS = (
    "booking_specialty",
    "booking_practitioner",
    "booking_relation",
    "request_kind",
    "request_document_type",
)


@dataclass(frozen=True)
class Understanding:
    """What the assistant made of it.

    Attributes:
        intent: of the last message that somebody wrote or tapped.
        confidence: from 0 to 1.
        is_guess: language understanding took it for that; a button or a file says it itself.
        words: that message.
        message_id: WhatsApp's id of it.
        is_typed: whether somebody wrote it; a tapped button cannot be misunderstood.
        form: the errand that is open, as its form is called; None without one.
        asked: what its open question is about; None without one.
        slots: what the errand knows so far.
    """

    intent: str | None
    confidence: float
    is_guess: bool
    words: str
    message_id: str
    is_typed: bool
    form: str | None
    asked: str | None
    slots: Mapping[str, str]


def read_understanding(events: list[dict[str, Any]] | None) -> Understanding | None:
    """Returns what the events of Rasa's tracker say; None without a conversation."""
    if not events:
        return None
    intent, confidence, words, message_id = None, 0.0, "", ""
    is_guess, is_typed = False, False
    form: str | None = None
    slots: dict[str, Any] = {}
    for event in events:
        kind = event.get("event")
        if kind == "user":
            parsed = event.get("parse_data") or {}
            found = parsed.get("intent") or {}
            if found.get("name") and found["name"] != "handed_back":
                intent = str(found["name"])
                confidence = float(found.get("confidence") or 0.0)
                is_guess = confidence < 1.0 or len(parsed.get("intent_ranking") or ()) != 1
                words = str(event.get("text") or "")
                metadata = event.get("metadata") or {}
                message_id = str(metadata.get("message_id") or "")
                is_typed = bool(words) and not metadata.get("is_tap")
        elif kind == "active_loop":
            form = event.get("name")
        elif kind == "slot":
            slots[str(event.get("name"))] = event.get("value")
        elif kind in ("session_started", "restart"):
            form = None
    return Understanding(
        intent=intent,
        confidence=confidence,
        is_guess=is_guess,
        words=words,
        message_id=message_id,
        is_typed=is_typed,
        form=form,
        asked=slots.get("requested_slot") if form else None,
        slots={
            name: value
            for name in _SHOWN_SLOTS
            if isinstance(value := slots.get(name), str) and value
        },
    )

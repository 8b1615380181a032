"""What a turn did to an errand: read from what the dialogue wrote down, without any words.

An errand is a form of the dialogue, or a question that is answered at once. What is kept says
which question was open, how many turns it took and how it ended; nothing that a patient said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from clinic.scheduling.errors import SlotNotOfferedError
from clinic.scheduling.model import AgendaSlot

QUESTION = "question"
"""The errand of what is answered in one turn; its step is the intent."""

_SUCCESSES = {
    "utter_booked": "booking_form",
    "utter_moved": "rescheduling_form",
    "utter_cancelled": "cancellation_form",
    "utter_all_cancelled": "cancellation_form",
    "utter_waitlist_joined": "waitlist_form",
    "utter_waitlist_joined_earlier": "waitlist_form",
    "utter_waitlist_joined_day": "waitlist_form",
    "utter_late_noted": "lateness_form",
    "utter_late_past_grace": "lateness_form",
    "utter_in_time": "lateness_form",
    "utter_request_opened": "request_form",
    "utter_request_results_opened": "request_form",
    "utter_rectified": "rectification_form",
    "utter_rectification_number": "rectification_form",
    "utter_give_feedback": "feedback_form",
}
"""The responses that end an errand well."""

_QUESTIONS = frozenset(
    {
        "ask_opening_hours",
        "ask_location",
        "ask_contact",
        "ask_price",
        "ask_documents_to_bring",
        "ask_insurance",
        "ask_services",
        "ask_preparation",
        "ask_walk_in",
        "ask_queue",
        "ask_privacy",
        "check_appointment",
        "confirm_appointment",
        "ask_request_status",
        "request_data_access",
        "give_consent",
        "withdraw_consent",
        "change_language",
    }
)
"""Intents that the assistant answers by itself in one turn."""


class ErrandOutcome(str, Enum):
    """How an errand ended; one that stays open for a day was left."""

    OPEN = "open"
    COMPLETED = "completed"
    LEFT = "left"
    PASSED_ON = "passed_on"


@dataclass(frozen=True)
class TurnStep:
    """Where a turn ended.

    Attributes:
        form: that is open after it, None for none.
        step: the open question: a slot's name.
        completed: the errand that the turn ended well.
        question: the intent of something that was answered at once.
        site: of the time that was chosen in the form; None for none.
    """

    form: str | None
    step: str
    completed: str | None
    question: str | None
    site: str | None = None


def read_step(events: Sequence[Mapping[str, Any]], message_id: str) -> TurnStep:
    """Reads where a conversation stands after a turn.

    Args:
        events: of the session, as Rasa writes them, the oldest first.
        message_id: of the turn's message, to know where the turn began.
    """
    form: str | None = None
    site: str | None = None
    step = ""
    for event in events:
        if event["event"] == "active_loop":
            form = event["name"]
            site = site if form is None else None
        elif event["event"] == "slot" and event["name"] == "requested_slot":
            step = event["value"] or ""
        elif event["event"] == "slot" and event["name"] == "agenda_slot" and event["value"]:
            site = _site_of(event["value"])
    turn = _of_turn(events, message_id)
    said = {_response_of(event) for event in turn}
    completed = next((_SUCCESSES[name] for name in _SUCCESSES if name in said), None)
    intent = next((_intent_of(event) for event in turn if event["event"] == "user"), "")
    is_answered = form is None and completed is None and intent in _QUESTIONS
    return TurnStep(form, step if form else "", completed, intent if is_answered else None, site)


def _of_turn(events: Sequence[Mapping[str, Any]], message_id: str) -> Sequence[Mapping[str, Any]]:
    for number, event in enumerate(events):
        metadata = event.get("metadata") or {}
        if event["event"] == "user" and metadata.get("message_id") == message_id:
            return events[number:]
    return ()


def _intent_of(event: Mapping[str, Any]) -> str:
    intent = (event.get("parse_data") or {}).get("intent") or {}
    return str(intent.get("name") or "")


def _site_of(slot_key: Any) -> str | None:
    try:
        return AgendaSlot.from_key(str(slot_key)).site_id
    except SlotNotOfferedError:
        return None


def _response_of(event: Mapping[str, Any]) -> str:
    metadata = event.get("metadata") or {}
    return str(metadata.get("utter_action") or "") if event["event"] == "bot" else ""

"""Runs an action on a conversation made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from nlu.time_expressions import resolve_time


@dataclass(frozen=True)
class Outcome:
    """What an action did.

    Attributes:
        responses: names of the responses it uttered.
        slots: the slots that it set.
        ended: whether it ended the form.
    """

    responses: list[str]
    slots: dict[str, Any]
    ended: bool
    messages: list[dict[str, Any]]


def user(
    intent: str,
    text: str = "(words)",
    *,
    entities: Mapping[str, Any] | None = None,
    confidence: float = 1.0,
    message_id: str = "wamid.1",
    is_tap: bool = False,
) -> dict[str, Any]:
    """A message of the patient, as an event."""
    parsed = {
        "text": text,
        "intent": {"name": intent, "confidence": confidence},
        "entities": [{"entity": k, "value": v} for k, v in (entities or {}).items()],
        "metadata": {"message_id": message_id, "is_tap": is_tap},
    }
    return {"event": "user", "text": text, "parse_data": parsed, "metadata": parsed["metadata"]}


def bot(response: str, text: str = "…") -> dict[str, Any]:
    """A message of the assistant, as an event."""
    return {"event": "bot", "text": text, "metadata": {"utter_action": response}}


def tracker_of(
    contact_id: str, events: Sequence[Mapping[str, Any]], slots: Mapping[str, Any] | None = None
) -> Tracker:
    latest = next(event["parse_data"] for event in reversed(events) if event["event"] == "user")
    return Tracker(
        contact_id, {"language": "fr", **(slots or {})}, latest, list(events), False, None, {}, None
    )


async def run(action: Action, tracker: Tracker) -> Outcome:
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, tracker, {})
    return Outcome(
        responses=[message["response"] for message in dispatcher.messages],
        slots={event["name"]: event["value"] for event in events if event["event"] == "slot"},
        ended={"event": "active_loop", "timestamp": None, "name": None} in events,
        messages=dispatcher.messages,
    )


def time_entities(text: str, now: datetime) -> list[dict[str, Any]]:
    """The times that the assistant's own reader finds in a text, as entities of a message."""
    return [
        {
            "entity": "time",
            "start": found.span[0],
            "end": found.span[1],
            "value": {
                "from": found.start.isoformat(),
                "to": found.end.isoformat(),
                "grain": found.grain,
            },
        }
        for found in resolve_time(text, now=now)
    ]

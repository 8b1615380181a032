"""Messages between two intents: "do you want this or that?" instead of a guess."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.said import language_of
from clinic.bootstrap import services

_WEAK = 0.15
"""A first intent below it is no candidate: gibberish has a ranking too."""

_NEAR = 0.6
"""How much of the first one's confidence the second has, to be a rival."""

_TOGETHER = 0.4
"""What both have at least together: else a third is as likely."""


def near_tie(tracker: Tracker) -> tuple[str, str] | None:
    """Returns the two intents that a message is between; None when it is not between two."""
    message = tracker.latest_message
    if (message.get("intent") or {}).get("name") != "nlu_fallback":
        return None
    ranked = [
        entry for entry in message.get("intent_ranking") or () if entry["name"] != "nlu_fallback"
    ]
    if len(ranked) < 2:
        return None
    (first, second), texts = ranked[:2], services().texts
    chances = first["confidence"], second["confidence"]
    is_near = chances[0] >= _WEAK and chances[1] >= _NEAR * chances[0]
    can_be_asked = all(texts.has(f"utter_intent_{entry['name']}") for entry in (first, second))
    if is_near and can_be_asked and sum(chances) >= _TOGETHER:
        return first["name"], second["name"]
    return None


def ask_which(dispatcher: CollectingDispatcher, tracker: Tracker, intents: tuple[str, str]) -> None:
    """Asks which of two intents is meant; a button carries what the message said besides."""
    texts, language = services().texts, language_of(tracker)
    said = {
        entity["entity"]: entity["value"]
        for entity in reversed(tracker.latest_message.get("entities") or [])
    }
    buttons = [
        button(texts.text(f"utter_intent_{name}", language), name, **said) for name in intents
    ]
    neither = button(texts.text("utter_neither", language), "request_human")
    dispatcher.utter_message(response="utter_near_tie", buttons=[*buttons, neither])

"""Which language the patient is answered in, decided at the start of every turn."""

from __future__ import annotations

from itertools import islice
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.resuming import resume
from actions.said import read_said
from clinic.bootstrap import services
from nlu.conversation_language import conversation_language
from nlu.language_identifier import identify_language

_MESSAGES_LOOKED_AT = 3
_LANGUAGES = ("fr", "ary", "ary-Latn", "en")


class ActionValidateSlotMappings(Action):
    """Rasa runs it before every prediction; it keeps slot `language`."""

    def name(self) -> str:
        return "action_validate_slot_mappings"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        metadata = tracker.latest_message.get("metadata") or {}
        language = conversation_language(
            [identify_language(text) for text in _typed_texts(tracker)],
            current=tracker.get_slot("language") or metadata.get("language"),
            default=services().clinic.default_language,
            fixed=tracker.get_slot("fixed_language"),
        )
        if language == tracker.get_slot("language"):
            return []
        return [SlotSet("language", language)]


class ActionChangeLanguage(Action):
    """Keeps to the language that the patient asks for."""

    def name(self) -> str:
        return "action_change_language"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wanted = read_said(tracker).value("language")
        if wanted not in _LANGUAGES:
            dispatcher.utter_message(response="utter_ask_language")
            return resume(tracker)
        # The response is chosen by the slot as it was; the answer is in the new language.
        dispatcher.utter_message(text=services().texts.text("utter_change_language", wanted))
        return [SlotSet("language", wanted), SlotSet("fixed_language", wanted), *resume(tracker)]


def _typed_texts(tracker: Tracker) -> list[str]:
    """Returns the last texts that the patient typed, the oldest first; taps are not theirs."""
    typed = (
        event["text"]
        for event in reversed(tracker.events)
        if event["event"] == "user"
        and event.get("text")
        and not (event.get("metadata") or {}).get("is_tap")
    )
    return list(islice(typed, _MESSAGES_LOOKED_AT))[::-1]

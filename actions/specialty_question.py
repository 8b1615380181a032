"""Which specialty: the same question for a booking and for the waiting list."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.said import language_of
from clinic.bootstrap import services


def ask_specialty(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Asks which specialty, with those of this clinic to choose from."""
    wired, language = services(), language_of(tracker)
    buttons = [
        button(
            wired.texts.text(f"utter_specialty_{specialty.value}", language),
            "inform",
            specialty=specialty.value,
        )
        for specialty in wired.clinic.specialties
    ]
    dispatcher.utter_message(response="utter_ask_specialty", buttons=buttons)

"""Greetings, and the small talk that needs the clinic's or the patient's name."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.said import language_of, read_said
from clinic.bootstrap import services
from clinic.patients.model import Relation


class ActionGreet(Action):
    """Greets a known patient by name, a new one with what the assistant can do."""

    def name(self) -> str:
        return "action_greet"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        known = await asyncio.to_thread(services().patients.of_contact, tracker.sender_id)
        own = next((patient for patient in known if patient.relation is Relation.SELF), None)
        if own:
            dispatcher.utter_message(response="utter_greet_known", name=own.name)
        else:
            clinic = services().clinic.name.to(language_of(tracker))
            dispatcher.utter_message(response="utter_greet", clinic=clinic)
        return []


class ActionSmallTalk(Action):
    """Answers thanks, goodbyes and the like with the response of the intent's name."""

    def name(self) -> str:
        return "action_small_talk"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        clinic = services().clinic.name.to(language_of(tracker))
        dispatcher.utter_message(response=f"utter_{read_said(tracker).intent}", clinic=clinic)
        return []

"""The start of a session: what is carried over from the last one."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, EventType, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

_CARRIED_OVER = ("language", "fixed_language")


class ActionSessionStart(Action):
    """Carries over only what matters, once: Rasa's own copies every event that set a slot."""

    def name(self) -> str:
        return "action_session_start"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if tracker.active_loop_name and tracker.latest_message:
            # What was open is forgotten after the silence: the patient is told, once.
            dispatcher.utter_message(response="utter_fresh_start")
        kept = [
            SlotSet(name, tracker.get_slot(name))
            for name in _CARRIED_OVER
            if tracker.get_slot(name) is not None
        ]
        return [SessionStarted(), *kept, ActionExecuted("action_listen")]

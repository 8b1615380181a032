"""Everything that a person has to do: the request is passed on, and the patient knows when."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.handing_over import hand_over
from actions.resuming import resume
from actions.said import read_said
from clinic.handoff.model import Priority

_PRIORITIES = {"complain": Priority.ASAP}
_RESPONSES = {"complain": "utter_complain"}


class ActionHandOver(Action):
    """Passes a request to staff, with the priority that its intent has."""

    def name(self) -> str:
        return "action_hand_over"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        intent = read_said(tracker).intent
        sentence = await hand_over(tracker, _PRIORITIES.get(intent, Priority.ROUTINE), intent)
        if intent == "request_human":
            dispatcher.utter_message(text=sentence)
        else:
            response = _RESPONSES.get(intent, "utter_request_passed_on")
            dispatcher.utter_message(response=response, handoff=sentence)
        return resume(tracker)

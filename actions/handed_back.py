"""A person has finished with a conversation: the assistant goes on, or ends what was open.

The message is not the patient's: the console queued it (`clinic/handoff/going_on.py`) and says
how the hand-off ended and what staff did in the agenda meanwhile.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.errands import end_errand
from actions.resuming import resume
from actions.said import read_said
from clinic.handoff.model import Outcome

_SETTLED = {
    "booked": ("booking_form", "rescheduling_form", "waitlist_form"),
    "moved": ("rescheduling_form", "cancellation_form", "booking_form"),
    "cancelled": ("cancellation_form", "rescheduling_form"),
}
"""Errands that staff have finished by what they did."""


class ActionHandedBack(Action):
    """Takes a conversation up again where it stood, unless staff have settled it."""

    def name(self) -> str:
        return "action_handed_back"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        said, form = read_said(tracker), tracker.active_loop_name
        if said.value("outcome") == Outcome.RESOLVED.value:
            return await end_errand(tracker)
        if form and form in _SETTLED.get(said.value("done") or "", ()):
            dispatcher.utter_message(response="utter_handed_back_done")
            return await end_errand(tracker)
        dispatcher.utter_message(
            response="utter_handed_back_errand" if form else "utter_handed_back"
        )
        return resume(tracker)

"""A person has finished with a conversation: the assistant goes on, or ends what was open.

The message is not the patient's: the console queued it (`clinic/handoff/going_on.py`) and says
how the hand-off ended and what staff did in the agenda meanwhile.
"""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.errand_register import errand_of
from actions.resuming import resume
from actions.said import read_said
from clinic.bootstrap import services
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
            return await _end(tracker, form)
        if form and form in _SETTLED.get(said.value("done") or "", ()):
            dispatcher.utter_message(response="utter_handed_back_done")
            return await _end(tracker, form)
        dispatcher.utter_message(
            response="utter_handed_back_errand" if form else "utter_handed_back"
        )
        return resume(tracker)


async def _end(tracker: Tracker, form: str | None) -> list[EventType]:
    """Ends the open errand: what it held is free again, what it asked is forgotten."""
    if form is None:
        return []
    if hold_id := tracker.get_slot("hold"):
        await asyncio.to_thread(services().scheduling.release, hold_id)
    errand = errand_of(form)
    asked = errand.slots if errand else ()
    return [
        *(SlotSet(name, None) for name in asked),
        SlotSet("requested_slot", None),
        ActiveLoop(None),
    ]

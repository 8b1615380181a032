"""Errands with questions, and what happens when a patient starts another one in the middle.

Each `validate_<form>` is an `ErrandForm`, or begins as it does. Then a message that starts another
errand (`errand_register.py`) is answered with one question: leave this one and do that? Yes plays
the patient's message again as if nothing had been open; no asks what was open. A button names what
it does and needs no question.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Protocol

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.errand_register import errand_of, errand_started_by
from actions.resuming import ERRAND_CHANGE, resume
from actions.said import language_of, read_said
from clinic.bootstrap import Services, services

QUESTION = ERRAND_CHANGE
WANTED = "wanted_errand"


async def read_errand_change(
    dispatcher: CollectingDispatcher, tracker: Tracker
) -> list[EventType] | None:
    """Returns the events of a message that is about leaving the open errand; None for others."""
    if tracker.get_slot("requested_slot") == QUESTION:
        return await _read_answer(dispatcher, tracker)
    present = errand_of(tracker.active_loop_name)
    if present is None or tracker.get_slot("requested_slot") is None:
        return None
    said = read_said(tracker)
    wanted = errand_started_by(said.intent)
    if wanted is None or wanted == present or said.intent in present.own:
        return None
    if said.confidence < wanted.sure or said.is_only_a_value:
        return None
    message = tracker.latest_message
    kept: dict[str, Any] = {
        name: message.get(name) for name in ("text", "intent", "entities", "metadata")
    }
    if said.is_tap:
        return await _leave_for(tracker, kept)
    kept["question"] = tracker.get_slot("requested_slot")
    return [SlotSet(WANTED, kept), SlotSet("requested_slot", QUESTION)]


class Turn(Protocol):
    """One message inside a form."""

    def __init__(
        self, wired: Services, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> None: ...

    async def events(self) -> list[EventType]:
        """Reads it, and returns the slots that it sets."""


class ErrandForm:
    """What every `validate_<form>` does: the question of leaving comes first, then the form's own.

    No action itself, or the action server would register it.
    """

    form: ClassVar[str]
    turn: ClassVar[type[Turn]]

    def name(self) -> str:
        return f"validate_{self.form}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if (change := await read_errand_change(dispatcher, tracker)) is not None:
            return change
        return await self.turn(services(), dispatcher, tracker).events()


class ActionAskErrandChange(Action):
    """Asks whether the open errand is left for the other one."""

    def name(self) -> str:
        return f"action_ask_{QUESTION}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language = services(), language_of(tracker)
        wanted = errand_started_by(tracker.get_slot(WANTED)["intent"]["name"])
        assert wanted is not None  # that is what the question was opened with
        dispatcher.utter_message(
            response="utter_ask_errand_change",
            present=wired.texts.text(f"utter_errand_{tracker.active_loop_name}", language),
            wanted=wired.texts.text(f"utter_errand_{wanted.form}", language),
            buttons=[
                button(wired.texts.text("utter_errand_yes", language), "switch_errand"),
                button(wired.texts.text("utter_errand_no", language), "keep_errand"),
            ],
        )
        # Asked again after a digression it must not be followed by the form's own question.
        return [FollowupAction("action_listen")]


async def answer_after_digression(
    dispatcher: CollectingDispatcher, tracker: Tracker
) -> list[EventType] | None:
    """Returns the events of a yes or no to the question asked again; None when it is not open.

    After something else was answered Rasa gives the message to a rule, not to the form.
    """
    form = tracker.active_loop_name
    if form is None or tracker.get_slot("requested_slot") != QUESTION:
        return None
    events = await _read_answer(dispatcher, tracker)
    is_kept = events and not any(event["event"] == "active_loop" for event in events)
    return [*events, FollowupAction(form)] if events and is_kept else events or None


class ActionErrandChangeOver(Action):
    """Answers a tap on that question outside the form: after a digression, or too late."""

    def name(self) -> str:
        return "action_errand_change_over"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        answered = await answer_after_digression(dispatcher, tracker)
        if answered is not None:
            return answered
        dispatcher.utter_message(response="utter_old_list")
        return resume(tracker)


def play_again(message: dict[str, Any]) -> list[EventType]:
    """Returns the events that let Rasa answer a message of the patient anew."""
    return [
        ActionExecuted("action_listen"),
        {
            "event": "user",
            "timestamp": None,
            "text": message.get("text"),
            "parse_data": message,
            "metadata": message.get("metadata") or {},
        },
    ]


async def _read_answer(
    dispatcher: CollectingDispatcher, tracker: Tracker
) -> list[EventType] | None:
    said = read_said(tracker)
    wanted = tracker.get_slot(WANTED)
    present = errand_of(tracker.active_loop_name)
    if present is None or wanted is None:
        return None
    if said.intent in ("switch_errand", "affirm", wanted["intent"]["name"]):
        return await _leave_for(tracker, wanted)
    if said.intent in ("keep_errand", "deny") or said.intent in present.starts:
        dispatcher.utter_message(response="utter_errand_kept")
        # Named, since Rasa takes an empty one for the end of the form.
        return [SlotSet(WANTED, None), SlotSet("requested_slot", wanted["question"])]
    if said.intent in ("nlu_fallback", "inform"):
        dispatcher.utter_message(response="utter_not_understood_here")
        return [SlotSet(WANTED, wanted), SlotSet("requested_slot", QUESTION)]
    # A price, a thank-you: answered by rule, and the question comes back.
    return []


async def _leave_for(tracker: Tracker, message: dict[str, Any]) -> list[EventType]:
    """Ends the open errand and plays a message again."""
    return [SlotSet(WANTED, None), *await end_errand(tracker), *play_again(message)]


async def end_errand(tracker: Tracker) -> list[EventType]:
    """Ends the open errand: what it held is free again, what it asked is forgotten."""
    form = tracker.active_loop_name
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

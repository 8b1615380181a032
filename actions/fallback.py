"""Messages that are not understood: a short question, then a person."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.consent import response_of
from actions.handing_over import hand_over
from actions.near_ties import ask_which, near_tie
from actions.resuming import resume
from actions.said import read_said
from clinic.handoff.model import Priority

_FAILURES = ("utter_not_understood", "utter_not_understood_here", "utter_near_tie")

_NOT_UNDERSTOOD = ("nlu_fallback", "out_of_scope")


class ActionNotUnderstood(Action):
    """Asks once; the second failure in a row gives the conversation to a person."""

    def name(self) -> str:
        return "action_not_understood"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if _has_just_failed(tracker):
            await _give_to_a_person(dispatcher, tracker)
        elif intents := near_tie(tracker):
            ask_which(dispatcher, tracker, intents)
        elif tracker.active_form.get("name"):
            dispatcher.utter_message(response="utter_not_understood_here")
        elif read_said(tracker).intent == "out_of_scope":
            dispatcher.utter_message(response="utter_out_of_scope")
        else:
            dispatcher.utter_message(response="utter_not_understood")
        if read_said(tracker).intent not in _NOT_UNDERSTOOD:
            # No rule fits an intent that was understood: nothing follows by itself.
            return [FollowupAction("action_listen")]
        return resume(tracker)


async def say_not_understood_here(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Says inside a form that an answer was not understood; the second time, to a person."""
    if _has_just_failed(tracker):
        await _give_to_a_person(dispatcher, tracker)
    else:
        dispatcher.utter_message(response="utter_not_understood_here")


async def _give_to_a_person(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    sentence = await hand_over(tracker, Priority.ASAP, "not_understood")
    dispatcher.utter_message(response="utter_not_understood_again", handoff=sentence)


def _has_just_failed(tracker: Tracker) -> bool:
    """Tells whether the message before the latest one was not understood either."""
    if _previous_intent(tracker) in _NOT_UNDERSTOOD:
        return True
    messages = 0
    for event in reversed(tracker.events):
        messages += event["event"] == "user"
        if messages > 1:
            break
        if messages and response_of(event) in _FAILURES:
            return True
    return False


def _previous_intent(tracker: Tracker) -> str:
    """Returns the intent of the message before the latest one, "" if there is none."""
    intents = [
        event["parse_data"]["intent"].get("name") or ""
        for event in tracker.events
        if event["event"] == "user"
    ]
    return intents[-2] if len(intents) > 1 else ""

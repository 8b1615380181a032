"""Messages that are not understood: a short question, then a person."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.handing_over import hand_over
from actions.near_ties import ask_which, near_tie
from actions.resuming import resume
from actions.said import read_said
from clinic.handoff.model import Priority

_NOT_UNDERSTOOD = ("nlu_fallback", "out_of_scope")


class ActionNotUnderstood(Action):
    """Asks once; the second failure in a row gives the conversation to a person."""

    def name(self) -> str:
        return "action_not_understood"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if _previous_intent(tracker) in _NOT_UNDERSTOOD:
            sentence = await hand_over(tracker, Priority.ASAP, "not_understood")
            dispatcher.utter_message(response="utter_not_understood_again", handoff=sentence)
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


def _previous_intent(tracker: Tracker) -> str:
    """Returns the intent of the message before the latest one, "" if there is none."""
    intents = [
        event["parse_data"]["intent"].get("name") or ""
        for event in tracker.events
        if event["event"] == "user"
    ]
    return intents[-2] if len(intents) > 1 else ""

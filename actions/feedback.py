"""Opinions: a rating, some words if the patient likes, thanks."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.handing_over import hand_over
from actions.resuming import resume
from actions.said import Said, read_said
from clinic.bootstrap import Services, services
from clinic.feedback.model import HIGHEST, UNHAPPY
from clinic.feedback.ratings import read_rating
from clinic.handoff.model import Priority

FORM = "feedback_form"
RATING = "feedback_rating"
COMMENT = "feedback_comment"
VISIT = "feedback_visit"

FEEDBACK_SLOTS = (RATING, COMMENT, VISIT)

_NOTHING = "-"
_START_AFRESH = dict.fromkeys(FEEDBACK_SLOTS)
_WORDS = ("give_feedback", "complain", "inform", "nlu_fallback", "out_of_scope", "thank", "affirm")
_SKIPS = ("skip_comment", "deny", "goodbye", "stop_booking")
_SOME_WORDS = 3
"""From so many words on a rating comes with a comment."""


class ValidateFeedbackForm(Action):
    """Keeps the rating as soon as it is known, then the words that follow."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, said = services(), read_said(tracker)
        question = tracker.get_slot("requested_slot")
        rates_again = question == COMMENT and _said_rating(said) is not None
        if question not in (RATING, COMMENT) or said.intent == "rate_visit" or rates_again:
            slots = await _begin(wired, tracker, said)
        elif question == RATING:
            slots = await _read_rating(wired, tracker, said)
        else:
            slots = await _read_comment(wired, tracker, said)
        return [SlotSet(name, value) for name, value in slots.items()]


class ActionRateVisit(Action):
    """Begins an opinion with the stars; inside an errand it notes them and comes back to it."""

    def name(self) -> str:
        return "action_rate_visit"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        said = read_said(tracker)
        rating = _said_rating(said)
        if rating is None or tracker.active_loop_name in (None, FORM):
            return [FollowupAction(FORM)]
        await _keep(services(), tracker, rating, said.value("feedback"))
        if rating > UNHAPPY:
            dispatcher.utter_message(response="utter_give_feedback")
        else:
            sentence = await hand_over(tracker, Priority.ASAP, "low_rating")
            dispatcher.utter_message(response="utter_complain", handoff=sentence)
        return resume(tracker)


class ActionAskFeedbackRating(Action):
    """Asks for a rating with five choices."""

    def name(self) -> str:
        return f"action_ask_{RATING}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        visit = tracker.get_slot(VISIT)
        buttons = [
            button("⭐" * rating, "rate_visit", rating=rating, feedback=visit)
            for rating in range(HIGHEST, 0, -1)
        ]
        dispatcher.utter_message(response="utter_ask_rating", buttons=buttons)
        return []


class ActionAskFeedbackComment(Action):
    """Thanks for the rating and leaves room for words; a low one is passed on."""

    def name(self) -> str:
        return f"action_ask_{COMMENT}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if int(tracker.get_slot(RATING)) > UNHAPPY:
            dispatcher.utter_message(response="utter_ask_comment")
            return []
        sentence = await hand_over(tracker, Priority.ASAP, "low_rating")
        dispatcher.utter_message(response="utter_ask_comment_unhappy", handoff=sentence)
        return []


class ActionThankFeedback(Action):
    """Ends the opinion with thanks."""

    def name(self) -> str:
        return "action_thank_feedback"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if tracker.get_slot(RATING) is None:
            return []
        dispatcher.utter_message(response="utter_give_feedback")
        return [*(SlotSet(name, value) for name, value in _START_AFRESH.items()), ActiveLoop(None)]


async def _begin(wired: Services, tracker: Tracker, said: Said) -> dict[str, Any]:
    rating = _said_rating(said)
    visit = said.value("feedback")
    slots: dict[str, Any] = {**_START_AFRESH, VISIT: visit}
    if rating is not None:
        slots |= await _keep(wired, tracker, rating, visit)
    has_words = len(re.findall(r"[^\W\d_]{2,}", said.text)) >= _SOME_WORDS
    if has_words and not said.is_tap:
        contact_id = tracker.sender_id
        await asyncio.to_thread(
            wired.feedback.comment, contact_id, said.text, feedback_id=slots[VISIT]
        )
        slots[COMMENT] = said.text if rating is None or rating > UNHAPPY else None
    return slots


async def _read_rating(wired: Services, tracker: Tracker, said: Said) -> dict[str, Any]:
    rating = _said_rating(said)
    if rating is None and said.intent in _SKIPS:
        return {RATING: _NOTHING, COMMENT: _NOTHING}
    if rating is None:
        return await _read_comment(wired, tracker, said)
    return await _keep(wired, tracker, rating, tracker.get_slot(VISIT))


async def _read_comment(wired: Services, tracker: Tracker, said: Said) -> dict[str, Any]:
    if said.intent in _SKIPS:
        return {COMMENT: _NOTHING}
    if said.intent not in _WORDS or said.is_tap:
        return {}
    visit = tracker.get_slot(VISIT)
    await asyncio.to_thread(wired.feedback.comment, tracker.sender_id, said.text, feedback_id=visit)
    return {COMMENT: said.text}


async def _keep(
    wired: Services, tracker: Tracker, rating: int, visit: str | None
) -> dict[str, Any]:
    kept = await asyncio.to_thread(
        wired.feedback.rate, tracker.sender_id, rating, feedback_id=visit
    )
    return {RATING: str(rating), VISIT: kept.id}


def _said_rating(said: Said) -> int | None:
    tapped = said.value("rating")
    if isinstance(tapped, int) and 1 <= tapped <= HIGHEST:
        return tapped
    return None if said.is_tap else read_rating(said.text)

"""Greetings, and the small talk that needs the clinic's or the patient's name."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.appointments import confirm_presence, offer_change
from actions.consent import open_question, record_answer
from actions.errands import answer_after_digression
from actions.fallback import say_not_understood_here
from actions.resuming import resume
from actions.said import NOT_UNDERSTOOD, language_of, read_said
from clinic.bootstrap import services
from clinic.consent.model import Decision, Purpose
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
        if tracker.active_form.get("name"):
            # The open question comes right after it.
            dispatcher.utter_message(response="utter_hello")
        elif own:
            dispatcher.utter_message(response="utter_greet_known", name=own.name)
        else:
            clinic = services().clinic.name.to(language_of(tracker))
            dispatcher.utter_message(response="utter_greet", clinic=clinic)
        return resume(tracker)


class ActionSmallTalk(Action):
    """Answers thanks, goodbyes and the like with the response of the intent's name.

    A yes or no right after the question about reminders answers that question.
    """

    def name(self) -> str:
        return "action_small_talk"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        intent = read_said(tracker).intent
        if intent in ("affirm", "deny"):
            answered = await answer_after_digression(dispatcher, tracker)
            if answered is not None:
                return answered
        if intent == NOT_UNDERSTOOD:
            # Signs alone: neither a yes nor a no.
            if tracker.active_form.get("name"):
                await say_not_understood_here(dispatcher, tracker)
            else:
                dispatcher.utter_message(response="utter_not_understood")
            return resume(tracker)
        if intent == "ask_repeat" and tracker.active_form.get("name"):
            # The open question is asked again right after it: that is the answer.
            return resume(tracker)
        if intent in ("affirm", "deny") and open_question(tracker) is Purpose.REMINDERS:
            given = intent == "affirm"
            decision = Decision.GIVEN if given else Decision.REFUSED
            await record_answer(services(), tracker, Purpose.REMINDERS, decision)
            response = "utter_consent_given" if given else "utter_consent_refused"
            dispatcher.utter_message(response=response)
            return resume(tracker)
        if intent in ("affirm", "deny") and await asyncio.to_thread(
            services().desk.was_reminded, tracker.sender_id
        ):
            return await _answer_reminder(dispatcher, tracker)
        return _say_it(dispatcher, tracker)


async def _answer_reminder(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Reads a yes or a no to a reminder."""
    if read_said(tracker).intent == "deny":
        events = await offer_change(dispatcher, tracker)
        return _say_it(dispatcher, tracker) if events is None else events
    await confirm_presence(dispatcher, tracker)
    return resume(tracker)


def _say_it(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    clinic = services().clinic.name.to(language_of(tracker))
    intent = read_said(tracker).intent
    dispatcher.utter_message(response=f"utter_{intent}", clinic=clinic)
    return resume(tracker)

"""Consent outside the booking, its withdrawal, and what happens with data."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.said import Said, language_of, read_said
from clinic.bootstrap import services
from clinic.consent.model import Decision, Purpose, Reply

_QUESTIONS = {
    Purpose.CARE: "utter_ask_care_consent",
    Purpose.REMINDERS: "utter_ask_reminders_consent",
}


class ActionRecordConsent(Action):
    """Records a yes or no to the purpose that the tapped button names."""

    def name(self) -> str:
        return "action_record_consent"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        said, language = read_said(tracker), language_of(tracker)
        purpose = _purpose(said)
        given = said.intent == "give_consent"
        notice = services().texts.text(_QUESTIONS[purpose], language)
        await asyncio.to_thread(
            services().consent.record,
            tracker.sender_id,
            purpose,
            Decision.GIVEN if given else Decision.REFUSED,
            Reply(notice, language, said.text, said.message_id),
        )
        dispatcher.utter_message(
            response="utter_consent_given" if given else "utter_consent_refused"
        )
        return []


class ActionWithdrawConsent(Action):
    """Stops everything that the clinic writes first; appointments stay."""

    def name(self) -> str:
        return "action_withdraw_consent"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        said = read_said(tracker)
        reply = Reply("", language_of(tracker), said.text, said.message_id)
        await asyncio.to_thread(services().consent.withdraw_proactive, tracker.sender_id, reply)
        dispatcher.utter_message(response="utter_withdraw_consent")
        return []


class ActionExplainPrivacy(Action):
    """Says what is done with a patient's data, and who answers for it."""

    def name(self) -> str:
        return "action_explain_privacy"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        controller = services().clinic.data_controller
        dispatcher.utter_message(
            response="utter_ask_privacy",
            controller=controller.name,
            cndp=controller.cndp_number,
            email=controller.email,
        )
        return []


def _purpose(said: Said) -> Purpose:
    """Returns the purpose of the button; typed words answer the question about reminders."""
    named = said.value("purpose")
    return Purpose(named) if named in {p.value for p in _QUESTIONS} else Purpose.REMINDERS

"""Consent outside the booking, its withdrawal, and what happens with data."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.consent import open_question, record_answer, withdraw
from actions.errands import end_errand
from actions.resuming import resume
from actions.said import read_said
from actions.words import says
from clinic.bootstrap import services
from clinic.consent.model import Decision, Purpose


class ActionRecordConsent(Action):
    """Records a yes or no: to the purpose of the tapped button, or to the question just asked."""

    def name(self) -> str:
        return "action_record_consent"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        said = read_said(tracker)
        given = said.intent == "give_consent"
        named = said.value("purpose")
        is_known = named in {purpose.value for purpose in Purpose}
        purpose = Purpose(named) if is_known else open_question(tracker)
        if purpose is None:
            # Consent is specific: a yes to no question allows nothing.
            dispatcher.utter_message(response="utter_affirm" if given else "utter_deny")
            return resume(tracker)
        decision = Decision.GIVEN if given else Decision.REFUSED
        await record_answer(services(), tracker, purpose, decision)
        dispatcher.utter_message(
            response="utter_consent_given" if given else "utter_consent_refused"
        )
        return resume(tracker)


class ActionWithdrawConsent(Action):
    """Stops everything that the clinic writes first; appointments stay.

    Who takes back "my consent", not only the messages, ends that for care as well, and with it
    what is being asked: the next wish asks for it anew.
    """

    def name(self) -> str:
        return "action_withdraw_consent"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, text = services(), read_said(tracker).text
        await withdraw(wired, tracker)
        if not says(text, "consent") or says(text, "messages"):
            dispatcher.utter_message(response="utter_withdraw_consent")
            return resume(tracker)
        await record_answer(wired, tracker, Purpose.CARE, Decision.WITHDRAWN)
        dispatcher.utter_message(response="utter_withdraw_all_consent", phone=wired.clinic.phone)
        return await end_errand(tracker)


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
        return resume(tracker)

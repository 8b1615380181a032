"""What a patient agreed to, purpose by purpose, with a button to change each."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.consent import record_answer
from actions.errands import end_errand
from actions.resuming import resume
from actions.said import language_of, read_said
from clinic.bootstrap import Services, services
from clinic.consent.model import Decision, Purpose


class ActionShowChoices(Action):
    """Lists the purposes with what was decided."""

    def name(self) -> str:
        return "action_show_choices"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        await show_choices(dispatcher, tracker)
        return resume(tracker)


class ActionWithdrawPurpose(Action):
    """Ends the consent for the one purpose that a button names."""

    def name(self) -> str:
        return "action_withdraw_purpose"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        purpose = Purpose(read_said(tracker).value("purpose"))
        await record_answer(services(), tracker, purpose, Decision.WITHDRAWN)
        if purpose is Purpose.CARE:
            phone = services().clinic.phone
            dispatcher.utter_message(response="utter_care_withdrawn", phone=phone)
            return await end_errand(tracker)
        dispatcher.utter_message(response="utter_purpose_withdrawn")
        return resume(tracker)


async def show_choices(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Says what was decided and offers the opposite of each."""
    wired, language = services(), language_of(tracker)
    decided = {
        purpose: await asyncio.to_thread(wired.consent.is_given, tracker.sender_id, purpose)
        for purpose in Purpose
    }
    lines = [
        wired.texts.text(
            "utter_choice_on" if given else "utter_choice_off",
            language,
            purpose=wired.texts.text(f"utter_purpose_{purpose.value}", language),
        )
        for purpose, given in decided.items()
    ]
    dispatcher.utter_message(
        response="utter_consent_choices",
        choices="\n".join(lines),
        buttons=[_button(wired, language, purpose, given) for purpose, given in decided.items()],
    )


def _button(wired: Services, language: str, purpose: Purpose, given: bool) -> dict[str, str]:
    name = wired.texts.text(f"utter_purpose_{purpose.value}_short", language)
    change = "utter_choice_stop" if given else "utter_choice_start"
    return button(
        wired.texts.text(change, language, purpose=name),
        "withdraw_purpose" if given else "give_consent",
        purpose=purpose.value,
    )

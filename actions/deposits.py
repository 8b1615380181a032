"""Questions on deposits: how much, where to pay, whether it is paid, when it comes back."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.deposit_texts import describe_deposit
from actions.resuming import resume
from actions.said import language_of
from clinic.bootstrap import services

_MOST_TOLD = 2


class ActionAnswerDeposit(Action):
    """Answers from the patient's own deposits, from the clinic's rules without any."""

    def name(self) -> str:
        return "action_answer_deposit"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language = services(), language_of(tracker)
        deposits = await asyncio.to_thread(wired.deposits.of_contact, tracker.sender_id)
        for deposit in deposits[:_MOST_TOLD]:
            values = await asyncio.to_thread(describe_deposit, wired, deposit, language)
            dispatcher.utter_message(
                response=f"utter_deposit_status_{deposit.status.value}", **values
            )
        if not deposits:
            refund = wired.clinic.office.deposits.refund
            asked = [
                wired.texts.text(
                    "utter_price_line",
                    language,
                    service=service.name.to(language),
                    price=service.deposit_mad,
                )
                for service in wired.clinic.services
                if service.deposit_mad
            ]
            dispatcher.utter_message(
                response="utter_deposit_none" if asked else "utter_deposit_never",
                services="\n".join(asked),
                refund=refund.to(language) if refund else "",
            )
        return resume(tracker)

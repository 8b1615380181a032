"""Reading one's own data and having it erased."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.resuming import resume
from actions.said import language_of, read_said
from clinic.bootstrap import services

_QUESTION_LIVES = timedelta(minutes=30)
"""An erasure cannot be undone: a button found weeks later in the chat does nothing."""


class ActionRequestDataAccess(Action):
    """Sends a link that opens once, with a second factor."""

    def name(self) -> str:
        return "action_request_data_access"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language = services(), language_of(tracker)
        link = await asyncio.to_thread(wired.exports.offer, tracker.sender_id, language)
        factor, _ = await asyncio.to_thread(wired.exports.factor_of, link.rsplit("/", 1)[-1])
        dispatcher.utter_message(
            response="utter_data_export",
            link=link,
            factor=wired.texts.text(f"utter_data_page_factor_{factor}", language),
        )
        return resume(tracker)


class ActionRequestDataErasure(Action):
    """Asks once before everything is erased."""

    def name(self) -> str:
        return "action_request_data_erasure"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language = services(), language_of(tracker)
        now = wired.clock.now().isoformat(timespec="seconds")
        dispatcher.utter_message(
            response="utter_ask_erasure",
            buttons=[
                button(
                    wired.texts.text("utter_erasure_yes", language), "confirm_erasure", asked=now
                ),
                button(wired.texts.text("utter_erasure_no", language), "keep_data"),
            ],
        )
        return []


class ActionConfirmErasure(Action):
    """Lets the end of the turn erase everything, under the conversation's lease."""

    def name(self) -> str:
        return "action_confirm_erasure"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired = services()
        asked = datetime.fromisoformat(str(read_said(tracker).value("asked")))
        if wired.clock.now() - asked > _QUESTION_LIVES:
            dispatcher.utter_message(response="utter_erasure_expired")
            return resume(tracker)
        has_visits = await asyncio.to_thread(wired.erasure.has_visits, tracker.sender_id)
        dispatcher.utter_message(
            response="utter_erased_but_visits" if has_visits else "utter_erased"
        )
        return [SlotSet("erasure_confirmed", True)]


class ActionKeepData(Action):
    """Nothing is erased."""

    def name(self) -> str:
        return "action_keep_data"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        dispatcher.utter_message(response="utter_erasure_kept")
        return resume(tracker)

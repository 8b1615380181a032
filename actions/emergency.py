"""Emergencies that the classifier finds although the gate did not."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.said import language_of
from clinic.bootstrap import services
from clinic.handoff.model import Priority
from clinic.messaging.emergency import emergency_values


class ActionReportEmergency(Action):
    """Gives the numbers to call at once and puts the conversation first in the queue."""

    def name(self) -> str:
        return "action_report_emergency"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired = services()
        await asyncio.to_thread(wired.handoff.open, tracker.sender_id, Priority.STAT, "emergency")
        dispatcher.utter_message(
            response="utter_emergency", **emergency_values(wired.clinic, language_of(tracker))
        )
        return []

"""Wishes for an appointment that cannot wait: administrative or medical?

A sign of danger never comes here: the emergency gate answers it. The medical ones go to the
nurse on duty, all others are booked as early as possible.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.said import Said
from actions.words import says
from clinic.bootstrap import services

URGENCY = "booking_urgency"

NOT_URGENT = "none"
ADMINISTRATIVE = "administrative"
MEDICAL = "medical"


def is_urgent(said: Said) -> bool:
    """Tells whether a wish says that it is urgent."""
    return says(said.text, "urgent")


def read_urgency(said: Said) -> str | None:
    """Returns the answer to the question, by button or in words; None without one."""
    tapped = said.value("urgency")
    if tapped in (ADMINISTRATIVE, MEDICAL):
        return str(tapped)
    for kind in (MEDICAL, ADMINISTRATIVE):
        if says(said.text, kind):
            return kind
    return MEDICAL if said.intent == "ask_medical_question" else None


class ActionAskBookingUrgency(Action):
    """Asks "1. administrative 2. medical"."""

    def name(self) -> str:
        return f"action_ask_{URGENCY}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        number = services().clinic.emergency_numbers[0].number
        dispatcher.utter_message(response="utter_ask_urgency", emergency_number=number)
        return []

"""The question that all errands about appointments share: which one?"""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.appointment_texts import appointment_buttons, list_appointments
from actions.buttons import button
from actions.cancellation_form import ALL
from actions.errand import LISTED
from actions.resuming import resume
from actions.said import language_of
from clinic.bootstrap import services

_INTENTS = {
    "rescheduling_form": "reschedule_appointment",
    "cancellation_form": "cancel_appointment",
    "waitlist_form": "join_waitlist",
}


class ActionAskAppointmentMeant(Action):
    """Asks which of several appointments is meant."""

    def name(self) -> str:
        return "action_ask_appointment_meant"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language = services(), language_of(tracker)
        own = await asyncio.to_thread(wired.desk.upcoming_of, tracker.sender_id)
        ids = tracker.get_slot(LISTED) or [it.appointment.id for it in own]
        listed = [it for it in own if it.appointment.id in ids]
        intent = _INTENTS[tracker.active_loop_name or "rescheduling_form"]
        buttons = appointment_buttons(wired.clinic, listed, language, intent)
        if ALL in ids:
            title = wired.texts.text("utter_all_appointments", language)
            buttons.append(button(title, intent, appointment=ALL))
        lines = list_appointments(wired, listed, language)
        response = "utter_is_it_this_appointment" if len(listed) == 1 else "utter_which_appointment"
        dispatcher.utter_message(response=response, appointments=lines, buttons=buttons)
        return []


class ActionKeepAppointment(Action):
    """Says that nothing was changed."""

    def name(self) -> str:
        return "action_keep_appointment"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        dispatcher.utter_message(response="utter_nothing_changed")
        return resume(tracker)

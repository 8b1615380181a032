"""The buttons of the waiting list: take the freed slot, let it go, leave the list."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.appointment_texts import tell_moved
from actions.resuming import resume
from actions.said import language_of, read_said
from clinic.bootstrap import services
from clinic.scheduling.errors import SchedulingError
from clinic.waiting_list.errors import OfferOverError, WaitingListError


class ActionTakeWaitlistOffer(Action):
    """Books the freed slot, or moves the later appointment there."""

    def name(self) -> str:
        return "action_take_waitlist_offer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language = services(), language_of(tracker)
        offer_id = read_said(tracker).value("offer") or ""
        try:
            appointment = await asyncio.to_thread(
                wired.waiting_list.take, offer_id, tracker.sender_id
            )
        except (OfferOverError, SchedulingError):
            dispatcher.utter_message(response="utter_freed_slot_over")
            return resume(tracker)
        patient = await asyncio.to_thread(wired.patients.get, appointment.patient_id)
        name = patient.name if patient else ""
        tell_moved(dispatcher, wired, appointment, name, language)
        return resume(tracker)


class ActionRefuseWaitlistOffer(Action):
    """Lets a freed slot go to the next; the patient keeps their place."""

    def name(self) -> str:
        return "action_refuse_waitlist_offer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        waiting_list = services().waiting_list
        refused = await _tried(waiting_list.refuse, tracker, "offer")
        response = "utter_freed_slot_refused" if refused else "utter_freed_slot_over"
        dispatcher.utter_message(response=response)
        return resume(tracker)


class ActionLeaveWaitlist(Action):
    """Takes a patient off the waiting list."""

    def name(self) -> str:
        return "action_leave_waitlist"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        left = await _tried(services().waiting_list.leave, tracker, "entry")
        dispatcher.utter_message(
            response="utter_waitlist_left" if left else "utter_not_on_waitlist"
        )
        return resume(tracker)


async def _tried(change: Callable[[str, str], object], tracker: Tracker, entity: str) -> bool:
    """Lets a service change what a button names; False when it is over, or not the patient's."""
    named = read_said(tracker).value(entity) or ""
    try:
        await asyncio.to_thread(change, named, tracker.sender_id)
    except WaitingListError:
        return False
    return True

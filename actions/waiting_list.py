"""The buttons of the waiting list: take the freed slot, let it go, leave the list."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.appointment_texts import describe_slot, describe_video
from actions.resuming import resume
from actions.said import language_of, read_said
from clinic.bootstrap import services
from clinic.scheduling.errors import SchedulingError
from clinic.waiting_list.errors import EntryNotFoundError, OfferOverError


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
        dispatcher.utter_message(
            response="utter_moved",
            patient=patient.name if patient else "",
            calendar=f"{wired.clinic.base_url}/calendar/{appointment.calendar_token}.ics",
            **describe_slot(wired.clinic, appointment.slot, language),
        )
        if video := describe_video(wired.clinic, appointment):
            dispatcher.utter_message(response="utter_video_link", video=video)
        return resume(tracker)


class ActionRefuseWaitlistOffer(Action):
    """Lets a freed slot go to the next; the patient keeps their place."""

    def name(self) -> str:
        return "action_refuse_waitlist_offer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired = services()
        offer_id = read_said(tracker).value("offer") or ""
        try:
            await asyncio.to_thread(wired.waiting_list.refuse, offer_id, tracker.sender_id)
        except OfferOverError:
            dispatcher.utter_message(response="utter_freed_slot_over")
        else:
            dispatcher.utter_message(response="utter_freed_slot_refused")
        return resume(tracker)


class ActionLeaveWaitlist(Action):
    """Takes a patient off the waiting list."""

    def name(self) -> str:
        return "action_leave_waitlist"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired = services()
        entry_id = read_said(tracker).value("entry") or ""
        try:
            await asyncio.to_thread(wired.waiting_list.leave, entry_id, tracker.sender_id)
        except EntryNotFoundError:
            dispatcher.utter_message(response="utter_not_on_waitlist")
        else:
            dispatcher.utter_message(response="utter_waitlist_left")
        return resume(tracker)

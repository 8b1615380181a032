"""The questions of the move: which appointment, which new time, and "shall I?"."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.appointment_texts import describe_appointment, describe_slot, new_slot_button
from actions.errand import APPOINTMENT, ERRAND_SLOTS
from actions.handing_over import hand_over
from actions.new_times import waits_for_new_time
from actions.offers import OfferTexts, show_again, show_offer
from actions.rescheduling_form import ANY_PRACTITIONER, SLOT
from actions.rescheduling_wish import EARLIER, LATER
from actions.said import language_of
from actions.times import SaidTime
from clinic.appointments.model import OwnAppointment
from clinic.bootstrap import Services, services
from clinic.facts.model import Clinic
from clinic.handoff.model import Priority
from clinic.scheduling.model import AgendaSlot
from clinic.scheduling.offering import Fit, Offer, Wish

_TEXTS = OfferTexts(
    "utter_offer_new_slots", "utter_offer_nearest_new_slots", "utter_offer_other_slots"
)


class ActionAskMoveSlot(Action):
    """Offers three times near what was said, and says back which appointment is moved."""

    def name(self) -> str:
        return "action_ask_move_slot"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language = services(), language_of(tracker)
        own = await asyncio.to_thread(
            wired.desk.own, tracker.sender_id, tracker.get_slot(APPOINTMENT)
        )
        button = partial(new_slot_button, wired.clinic, own.appointment.id, language=language)
        if offered := tracker.get_slot("offered_slots"):
            show_again(dispatcher, offered, button)
            return []
        wish = read_new_wish(tracker, own, wired.clinic, wired.clock.now())
        seen = [AgendaSlot.from_key(key) for key in tracker.get_slot("seen_slots") or ()]
        offer = await asyncio.to_thread(_find, wired, own, wish, seen)
        wants_earlier = tracker.get_slot("move_direction") == EARLIER
        if wants_earlier and not any(s.start < own.appointment.start for s in offer.slots):
            return self._tell_no_earlier(dispatcher, own, language)
        if offer.fit is Fit.NONE:
            dispatcher.utter_message(
                response="utter_no_slots", phone=wired.clinic.phone, specialty=wish.specialty
            )
            await hand_over(tracker, Priority.ROUTINE, "no_free_slot")
            return _ended()
        show_offer(
            dispatcher,
            wired,
            language,
            offer,
            _TEXTS,
            button,
            wished=wish.start if tracker.get_slot("move_time") else None,
            is_continued=bool(seen),
            **describe_appointment(wired.clinic, own, language, prefix="old_"),
        )
        return [SlotSet("offered_slots", [slot.key for slot in offer.slots])]

    def _tell_no_earlier(
        self, dispatcher: CollectingDispatcher, own: OwnAppointment, language: str
    ) -> list[EventType]:
        values = describe_appointment(services().clinic, own, language)
        dispatcher.utter_message(
            response="utter_no_earlier_slot", appointment=own.appointment.id, **values
        )
        return _ended()


class ActionAskMoveConfirmed(Action):
    """Says the old and the new time back before the move."""

    def name(self) -> str:
        return "action_ask_move_confirmed"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language = services(), language_of(tracker)
        own = await asyncio.to_thread(
            wired.desk.own, tracker.sender_id, tracker.get_slot(APPOINTMENT)
        )
        slot = AgendaSlot.from_key(tracker.get_slot(SLOT))
        dispatcher.utter_message(
            response="utter_ask_replacement_confirmation"
            if waits_for_new_time(own)
            else "utter_ask_move_confirmation",
            hold=tracker.get_slot("hold"),
            appointment=own.appointment.id,
            **describe_appointment(wired.clinic, own, language, prefix="old_"),
            **describe_slot(wired.clinic, slot, language),
        )
        return []


def read_new_wish(tracker: Tracker, own: OwnAppointment, clinic: Clinic, now: datetime) -> Wish:
    """Returns the wish for a new time: the same service and, unless said, the same practitioner."""
    old = own.appointment
    practitioner = tracker.get_slot("move_practitioner") or old.practitioner_id
    direction, value = tracker.get_slot("move_direction"), tracker.get_slot("move_time")
    start = end = None
    narrow = False
    if value:
        wished = SaidTime.from_slot(value)
        start, end, narrow = wished.start, wished.end, wished.is_narrow
    if direction == EARLIER:
        start, end = start or now, min(end or old.start, old.start)
    elif direction == LATER:
        start = max(start or old.end, old.end)
    if start is None:
        # Near the present time: from its day on.
        day = old.start.astimezone(clinic.zone).date()
        start = datetime.combine(day, time(0), clinic.zone)
    if end is not None and end <= start:
        end = start + timedelta(days=1)
    return Wish(
        specialty=clinic.service(old.service_id).specialty.value,
        practitioner_id=None if practitioner == ANY_PRACTITIONER else practitioner,
        patient_id=own.patient.id,
        start=start,
        end=end,
        narrow=narrow,
        service_id=old.service_id,
        moving=old.id,
    )


def _find(wired: Services, own: OwnAppointment, wish: Wish, seen: list[AgendaSlot]) -> Offer:
    """Finds other times than the present one; with other practitioners when this one has none."""
    present = own.appointment.slot
    offer = wired.offering.find(wish, [*seen, present])
    if offer.fit is Fit.NONE and wish.practitioner_id:
        offer = wired.offering.find(replace(wish, practitioner_id=None), [*seen, present])
    if offer.fit is Fit.NONE and seen:
        # Everything was shown: it starts again from the first.
        offer = wired.offering.find(wish, [present])
    return offer


def _ended() -> list[EventType]:
    ended = {**dict.fromkeys(ERRAND_SLOTS), "requested_slot": None}
    return [*(SlotSet(name, value) for name, value in ended.items()), ActiveLoop(None)]

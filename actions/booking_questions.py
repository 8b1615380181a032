"""The questions of the booking form, one action per open slot."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.appointment_texts import describe_slot, slot_button
from actions.booking_turn import PATIENT, RELATION, SPECIALTY, START_AFRESH
from actions.booking_urgency import ADMINISTRATIVE, URGENCY
from actions.consent import care_notice_values
from actions.handing_over import hand_over
from actions.offers import OfferTexts, show_again, show_offer
from actions.patient_choice import ask_name, ask_relation
from actions.said import language_of, read_said
from actions.specialty_question import ask_specialty
from clinic.bootstrap import Services, services
from clinic.handoff.model import Priority
from clinic.patients.model import Relation
from clinic.scheduling.model import AgendaSlot
from clinic.scheduling.offering import Fit, Wish

_TEXTS = OfferTexts("utter_offer_slots", "utter_offer_nearest_slots", "utter_offer_other_slots")


class ActionAskCareConsent(Action):
    """Shows the information notice and asks for consent (privacy note 6)."""

    def name(self) -> str:
        return "action_ask_care_consent"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        values = care_notice_values(services().clinic, language_of(tracker))
        dispatcher.utter_message(response="utter_ask_care_consent", **values)
        return []


class ActionAskBookingSpecialty(Action):
    """Asks which specialty, with those of this clinic to choose from."""

    def name(self) -> str:
        return "action_ask_booking_specialty"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        ask_specialty(dispatcher, tracker)
        return []


class ActionAskBookingRelation(Action):
    """Asks who is seen."""

    def name(self) -> str:
        return "action_ask_booking_relation"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        await ask_relation(services(), dispatcher, tracker)
        return []


class ActionAskBookingPatient(Action):
    """Asks for the name of the one who is seen."""

    def name(self) -> str:
        return "action_ask_booking_patient"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        await ask_name(services(), dispatcher, tracker, Relation(tracker.get_slot(RELATION)))
        return []


class ActionAskAgendaSlot(Action):
    """Offers three free times; those already offered stay open while they are looked at."""

    def name(self) -> str:
        return "action_ask_agenda_slot"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language = services(), language_of(tracker)
        if tracker.get_slot("offered_slots"):
            again = partial(slot_button, wired.clinic, language=language)
            show_again(dispatcher, tracker.get_slot("offered_slots"), again)
            return []
        wish = read_wish(tracker)
        seen = [AgendaSlot.from_key(key) for key in tracker.get_slot("seen_slots") or ()]
        offer = await asyncio.to_thread(wired.offering.find, wish, seen)
        if offer.fit is Fit.NONE and seen:
            # Everything was shown: it starts again from the first.
            seen = []
            offer = await asyncio.to_thread(wired.offering.find, wish)
        if offer.fit is Fit.NONE:
            dispatcher.utter_message(
                response="utter_no_slots", phone=wired.clinic.phone, specialty=wish.specialty
            )
            await hand_over(tracker, Priority.ROUTINE, "no_free_slot")
            ended = {**START_AFRESH, "requested_slot": None}
            return [*(SlotSet(name, value) for name, value in ended.items()), ActiveLoop(None)]
        await greet_known_patient(dispatcher, tracker, wired)
        show_offer(
            dispatcher,
            wired,
            language,
            offer,
            _TEXTS,
            partial(slot_button, wired.clinic, language=language),
            wished=wish.start,
            is_continued=bool(seen),
        )
        return [
            SlotSet("seen_slots", [slot.key for slot in seen]),
            SlotSet("offered_slots", [slot.key for slot in offer.slots]),
        ]


class ActionAskBookingConfirmed(Action):
    """Says the appointment back before it counts."""

    def name(self) -> str:
        return "action_ask_booking_confirmed"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired = services()
        slot = AgendaSlot.from_key(tracker.get_slot("agenda_slot"))
        patient = await asyncio.to_thread(wired.patients.get, tracker.get_slot(PATIENT))
        dispatcher.utter_message(
            response="utter_ask_confirmation",
            patient=patient.name if patient else "",
            hold=tracker.get_slot("hold"),
            **describe_slot(wired.clinic, slot, language_of(tracker)),
        )
        return []


def read_wish(tracker: Tracker) -> Wish:
    """Returns what the patient asked for so far."""
    time = tracker.get_slot("booking_time") or {}
    return Wish(
        specialty=tracker.get_slot(SPECIALTY),
        practitioner_id=tracker.get_slot("booking_practitioner"),
        patient_id=tracker.get_slot(PATIENT),
        start=datetime.fromisoformat(time["from"]) if time else None,
        end=datetime.fromisoformat(time["to"]) if time else None,
        narrow=time.get("grain") in ("minute", "hour"),
        soonest=tracker.get_slot(URGENCY) == ADMINISTRATIVE,
        service_id=tracker.get_slot("booking_service"),
    )


async def greet_known_patient(
    dispatcher: CollectingDispatcher, tracker: Tracker, wired: Services
) -> None:
    """Greets a returning patient by name when their message opens the booking."""
    if read_said(tracker).intent != "book_appointment":
        return
    patient = await asyncio.to_thread(wired.patients.get, tracker.get_slot(PATIENT))
    if patient and patient.relation is Relation.SELF:
        dispatcher.utter_message(response="utter_hello_name", name=patient.name)

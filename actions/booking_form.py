"""The booking form: what a message means for the open question.

Every turn inside the form comes here. What is understood is set as slots; nothing understood
lets Rasa answer something else (a price, a thank-you) and come back to the open question.
"""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.appointment_texts import describe_slot
from actions.birth_date import BIRTH_DATE, read_answer
from actions.booking_day import DAY
from actions.booking_turn import (
    CONFIRMED,
    PATIENT,
    RELATION,
    SLOT,
    SPECIALTY,
    START_AFRESH,
    BookingTurn,
)
from actions.booking_urgency import MEDICAL, NOT_URGENT, URGENCY, is_urgent, read_urgency
from actions.care_consent import CONSENT, is_care_allowed, read_care_consent
from actions.errands import read_errand_change
from actions.fallback import say_not_understood_here
from actions.medical import hand_to_nurse
from actions.offers import booked_slot, hold_slot, read_slot
from actions.patient_choice import PatientSlots, read_patient
from actions.said import Said, language_of, read_said
from actions.words import says
from clinic.bootstrap import Services, services
from clinic.consent.model import Decision
from clinic.scheduling.model import AgendaSlot

FORM = "booking_form"

_DETAILS = ("book_appointment", "inform", "affirm", "deny", "reschedule_appointment")
"""Intents whose details (doctor, day, relation) change the booking in any state."""

_ANSWERS = (*_DETAILS, "give_consent", "more_slots", "choose_slot", "confirm_booking")
"""Intents that mean something to the form only."""


class ValidateBookingForm(Action):
    """Reads each message in the light of the open question."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        asked = tracker.get_slot("requested_slot")
        # "Medical" alone is taken for a paper that is wanted: the open question comes first.
        is_answer = asked == URGENCY and read_urgency(read_said(tracker)) is not None
        if not is_answer and (change := await read_errand_change(dispatcher, tracker)) is not None:
            return change
        turn = _FormTurn(services(), dispatcher, tracker)
        return await turn.events()


class _FormTurn(BookingTurn):
    """One message inside the form."""

    def __init__(self, wired: Services, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        super().__init__(wired, dispatcher, tracker)
        self._ended = False

    async def events(self) -> list[EventType]:
        if self._question and self._said.value("appointment"):
            # A button about an appointment that exists: it is no part of this booking.
            return []
        if self._question is None:
            await self._begin()
        elif self._question == CONSENT:
            await self._read_consent()
        elif self._question == URGENCY:
            await self._read_urgency()
        if not self._ended and self._get(CONSENT):
            await self._read_details()
        elif not self._ended and (self._question is None or self._said.intent in _DETAILS):
            self._read_wish()
            # For whom it is; who that is, not before consent.
            if relation := self._said.value("relation"):
                self._slots[RELATION] = relation
        if self._ended:
            ended = {**START_AFRESH, "requested_slot": None}
            return [*(SlotSet(k, v) for k, v in ended.items()), ActiveLoop(None)]
        if self._get(CONSENT):
            self._check_day()
        if not self._slots and self._said.intent in _ANSWERS:
            # No rule but the form's answers these: what is not understood is asked again.
            await say_not_understood_here(self._dispatcher, self._tracker)
            self._slots[CONSENT] = self._get(CONSENT)
        return [SlotSet(name, value) for name, value in self._slots.items()]

    async def _begin(self) -> None:
        given = await is_care_allowed(self._services, self._contact_id)
        # Set even when not given: it shows Rasa that the message was read.
        self._slots[CONSENT] = True if given else None
        self._slots[URGENCY] = None if is_urgent(self._said) else NOT_URGENT

    async def _read_urgency(self) -> None:
        kind = read_urgency(self._said)
        if kind == MEDICAL:
            sentence = await hand_to_nurse(self._tracker, "urgent_medical")
            self._end("utter_urgent_medical", handoff=sentence)
        elif kind:
            self._slots[URGENCY] = kind

    async def _read_consent(self) -> None:
        decision = await read_care_consent(self._services, self._tracker)
        if decision is Decision.GIVEN:
            self._slots[CONSENT] = True
        elif decision is Decision.REFUSED:
            self._end("utter_care_refused", phone=self._services.clinic.phone)

    async def _read_details(self) -> None:
        said = self._said
        if said.intent in ("stop_booking", "cancel_appointment") or _drops_it(said):
            await self._release_hold()
            self._end("utter_booking_stopped")
            return
        if self._question != BIRTH_DATE and (
            said.intent in _DETAILS or self._question in (None, DAY)
        ):
            self._read_wish()
        await self._read_patient()
        await self._read_birth_date()
        if self._question == SLOT and self._takes_any():
            await self._choose(self._tracker.get_slot("offered_slots")[0])
        elif said.intent == "more_slots":
            await self._offer_others()
        elif said.intent == "choose_slot":
            await self._choose(said.value("agenda_slot"))
        elif said.intent == "confirm_booking":
            await self._confirm(said.value("hold"))
        elif PATIENT in self._slots and self._get(SLOT):
            # Somebody else is seen: what is held for the first one would be in the way.
            await self._release_hold()
            await self._choose(self._get(SLOT))
        elif self._question == CONFIRMED and SLOT not in self._slots:
            await self._read_confirmation()
        elif self._question == SLOT and not said.is_tap:
            await self._read_choice()

    async def _read_patient(self) -> None:
        self._slots |= await read_patient(
            self._services,
            self._dispatcher,
            self._tracker,
            PatientSlots(RELATION, PATIENT),
            is_detail=self._said.intent in _DETAILS,
        )

    async def _read_birth_date(self) -> None:
        patient_id = self._get(PATIENT)
        if PATIENT in self._slots:
            self._slots[BIRTH_DATE] = None
        if patient_id and self._get(BIRTH_DATE) is None:
            is_asked = self._question == BIRTH_DATE and PATIENT not in self._slots
            born = await read_answer(
                self._services, self._said, self._contact_id, patient_id, is_asked=is_asked
            )
            if born:
                self._slots[BIRTH_DATE] = born

    async def _read_choice(self) -> None:
        """Reads "the second", "the one at 10", "no, others" about the offered times."""
        chosen = self._offered_choice()
        if chosen:
            await self._choose(chosen.key)
        elif (
            self._said.intent in ("deny", "book_appointment") and "offered_slots" not in self._slots
        ):
            # "No", or "other times" without a new wish.
            await self._offer_others()

    async def _read_confirmation(self) -> None:
        if self._said.intent in ("affirm", "confirm_appointment"):
            self._slots[CONFIRMED] = True
        elif self._said.intent == "deny":
            await self._offer_others()

    async def _offer_others(self) -> None:
        await self._release_hold()
        seen = [*(self._tracker.get_slot("seen_slots") or ())]
        seen += [k for k in self._tracker.get_slot("offered_slots") or () if k not in seen]
        self._slots |= {"seen_slots": seen, "offered_slots": None, SLOT: None, CONFIRMED: None}

    async def _release_hold(self) -> None:
        if hold_id := self._tracker.get_slot("hold"):
            await asyncio.to_thread(self._services.scheduling.release, hold_id)
        self._slots["hold"] = None

    async def _confirm(self, hold_id: str | None) -> None:
        if hold_id and hold_id == self._get("hold"):
            self._slots[CONFIRMED] = True
        elif booked := await booked_slot(self._services, self._contact_id, hold_id):
            # A second tap on the same button is answered with what the first one did.
            self._say_already_booked(booked)
        elif self._question or not self._get(SPECIALTY):
            # Without a question it was lost while booking, and the patient has been told.
            self._refuse("utter_offer_expired")

    async def _choose(self, key: str | None) -> None:
        """Holds a slot, as soon as it is known who is seen."""
        slot = read_slot(self._services, key)
        if slot is None:
            self._refuse("utter_offer_expired")
            return
        specialty = self._services.clinic.service(slot.service_id).specialty.value
        self._slots |= {SPECIALTY: specialty, SLOT: slot.key, CONFIRMED: None, "hold": None}
        patient_id = self._get(PATIENT)
        if patient_id is None:
            return
        holding = await hold_slot(
            self._services, slot, patient_id, message_id=self._said.message_id
        )
        if holding.hold is None:
            self._refuse(holding.refusal)
            return
        self._slots["hold"] = holding.hold.id
        if holding.hold.booked:
            self._say_already_booked(slot)

    def _say_already_booked(self, slot: AgendaSlot) -> None:
        values = describe_slot(self._services.clinic, slot, language_of(self._tracker))
        self._dispatcher.utter_message(response="utter_already_booked", **values)
        self._ended = True

    def _refuse(self, response: str) -> None:
        self._dispatcher.utter_message(response=response)
        self._slots |= {SLOT: None, CONFIRMED: None, "hold": None, "offered_slots": None}

    def _end(self, response: str, **values: str) -> None:
        self._dispatcher.utter_message(response=response, **values)
        self._ended = True


def _drops_it(said: Said) -> bool:
    """Tells whether a refusal is of the whole booking: "never mind", without another wish."""
    return said.intent == "deny" and not said.value("time") and says(said.text, "dropped")

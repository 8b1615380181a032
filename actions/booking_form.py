"""The booking form: what a message means for the open question.

Every turn inside the form comes here. What is understood is set as slots; nothing understood
lets Rasa answer something else (a price, a thank-you) and come back to the open question.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.appointment_texts import describe_slot
from actions.booking_choice import choose_offered, keep_day
from actions.consent import record_answer, withdraw
from actions.offers import hold_slot, read_slot
from actions.said import Said, language_of, read_said
from clinic.bootstrap import Services, services
from clinic.consent.model import Decision, Purpose
from clinic.patients.errors import NotANameError
from clinic.patients.model import Relation
from clinic.scheduling.errors import AppointmentNotFoundError
from clinic.scheduling.model import AgendaSlot, AppointmentStatus
from nlu.own_person import is_about_oneself

FORM = "booking_form"

CONSENT = "care_consent"
SPECIALTY = "booking_specialty"
RELATION = "booking_relation"
PATIENT = "booking_patient"
SLOT = "agenda_slot"
CONFIRMED = "booking_confirmed"

QUESTIONS = (CONSENT, SPECIALTY, RELATION, PATIENT, SLOT, CONFIRMED)

_DETAILS = ("book_appointment", "inform", "affirm", "deny", "reschedule_appointment")
"""Intents whose details (doctor, day, relation) change the booking in any state."""

_ONE_OF_A_KIND = (Relation.SELF, Relation.MOTHER, Relation.FATHER, Relation.SPOUSE)
"""Relations that name one person; of children, siblings and others there may be several."""

_ANSWERS = (*_DETAILS, "give_consent", "more_slots", "choose_slot", "confirm_booking")
"""Intents that mean something to the form only."""

_SURE = 0.6
"""Above this confidence a short answer to "your name?" is taken for what it says instead."""

START_AFRESH = {
    SPECIALTY: None,
    RELATION: None,
    PATIENT: None,
    SLOT: None,
    CONFIRMED: None,
    "booking_practitioner": None,
    "booking_time": None,
    "booking_service": None,
    "offered_slots": None,
    "seen_slots": None,
    "hold": None,
}
"""The slots of a booking, emptied when it ends."""


class ValidateBookingForm(Action):
    """Reads each message in the light of the open question."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        turn = _FormTurn(services(), dispatcher, tracker)
        return await turn.events()


class _FormTurn:
    """One message inside the form."""

    def __init__(self, wired: Services, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self._services = wired
        self._dispatcher = dispatcher
        self._tracker = tracker
        self._said: Said = read_said(tracker)
        self._contact_id: str = tracker.sender_id
        requested = tracker.get_slot("requested_slot")
        # The question of another form, when this one takes its place.
        self._question: str | None = requested if requested in QUESTIONS else None
        self._slots: dict[str, Any] = {}
        self._ended = False

    async def events(self) -> list[EventType]:
        if self._question and self._said.value("appointment"):
            # A button about an appointment that exists: it is no part of this booking.
            return []
        if self._question is None:
            await self._begin()
        elif self._question == CONSENT:
            await self._read_consent()
        if not self._ended and self._get(CONSENT):
            await self._read_details()
        elif not self._ended and (self._question is None or self._said.intent in _DETAILS):
            self._read_wish()
        if self._ended:
            ended = {**START_AFRESH, "requested_slot": None}
            return [*(SlotSet(k, v) for k, v in ended.items()), ActiveLoop(None)]
        if not self._slots and self._said.intent in _ANSWERS:
            # No rule but the form's answers these: what is not understood is asked again.
            self._dispatcher.utter_message(response="utter_not_understood_here")
            self._slots[CONSENT] = self._get(CONSENT)
        return [SlotSet(name, value) for name, value in self._slots.items()]

    def _get(self, name: str) -> Any:
        return self._slots[name] if name in self._slots else self._tracker.get_slot(name)

    async def _begin(self) -> None:
        given = await asyncio.to_thread(
            self._services.consent.is_given, self._contact_id, Purpose.CARE
        )
        # Set even when not given: it shows Rasa that the message was read.
        self._slots[CONSENT] = True if given else None

    async def _read_consent(self) -> None:
        if self._said.value("purpose") not in (None, Purpose.CARE.value):
            # A button of another question: its answer says nothing about this one.
            return
        if self._said.intent in ("give_consent", "affirm"):
            await self._record_consent(Decision.GIVEN)
            self._slots[CONSENT] = True
        elif self._said.intent in ("refuse_consent", "deny", "withdraw_consent"):
            await self._record_consent(Decision.REFUSED)
            if self._said.intent == "withdraw_consent":
                await withdraw(self._services, self._tracker)
            self._end("utter_care_refused", phone=self._services.clinic.phone)

    async def _record_consent(self, decision: Decision) -> None:
        await record_answer(self._services, self._tracker, Purpose.CARE, decision)

    async def _read_details(self) -> None:
        said = self._said
        if said.intent in ("stop_booking", "cancel_appointment"):
            await self._release_hold()
            self._end("utter_booking_stopped")
            return
        if said.intent in _DETAILS or self._question is None:
            self._read_wish()
        await self._read_patient()
        if said.intent == "more_slots":
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

    def _read_wish(self) -> None:
        """Takes specialty, doctor, day and relation, whenever they are said."""
        clinic = self._services.clinic
        practitioner_id = self._said.value("practitioner")
        specialty = self._said.value("specialty")
        is_new = practitioner_id not in (None, self._get("booking_practitioner"))
        if practitioner_id:
            practitioner = clinic.practitioner(practitioner_id)
            self._slots["booking_practitioner"] = practitioner_id
            own = [known.value for known in practitioner.specialties]
            specialty = specialty if specialty in own else own[0]
        if specialty and not clinic.services_of(specialty):
            self._dispatcher.utter_message(response="utter_specialty_not_offered")
            specialty = None
        if specialty:
            if specialty != self._get(SPECIALTY):
                is_new = True
                self._slots["booking_service"] = None
                if not practitioner_id:
                    self._slots["booking_practitioner"] = None
            self._slots[SPECIALTY] = specialty
        time = self._said.value("time")
        if time and not self._names_a_known_time(time):
            wished = self._tracker.get_slot("booking_time")
            self._slots["booking_time"] = keep_day(self._said, wished, clinic.zone)
            is_new = True
        if is_new:
            self._forget_offer()

    def _names_a_known_time(self, time: dict[str, str]) -> bool:
        """Tells whether a time is no new wish: one of those offered, or the chosen one."""
        key = self._tracker.get_slot(SLOT)
        if self._question == CONFIRMED and key and self._said.intent != "deny":
            start, end = (datetime.fromisoformat(time[name]) for name in ("from", "to"))
            return start <= AgendaSlot.from_key(key).start < end
        return self._question == SLOT and self._offered_choice() is not None

    def _offered_choice(self) -> AgendaSlot | None:
        offered = [
            AgendaSlot.from_key(key) for key in self._tracker.get_slot("offered_slots") or ()
        ]
        return choose_offered(self._said, offered, self._services.clinic.zone)

    def _forget_offer(self) -> None:
        """A new wish: what was offered, chosen or held for the old one does not count."""
        self._slots |= {
            "offered_slots": None,
            "seen_slots": None,
            "hold": None,
            SLOT: None,
            CONFIRMED: None,
        }

    async def _read_patient(self) -> None:
        relation = self._said.value("relation")
        if self._question == RELATION and is_about_oneself(self._said.text):
            relation = Relation.SELF.value
        counts = self._said.intent in _DETAILS or self._question in (None, RELATION)
        if counts and relation and relation != self._get(RELATION):
            self._slots |= {RELATION: relation, PATIENT: None}
        known = await asyncio.to_thread(self._services.patients.of_contact, self._contact_id)
        if self._get(RELATION) is None and len(known) == 1 and known[0].relation is Relation.SELF:
            self._slots |= {RELATION: Relation.SELF.value, PATIENT: known[0].id}
        elif self._get(RELATION) in _ONE_OF_A_KIND and self._get(PATIENT) is None:
            same = [p for p in known if p.relation.value == self._get(RELATION)]
            if len(same) == 1:
                self._slots[PATIENT] = same[0].id
        names_somebody = relation is None or self._said.value("person_name")
        if self._question == PATIENT and self._get(PATIENT) is None and names_somebody:
            await self._read_name()

    async def _read_name(self) -> None:
        said = self._said
        named = said.value("person_name")
        is_answer = said.intent in ("inform", "nlu_fallback") or said.confidence < _SURE
        is_question = "?" in said.text or "؟" in said.text
        if is_question or not (named or (is_answer and not said.is_tap)):
            return
        name = named or said.text
        try:
            patient = await asyncio.to_thread(
                self._services.patients.register,
                self._contact_id,
                Relation(self._get(RELATION)),
                name,
            )
        except NotANameError:
            self._dispatcher.utter_message(response="utter_not_a_name")
            self._slots[PATIENT] = None
        else:
            self._slots[PATIENT] = patient.id

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
        elif booked := await self._booked_slot(hold_id):
            # A second tap on the same button is answered with what the first one did.
            self._say_already_booked(booked)
        elif self._question or not self._get(SPECIALTY):
            # Without a question it was lost while booking, and the patient has been told.
            self._refuse("utter_offer_expired")

    async def _booked_slot(self, hold_id: str | None) -> AgendaSlot | None:
        """Returns what the patient has booked from a hold, None when nothing."""
        known = await asyncio.to_thread(self._services.patients.of_contact, self._contact_id)
        try:
            appointment = await asyncio.to_thread(self._services.scheduling.get, hold_id or "")
        except AppointmentNotFoundError:
            return None
        is_theirs = appointment.patient_id in {patient.id for patient in known}
        is_booked = appointment.status is AppointmentStatus.BOOKED
        return appointment.slot if is_theirs and is_booked else None

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

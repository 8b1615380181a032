"""One message inside the booking: what it says of specialty, doctor, day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.birth_date import BIRTH_DATE
from actions.booking_choice import choose_offered, keep_day
from actions.booking_day import DAY, day_fault, fault_values
from actions.booking_doctor import (
    doctor_at_hand,
    has_unknown_doctor,
    list_doctors,
    other_doctors,
    refused_doctor,
)
from actions.booking_urgency import URGENCY
from actions.care_consent import CONSENT
from actions.said import Said, language_of, read_said
from actions.words import says
from clinic.bootstrap import Services
from clinic.scheduling.model import AgendaSlot

SPECIALTY = "booking_specialty"
RELATION = "booking_relation"
PATIENT = "booking_patient"
SLOT = "agenda_slot"
CONFIRMED = "booking_confirmed"

QUESTIONS = (CONSENT, DAY, URGENCY, SPECIALTY, RELATION, PATIENT, BIRTH_DATE, SLOT, CONFIRMED)

START_AFRESH = {
    URGENCY: None,
    SPECIALTY: None,
    RELATION: None,
    PATIENT: None,
    BIRTH_DATE: None,
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


class BookingTurn:
    """What the message says, and the slots that it sets so far."""

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

    def _get(self, name: str) -> Any:
        return self._slots[name] if name in self._slots else self._tracker.get_slot(name)

    def _read_wish(self) -> None:
        """Takes specialty, doctor and day, whenever they are said."""
        clinic = self._services.clinic
        practitioner_id = self._read_practitioner()
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

    def _read_practitioner(self) -> str | None:
        """Returns the doctor who is wished for, be it by refusing another."""
        if self._question == SLOT and self._offered_choice() is not None:
            return None
        present = doctor_at_hand(
            self._question, self._tracker.get_slot(SLOT), self._tracker.get_slot("offered_slots")
        )
        refused = refused_doctor(self._said, present)
        if refused:
            others = other_doctors(self._services.clinic, self._get(SPECIALTY), refused)
            if not others:
                self._dispatcher.utter_message(response="utter_only_doctor")
            return others[0].id if others else None
        if self._question != PATIENT and has_unknown_doctor(self._said):
            clinic, language = self._services.clinic, language_of(self._tracker)
            specialty = self._said.value("specialty") or self._get(SPECIALTY)
            self._dispatcher.utter_message(
                response="utter_unknown_doctor",
                doctors=list_doctors(self._services.texts, clinic, specialty, language),
            )
            # It shows Rasa that the message was read.
            self._slots[CONSENT] = self._get(CONSENT)
        doctor: str | None = self._said.value("practitioner")
        return doctor

    def _takes_any(self) -> bool:
        offered = self._tracker.get_slot("offered_slots")
        has_wish = self._said.value("time") or self._said.value("practitioner")
        return bool(offered and not has_wish and says(self._said.text, "any_time"))

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

    def _check_day(self) -> None:
        """Asks for another day when the wished one is over or cannot be booked yet."""
        fault = day_fault(self._services, self._get("booking_time"))
        if fault:
            values = fault_values(self._services, language_of(self._tracker))
            self._dispatcher.utter_message(response=f"utter_day_{fault.value}", **values)
            self._slots |= {"booking_time": None, "requested_slot": DAY}

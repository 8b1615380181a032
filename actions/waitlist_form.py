"""Joining the waiting list: for an earlier time than the present one, or for any time at all."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.appointment_texts import describe_appointment
from actions.appointment_words import says
from actions.booking_form import FORM as BOOKING_FORM
from actions.errand import APPOINTMENT, ErrandTurn
from actions.errands import read_errand_change
from actions.meant import TwoTimes, find_meant, mention_of, tell_times_apart
from actions.patient_labels import patient_buttons
from actions.said import language_of
from actions.specialty_question import ask_specialty
from actions.times import SaidTime
from actions.waiting_texts import show_entries, tell_joined
from clinic.bootstrap import services
from clinic.patients.model import Patient, Relation
from clinic.waiting_list.model import WaitingWish
from nlu.normaliser import normalise
from nlu.own_person import is_about_oneself

FORM = "waitlist_form"
SPECIALTY = "wait_specialty"
PATIENT = "wait_patient"
NO_APPOINTMENT = "none"


class ValidateWaitlistForm(Action):
    """Reads what somebody waits for, and notes it when it is complete."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if (change := await read_errand_change(dispatcher, tracker)) is not None:
            return change
        turn = _WaitTurn(services(), dispatcher, tracker)
        events = await turn.events()
        if turn.is_for_booking:
            return [*events, FollowupAction(BOOKING_FORM)]
        return events


class _WaitTurn(ErrandTurn):
    questions = (APPOINTMENT, SPECIALTY, PATIENT)
    intents = ("join_waitlist",)
    answers = ("inform", "affirm", "deny", "join_waitlist", "give_consent")
    is_for_booking = False

    async def begin(self, carried: str | None) -> None:
        if says(self.said.text, "leave"):
            await self._show_entries()
            return
        clinic, own = self.services.clinic, await self.own()
        times = TwoTimes()
        if not self.said.is_tap:
            times = tell_times_apart(self.said, own, clinic.zone, self.services.clock.now())
        mention = mention_of(self.said, times.old)
        self.slots["wait_practitioner"] = mention.practitioner_id
        if times.new:
            self.slots["move_time"] = times.new.to_slot()
        from_booking = self.comes_from_booking
        if from_booking or not (self.said.value("appointment") or find_meant(own, mention, clinic)):
            self.slots[APPOINTMENT] = NO_APPOINTMENT
            await self._begin_without(from_booking)
        else:
            await self.find(mention, carried)
        await self._join_when_complete()

    async def go_on(self) -> None:
        said = self.said
        if said.intent == "keep_appointment" or (said.intent == "deny" and not said.entities):
            self.end("utter_nothing_changed")
            return
        if self.question == APPOINTMENT or said.value("appointment"):
            await self.choose_appointment()
        elif self.question == SPECIALTY:
            self._read_specialty()
        elif self.question == PATIENT:
            await self._read_patient()
        await self._join_when_complete()

    async def _begin_without(self, from_booking: bool) -> None:
        """Takes what the message or the booking that led nowhere says."""
        if from_booking:
            self.slots |= {
                SPECIALTY: self.tracker.get_slot("booking_specialty"),
                PATIENT: self.tracker.get_slot("booking_patient"),
                "wait_practitioner": self.tracker.get_slot("booking_practitioner"),
                "move_time": self.slots.get("move_time") or self.tracker.get_slot("booking_time"),
            }
        self._read_specialty()
        if self.get(PATIENT) is None:
            await self._read_patient()

    def _read_specialty(self) -> None:
        clinic = self.services.clinic
        specialty, practitioner_id = self.said.value("specialty"), self.said.value("practitioner")
        if practitioner_id:
            own = [known.value for known in clinic.practitioner(practitioner_id).specialties]
            specialty = specialty if specialty in own else own[0]
            self.slots["wait_practitioner"] = practitioner_id
        if specialty and not clinic.services_of(specialty):
            self.say("utter_specialty_not_offered")
        elif specialty:
            self.slots[SPECIALTY] = specialty

    async def _read_patient(self) -> None:
        """Finds who waits among those whom the clinic knows."""
        known = await asyncio.to_thread(self.services.patients.of_contact, self.contact_id)
        if not known:
            # Consent and a name come first; the booking asks for both, and shows what is free.
            self.say("utter_waitlist_first_free_times")
            self.is_for_booking = self.ended = True
            return
        fitting = self._fitting(known)
        if len(fitting) == 1:
            self.slots[PATIENT] = fitting[0].id

    def _fitting(self, known: list[Patient]) -> list[Patient]:
        if tapped := self.said.value("patient"):
            return [p for p in known if p.id == tapped]
        relation, name = self.said.value("relation"), self.said.value("person_name")
        if is_about_oneself(self.said.text):
            relation = Relation.SELF.value
        if name:
            wanted = set(normalise(name).split())
            return [p for p in known if wanted & set(normalise(p.name).split())]
        if relation:
            return [p for p in known if p.relation.value == relation]
        return known

    async def _join_when_complete(self) -> None:
        chosen = self.get(APPOINTMENT)
        if self.ended or chosen is None:
            return
        value = self.get("move_time")
        clinic = self.services.clinic
        period = SaidTime.from_slot(value) if value else None
        start, end = (period.start, period.end) if period else (None, None)
        if chosen != NO_APPOINTMENT:
            found = await self.meant()
            if found is None:
                self.end("utter_appointment_gone")
                return
            old = found.appointment
            wish = WaitingWish(
                patient_id=found.patient.id,
                specialty=clinic.service(old.service_id).specialty.value,
                service_id=old.service_id,
                practitioner_id=old.practitioner_id,
                appointment_id=old.id,
                start=start,
                end=min(end or old.start, old.start),
            )
            entry = await asyncio.to_thread(self.services.waiting_list.join, self.contact_id, wish)
            values = describe_appointment(clinic, found, language_of(self.tracker))
            self.end("utter_waitlist_joined_earlier", entry=entry.id, **values)
            return
        specialty, patient_id = self.get(SPECIALTY), self.get(PATIENT)
        if not (specialty and patient_id):
            return
        wish = WaitingWish(
            patient_id=patient_id,
            specialty=specialty,
            service_id=self.tracker.get_slot("booking_service")
            or clinic.services_of(specialty)[0].id,
            practitioner_id=self.get("wait_practitioner"),
            start=start,
            end=end,
        )
        entry = await asyncio.to_thread(self.services.waiting_list.join, self.contact_id, wish)
        await tell_joined(self.dispatcher, self.services, entry, language_of(self.tracker))
        self.ended = True

    async def _show_entries(self) -> None:
        await show_entries(
            self.dispatcher, self.services, self.contact_id, language_of(self.tracker)
        )
        self.ended = True


class ActionAskWaitSpecialty(Action):
    """Asks what somebody waits for."""

    def name(self) -> str:
        return "action_ask_wait_specialty"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        ask_specialty(dispatcher, tracker)
        return []


class ActionAskWaitPatient(Action):
    """Asks who of several patients waits."""

    def name(self) -> str:
        return "action_ask_wait_patient"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired = services()
        known = await asyncio.to_thread(wired.patients.of_contact, tracker.sender_id)
        buttons = patient_buttons(wired, known, known, language_of(tracker))
        dispatcher.utter_message(response="utter_ask_wait_patient", buttons=buttons)
        return []

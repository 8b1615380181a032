"""Booking: what happens when the patient has confirmed."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.appointment_texts import describe_slot, describe_video
from actions.booking_form import FORM
from actions.booking_turn import CONFIRMED, PATIENT, SLOT, START_AFRESH
from actions.deposit_texts import describe_deposit
from actions.said import language_of
from clinic.bootstrap import Services, services
from clinic.consent.model import Purpose
from clinic.scheduling.errors import PatientBusyError, SchedulingError
from clinic.scheduling.model import Appointment


class ActionBookAppointment(Action):
    """Books the held slot; where it was lost meanwhile, the form offers others."""

    def name(self) -> str:
        return "action_book_appointment"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if not tracker.get_slot(CONFIRMED):
            return []
        wired, hold_id = services(), tracker.get_slot("hold")
        try:
            appointment = await asyncio.to_thread(
                wired.scheduling.book,
                hold_id,
                tracker.get_slot(PATIENT),
                key=f"book:{hold_id}",
                on_booked=wired.appointment_booked,
            )
        except SchedulingError as error:
            busy = isinstance(error, PatientBusyError)
            dispatcher.utter_message(response="utter_patient_busy" if busy else "utter_slot_taken")
            lost = {SLOT: None, CONFIRMED: None, "hold": None, "offered_slots": None}
            return [*(SlotSet(k, v) for k, v in lost.items()), FollowupAction(FORM)]
        await self._tell(dispatcher, tracker, wired, appointment)
        return [SlotSet(name, value) for name, value in START_AFRESH.items()]

    async def _tell(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        wired: Services,
        appointment: Appointment,
    ) -> None:
        language = language_of(tracker)
        patient = await asyncio.to_thread(wired.patients.get, appointment.patient_id)
        service = wired.clinic.service(appointment.service_id)
        dispatcher.utter_message(
            response="utter_booked",
            patient=patient.name if patient else "",
            bring=service.what_to_bring.to(language),
            calendar=f"{wired.clinic.base_url}/calendar/{appointment.calendar_token}.ics",
            **describe_slot(wired.clinic, appointment.slot, language),
        )
        if video := describe_video(wired.clinic, appointment):
            dispatcher.utter_message(response="utter_video_link", video=video)
        deposit = await asyncio.to_thread(wired.deposits.of_appointment, appointment.id)
        if deposit:
            values = describe_deposit(wired, deposit, language)
            dispatcher.utter_message(response="utter_deposit_link", **values)
        lacks_number = await asyncio.to_thread(wired.patients.lacks_number, tracker.sender_id)
        if lacks_number and wired.can_ask_for_number:
            words = wired.texts.text("utter_ask_number", language)
            dispatcher.utter_message(text=words, json_message={"asks_number": True})
        asked = await asyncio.to_thread(wired.consent.latest, tracker.sender_id, Purpose.REMINDERS)
        if asked is None:
            dispatcher.utter_message(response="utter_ask_reminders_consent")

"""Appointments that exist already: when, where and with whom."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.appointment_texts import describe_slot
from actions.resuming import resume
from actions.said import language_of
from clinic.bootstrap import services


class ActionCheckAppointment(Action):
    """Lists what lies ahead for everyone that the contact writes for."""

    def name(self) -> str:
        return "action_check_appointment"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language = services(), language_of(tracker)
        patients = {
            patient.id: patient
            for patient in await asyncio.to_thread(wired.patients.of_contact, tracker.sender_id)
        }
        upcoming = await asyncio.to_thread(
            wired.scheduling.upcoming_of, tuple(patients), wired.clock.now()
        )
        if not upcoming:
            dispatcher.utter_message(response="utter_no_appointments")
            return resume(tracker)
        lines = [
            wired.texts.text(
                "utter_appointment_line",
                language,
                patient=patients[appointment.patient_id].name,
                **describe_slot(wired.clinic, appointment.slot, language),
            )
            for appointment in upcoming
        ]
        dispatcher.utter_message(response="utter_appointments", appointments="\n".join(lines))
        return resume(tracker)

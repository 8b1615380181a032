"""The date of birth, asked only when two patients of a number bear the same name."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.said import Said
from clinic.bootstrap import Services, services
from clinic.facts.opening import local_day
from clinic.patients.birth_dates import read_birth_date
from clinic.patients.services import namesakes

BIRTH_DATE = "booking_birth_date"

_NOT_ASKED = "-"
_SKIPS = ("skip_detail", "deny")


async def is_birth_date_due(wired: Services, contact_id: str, patient_id: str) -> bool:
    """Tells whether nothing but a date of birth tells a patient from another of the number."""
    known = await asyncio.to_thread(wired.patients.of_contact, contact_id)
    patient = next((it for it in known if it.id == patient_id), None)
    return patient is not None and patient.birth_date is None and bool(namesakes(patient, known))


async def read_answer(
    wired: Services, said: Said, contact_id: str, patient_id: str, *, is_asked: bool
) -> str | None:
    """Returns what slot `booking_birth_date` gets; None when the date has yet to be told.

    Args:
        is_asked: whether it is the open question.
    """
    if not await is_birth_date_due(wired, contact_id, patient_id):
        return _NOT_ASKED
    if not is_asked:
        return None
    if said.intent in _SKIPS:
        return _NOT_ASKED
    born = read_birth_date(said.text, local_day(wired.clinic, wired.clock.now()))
    if born is None or said.is_tap:
        return None
    await asyncio.to_thread(wired.patients.note_birth_date, patient_id, born)
    return born.isoformat()


class ActionAskBookingBirthDate(Action):
    """Asks when the patient was born, since another one of this number has the same name."""

    def name(self) -> str:
        return f"action_ask_{BIRTH_DATE}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        patient = await asyncio.to_thread(
            services().patients.get, tracker.get_slot("booking_patient")
        )
        dispatcher.utter_message(
            response="utter_ask_birth_date", patient=patient.name if patient else ""
        )
        return []

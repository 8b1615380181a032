"""Questions that the clinic's own facts answer."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.handing_over import hand_over
from actions.mentions import find_service, find_site, is_about
from actions.resuming import resume
from actions.said import Said, language_of, read_said
from clinic.answers.model import FactAnswer, FactQuestion, SaidTime
from clinic.bootstrap import Services, services
from clinic.facts.opening import local_day
from clinic.handoff.model import Priority
from clinic.scheduling.model import Appointment

_OWN_APPOINTMENTS_HELP = (
    "ask_location",
    "ask_documents_to_bring",
    "ask_preparation",
    "ask_queue",
)


class ActionAnswerFact(Action):
    """Answers for the specialty, doctor, day or site that was named."""

    def name(self) -> str:
        return "action_answer_fact"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired = services()
        question = await _read_question(wired, tracker)
        answer = wired.answers.to(question, language_of(tracker))
        values = answer.values
        if answer.needs_person:
            sentence = await hand_over(tracker, Priority.ROUTINE, question.intent)
            values = {**values, "handoff": sentence}
        _say(dispatcher, answer, values)
        return resume(tracker)


async def _read_question(wired: Services, tracker: Tracker) -> FactQuestion:
    said = read_said(tracker)
    upcoming = (
        await asyncio.to_thread(_upcoming, wired, tracker.sender_id)
        if said.intent in _OWN_APPOINTMENTS_HELP
        else ()
    )
    place = None
    if said.intent == "ask_queue":
        place = await asyncio.to_thread(wired.queue.place_of, upcoming)
    in_form = bool(tracker.active_loop_name)
    return FactQuestion(
        intent="ask_services" if _asks_who_works(said, wired) else said.intent,
        specialty=said.value("specialty"),
        context_specialty=tracker.get_slot("booking_specialty") if in_form else None,
        practitioner_id=said.value("practitioner"),
        site_id=said.value("site") or find_site(said.text, wired.clinic),
        service_id=said.value("service") or _service(said, wired),
        insurance=said.value("insurance"),
        time=_time(said),
        about_ramadan=is_about("ramadan", said.text),
        about_holidays=is_about("holidays", said.text),
        upcoming=upcoming,
        place=place,
        in_form=in_form,
    )


def _asks_who_works(said: Said, wired: Services) -> bool:
    """Tells whether it is about who works when, by whatever intent it was taken for.

    "Is the doctor there?" is about the queue, "is the doctor there on Monday?" about the schedule.
    """
    if said.intent == "ask_opening_hours":
        return is_about("staff", said.text)
    time = _time(said)
    tomorrow = local_day(wired.clinic, wired.clock.now()) + timedelta(days=1)
    return (
        said.intent == "ask_queue"
        and time is not None
        and said.value("practitioner") is not None
        and local_day(wired.clinic, time.start) >= tomorrow
    )


def _service(said: Said, wired: Services) -> str | None:
    """Returns the service that was named; a tapped specialty names none by its words."""
    return None if said.is_tap else find_service(said.text, wired.clinic)


def _time(said: Said) -> SaidTime | None:
    time = said.value("time")
    if not time:
        return None
    start, end = (datetime.fromisoformat(time[name]) for name in ("from", "to"))
    return SaidTime(start, end, time["grain"])


def _upcoming(wired: Services, contact_id: str) -> tuple[Appointment, ...]:
    patients = tuple(patient.id for patient in wired.patients.of_contact(contact_id))
    return tuple(wired.scheduling.upcoming_of(patients, wired.clock.now()))


def _say(dispatcher: CollectingDispatcher, answer: FactAnswer, values: dict[str, str]) -> None:
    buttons = [
        {"title": c.title, "payload": c.payload, "description": c.description}
        for c in answer.choices
    ]
    place = {"location": asdict(answer.location)} if answer.location else None
    dispatcher.utter_message(
        response=answer.response, buttons=buttons, json_message=place, **values
    )

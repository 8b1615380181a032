"""Medical questions: an approved after-care text, or the nurse on duty. Never an opinion."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.resuming import resume
from actions.said import Said, language_of, read_said
from actions.words import has_phrase, says
from clinic.bootstrap import services
from clinic.facts.care import AfterCare, nurse_on_duty
from clinic.facts.dates import say_when
from clinic.facts.model import Clinic
from clinic.facts.opening import is_open, next_opening
from clinic.handoff.model import Priority


class ActionAskMedicalQuestion(Action):
    """Gives the approved text of the one procedure that is named; all else goes to the nurse."""

    def name(self) -> str:
        return "action_ask_medical_question"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language = services(), language_of(tracker)
        approved = find_after_care(wired.clinic, read_said(tracker))
        if approved is not None:
            dispatcher.utter_message(
                response="utter_after_care",
                advice=approved.advice.to(language),
                sign=approved.call_now.to(language),
                emergency_number=wired.clinic.emergency_numbers[0].number,
                phone=wired.clinic.phone,
            )
        else:
            sentence = await hand_to_nurse(tracker, "ask_medical_question")
            dispatcher.utter_message(response="utter_medical_question", handoff=sentence)
        return resume(tracker)


class ActionAskNurse(Action):
    """Passes the conversation to the nurse on duty: a button under an after-care text."""

    def name(self) -> str:
        return "action_ask_nurse"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        sentence = await hand_to_nurse(tracker, "ask_nurse")
        dispatcher.utter_message(response="utter_ask_nurse", handoff=sentence)
        return resume(tracker)


async def hand_to_nurse(tracker: Tracker, reason: str) -> str:
    """Marks the conversation as urgent; returns who answers when, with the emergency number."""
    wired, language = services(), language_of(tracker)
    await asyncio.to_thread(wired.handoff.open, tracker.sender_id, Priority.URGENT, reason)
    clinic, now = wired.clinic, wired.clock.now()
    number = clinic.emergency_numbers[0].number
    open_now = is_open(clinic, now)
    opens = now if open_now else next_opening(clinic, now)
    nurse = nurse_on_duty(clinic, opens) if opens else None
    name = nurse.name(language).full if nurse else wired.texts.text("utter_nurse_unnamed", language)
    if open_now:
        return wired.texts.text("utter_nurse_open", language, nurse=name, emergency_number=number)
    return wired.texts.text(
        "utter_nurse_closed",
        language,
        nurse=name,
        opens=say_when(opens, clinic.zone, language) if opens else clinic.phone,
        emergency_number=number,
    )


def find_after_care(clinic: Clinic, said: Said) -> AfterCare | None:
    """Returns the approved text that a question is about; None in any doubt.

    Exactly one procedure must be named, it must be behind the patient, and the message must not
    ask about a medicine, a dose, a sign or a danger: those are the nurse's.
    """
    if says(said.text, "for_the_nurse"):
        return None
    named = [entry for entry in clinic.after_care if has_phrase(said.text, entry.words)]
    if len(named) != 1:
        return None
    found = named[0]
    return found if found.is_worn or says(said.text, "after") else None

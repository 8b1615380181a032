"""Correcting one's data: whose, what, the new value, once more before it counts."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.errands import read_errand_change
from actions.handing_over import hand_over
from actions.patient_labels import patient_buttons
from actions.rectification_slots import CONFIRMED, FIELD, RECTIFICATION_SLOTS, VALUE, WHOSE
from actions.said import Said, language_of, read_said
from actions.words import says
from clinic.bootstrap import services
from clinic.facts.codes import Insurance
from clinic.handoff.model import Priority
from clinic.patients.model import Patient
from clinic.privacy.errors import InvalidValueError
from clinic.privacy.rectification import CorrectedField

FORM = "rectification_form"

_ENDED = dict.fromkeys((*RECTIFICATION_SLOTS, "requested_slot"))
_ENTITIES = {
    CorrectedField.NAME: "person_name",
    CorrectedField.NATIONAL_ID: "national_id",
    CorrectedField.INSURANCE: "insurance",
}
_SAID_AT_ONCE = (CorrectedField.NATIONAL_ID.value,)
"""Taken from the first message: names and insurances in it may be the wrong ones."""

_OTHER_WISHES = ("thank", "goodbye", "greet", "ask_repeat", "request_human", "change_language")
"""Intents that are never the new value, however it is written."""


class ValidateRectificationForm(Action):
    """Reads each message in the light of the open question."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if (change := await read_errand_change(dispatcher, tracker)) is not None:
            return change
        said, question = read_said(tracker), tracker.get_slot("requested_slot")
        if said.intent == "stop_rectification" or (question == CONFIRMED and said.intent == "deny"):
            dispatcher.utter_message(response="utter_rectification_stopped")
            return _end()
        slots: dict[str, Any] = {}
        if question is None:
            known = await asyncio.to_thread(services().patients.of_contact, tracker.sender_id)
            if not known:
                dispatcher.utter_message(response="utter_rectification_unknown")
                return _end()
            slots[WHOSE] = known[0].id if len(known) == 1 else None
        elif question == WHOSE and said.value("patient"):
            slots[WHOSE] = said.value("patient")
        _read_value(dispatcher, tracker, said, slots)
        if question == CONFIRMED and said.intent in ("confirm_rectification", "affirm"):
            slots[CONFIRMED] = True
        return [SlotSet(name, value) for name, value in slots.items()]


def _named_field(said: Said) -> str | None:
    """Returns what is wrong when the first message says so, and only that."""
    named = [field.value for field in CorrectedField if says(said.text, f"field_{field.value}")]
    return named[0] if len(named) == 1 else None


def _read_value(
    dispatcher: CollectingDispatcher, tracker: Tracker, said: Said, slots: dict[str, Any]
) -> None:
    """Takes what is to be corrected, and the new value when it is asked or named with it."""
    question = tracker.get_slot("requested_slot")
    field = said.value("field")
    if field:
        slots |= {FIELD: field, VALUE: None, CONFIRMED: None}
        return
    if question is None:
        field = _named_field(said)
        slots[FIELD] = field
        value = said.value(_ENTITIES[CorrectedField(field)]) if field in _SAID_AT_ONCE else None
        if value is None:
            return
        text = str(value)
    elif question == VALUE and not said.is_tap and said.intent not in _OTHER_WISHES:
        field = tracker.get_slot(FIELD)
        entity = _ENTITIES.get(CorrectedField(field))
        text = str((entity and said.value(entity)) or said.text)
    elif question == VALUE and said.value("insurance"):
        field, text = tracker.get_slot(FIELD), said.value("insurance")
    else:
        return
    if "?" in text or "؟" in text:
        return
    try:
        slots[VALUE] = services().rectification.clean(CorrectedField(field), text)
    except InvalidValueError:
        slots[VALUE] = None
        if question is not None:
            dispatcher.utter_message(response="utter_rectification_invalid")


class ActionAskRectificationPatient(Action):
    """Asks whose data are wrong, when the number is known for several people."""

    def name(self) -> str:
        return f"action_ask_{WHOSE}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired = services()
        known = await asyncio.to_thread(wired.patients.of_contact, tracker.sender_id)
        dispatcher.utter_message(
            response="utter_ask_rectification_patient",
            buttons=patient_buttons(wired, known, known, language_of(tracker)),
        )
        return []


class ActionAskRectificationValue(Action):
    """Asks for the new value; insurances are tapped."""

    def name(self) -> str:
        return f"action_ask_{VALUE}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language = services(), language_of(tracker)
        field = tracker.get_slot(FIELD)
        buttons = []
        if field == CorrectedField.INSURANCE.value:
            buttons = [
                button(
                    wired.texts.text(f"utter_insurance_{entry.value}", language),
                    "inform",
                    insurance=entry.value,
                )
                for entry in Insurance
            ]
        dispatcher.utter_message(response=f"utter_ask_rectification_{field}", buttons=buttons)
        return []


class ActionAskRectificationConfirmed(Action):
    """Says the old and the new value before it counts."""

    def name(self) -> str:
        return f"action_ask_{CONFIRMED}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        patient = await _patient(tracker)
        field, value = tracker.get_slot(FIELD), tracker.get_slot(VALUE)
        before = _before(patient, field)
        dispatcher.utter_message(
            response="utter_ask_rectification_change" if before else "utter_ask_rectification_new",
            before=_shown(tracker, field, before),
            after=_shown(tracker, field, value),
            patient=patient.name if patient else "",
        )
        return []


class ActionRectify(Action):
    """Writes the new value; a number goes to reception, who check it."""

    def name(self) -> str:
        return "action_rectify"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        patient = await _patient(tracker)
        if not tracker.get_slot(CONFIRMED) or patient is None:
            return []
        field = CorrectedField(tracker.get_slot(FIELD))
        value = tracker.get_slot(VALUE)
        await asyncio.to_thread(services().rectification.apply, patient, field, value)
        if field is CorrectedField.PHONE:
            sentence = await hand_over(tracker, Priority.ROUTINE, "new_number")
            dispatcher.utter_message(response="utter_rectification_number", handoff=sentence)
        else:
            after = _shown(tracker, field.value, value)
            dispatcher.utter_message(response="utter_rectified", after=after)
        return [SlotSet(name, value) for name, value in _ENDED.items()]


async def _patient(tracker: Tracker) -> Patient | None:
    known = await asyncio.to_thread(services().patients.of_contact, tracker.sender_id)
    return next((patient for patient in known if patient.id == tracker.get_slot(WHOSE)), None)


def _before(patient: Patient | None, field: str) -> str | None:
    if patient is None or field == CorrectedField.PHONE.value:
        return None
    before: str | None = getattr(patient, field)
    return before


def _shown(tracker: Tracker, field: str, value: str | None) -> str:
    if value and field == CorrectedField.INSURANCE.value:
        return services().texts.text(f"utter_insurance_{value}", language_of(tracker))
    return value or ""


def _end() -> list[EventType]:
    return [*(SlotSet(name, value) for name, value in _ENDED.items()), ActiveLoop(None)]

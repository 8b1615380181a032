"""Who is seen: the relation, the patients that this number is known for, the name.

Forms of any topic read it here, each with slots of its own (`PatientSlots`).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.patient_labels import patient_buttons
from actions.said import Said, language_of, read_said
from actions.words import split_words
from clinic.bootstrap import Services
from clinic.patients.errors import NotANameError
from clinic.patients.model import Patient, Relation
from nlu.own_person import is_about_oneself

PATIENT_ENTITY = "patient"
"""What the buttons with patients' names carry: an id, or `SOMEBODY_ELSE`."""

SOMEBODY_ELSE = "new"

_ONE_OF_A_KIND = (Relation.SELF, Relation.MOTHER, Relation.FATHER, Relation.SPOUSE)
"""Relations that name one person; of children, siblings and others there may be several."""

_SURE = 0.6
"""Above this confidence a short answer to "your name?" is taken for what it says instead."""


@dataclass(frozen=True)
class PatientSlots:
    """The names of a form's slots for the relation and for the patient's id."""

    relation: str
    patient: str


async def read_patient(
    wired: Services,
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    slots: PatientSlots,
    *,
    is_detail: bool,
) -> dict[str, Any]:
    """Returns the slots that the latest message sets; empty when it says nothing of the patient.

    Args:
        is_detail: whether the message may say who is seen although something else is asked.
    """
    known = await asyncio.to_thread(wired.patients.of_contact, tracker.sender_id)
    turn = _PatientTurn(tracker, slots, known)
    turn.read_relation(is_detail)
    turn.read_known()
    if turn.is_name_due():
        await _read_name(wired, dispatcher, turn)
    return turn.found


class _PatientTurn:
    """What one message says about the patient."""

    def __init__(self, tracker: Tracker, slots: PatientSlots, known: list[Patient]) -> None:
        self._tracker = tracker
        self._slots = slots
        self._known = known
        self._question: str | None = tracker.get_slot("requested_slot")
        self._relation_said: str | None = None
        self.said: Said = read_said(tracker)
        self.contact_id: str = tracker.sender_id
        self.found: dict[str, Any] = {}

    @property
    def relation(self) -> str | None:
        return self._get(self._slots.relation)

    @property
    def patient_id(self) -> str | None:
        return self._get(self._slots.patient)

    def choose(self, patient_id: str | None) -> None:
        self.found[self._slots.patient] = patient_id

    def read_relation(self, is_detail: bool) -> None:
        relation = self.said.value("relation")
        if self._question == self._slots.relation:
            relation = self._answered_relation(relation)
        self._relation_said = relation
        counts = is_detail or self._question in (None, self._slots.relation)
        if counts and relation and relation != self.relation:
            self.found |= {self._slots.relation: relation, self._slots.patient: None}

    def _answered_relation(self, relation: str | None) -> str | None:
        """Returns for whom it is by the answer to just that: a name alone is somebody's else."""
        if is_about_oneself(self.said.text):
            return Relation.SELF.value
        if relation is None and self.said.value("person_name") and self._named(None) is None:
            return Relation.OTHER.value
        return relation

    def read_known(self) -> None:
        """Takes the patient who is tapped or named, or can be no other than the one known."""
        known = self._known
        tapped = self.said.value(PATIENT_ENTITY)
        if tapped == SOMEBODY_ELSE:
            if self._question == self._slots.relation:
                self.found |= {self._slots.relation: None}
            self.choose(None)
        elif named := self._named(tapped):
            self.found[self._slots.relation] = named.relation.value
            self.choose(named.id)
        elif self.relation is None and len(known) == 1 and known[0].relation is Relation.SELF:
            self.found[self._slots.relation] = Relation.SELF.value
            self.choose(known[0].id)
        elif self.relation in _ONE_OF_A_KIND and self.patient_id is None:
            same = [patient for patient in known if patient.relation.value == self.relation]
            if len(same) == 1:
                self.choose(same[0].id)

    def _named(self, tapped: str | None) -> Patient | None:
        """Returns the one known patient whose button was tapped, or whose name is said."""
        if tapped:
            return next((patient for patient in self._known if patient.id == tapped), None)
        is_asked = self._question in (None, self._slots.relation, self._slots.patient)
        if not is_asked or self._relation_said or self.said.value("practitioner"):
            return None
        said = split_words(self.said.text)
        named = [
            patient
            for patient in self._known
            if (names := split_words(patient.name)) and names[0] in said
        ]
        return named[0] if len(named) == 1 else None

    def is_name_due(self) -> bool:
        if self.said.value(PATIENT_ENTITY) or self.patient_id is not None:
            return False
        named = self.said.value("person_name")
        if self._question == self._slots.relation:
            return bool(named and self.relation)
        return self._question == self._slots.patient and bool(named or not self._relation_said)

    def _get(self, name: str) -> Any:
        return self.found[name] if name in self.found else self._tracker.get_slot(name)


async def _read_name(wired: Services, dispatcher: CollectingDispatcher, turn: _PatientTurn) -> None:
    said = turn.said
    named = said.value("person_name")
    is_answer = said.intent in ("inform", "nlu_fallback") or said.confidence < _SURE
    is_question = "?" in said.text or "؟" in said.text
    is_choice = said.value("ordinal") is not None
    if is_question or not (named or (is_answer and not is_choice and not said.is_tap)):
        return
    relation = Relation(turn.relation)
    try:
        patient = await asyncio.to_thread(
            wired.patients.register, turn.contact_id, relation, named or said.text
        )
    except NotANameError:
        dispatcher.utter_message(response="utter_not_a_name")
        turn.choose(None)
    else:
        turn.choose(patient.id)


async def ask_relation(wired: Services, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Asks who is seen: by name when this number is known for several, else by relation."""
    known = await asyncio.to_thread(wired.patients.of_contact, tracker.sender_id)
    if not known or read_said(tracker).value(PATIENT_ENTITY) == SOMEBODY_ELSE:
        dispatcher.utter_message(response="utter_ask_booking_relation")
        return
    dispatcher.utter_message(
        response="utter_ask_which_patient", buttons=_name_buttons(wired, tracker, known, known)
    )


async def ask_name(
    wired: Services, dispatcher: CollectingDispatcher, tracker: Tracker, relation: Relation
) -> None:
    """Asks for the name of the one who is seen; relatives seen before can be tapped."""
    if relation is Relation.SELF:
        dispatcher.utter_message(response="utter_ask_own_name")
        return
    known = await asyncio.to_thread(wired.patients.of_contact, tracker.sender_id)
    same = [patient for patient in known if patient.relation is relation]
    if same and read_said(tracker).value(PATIENT_ENTITY) != SOMEBODY_ELSE:
        dispatcher.utter_message(
            response="utter_ask_which_patient", buttons=_name_buttons(wired, tracker, same, known)
        )
        return
    dispatcher.utter_message(response="utter_ask_relative_name")


def _name_buttons(
    wired: Services, tracker: Tracker, shown: list[Patient], known: list[Patient]
) -> list[dict[str, str]]:
    language = language_of(tracker)
    else_ = wired.texts.text("utter_somebody_else", language)
    names = patient_buttons(wired, shown[:9], known, language)
    return [*names, button(else_, "inform", **{PATIENT_ENTITY: SOMEBODY_ELSE})]

"""Who is seen: the relation, the patients that this number is known for, the name.

Forms of any topic read it here, each with slots of its own (`PatientSlots`).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.said import Said, read_said
from clinic.bootstrap import Services
from clinic.patients.errors import NotANameError
from clinic.patients.model import Patient, Relation
from nlu.own_person import is_about_oneself

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
        if self._question == self._slots.relation and is_about_oneself(self.said.text):
            relation = Relation.SELF.value
        self._relation_said = relation
        counts = is_detail or self._question in (None, self._slots.relation)
        if counts and relation and relation != self.relation:
            self.found |= {self._slots.relation: relation, self._slots.patient: None}

    def read_known(self) -> None:
        """Takes the patient who can be no other than the one known."""
        known = self._known
        if self.relation is None and len(known) == 1 and known[0].relation is Relation.SELF:
            self.found[self._slots.relation] = Relation.SELF.value
            self.choose(known[0].id)
        elif self.relation in _ONE_OF_A_KIND and self.patient_id is None:
            same = [patient for patient in known if patient.relation.value == self.relation]
            if len(same) == 1:
                self.choose(same[0].id)

    def is_name_due(self) -> bool:
        names_somebody = self._relation_said is None or self.said.value("person_name")
        is_asked = self._question == self._slots.patient and self.patient_id is None
        return bool(is_asked and names_somebody)

    def _get(self, name: str) -> Any:
        return self.found[name] if name in self.found else self._tracker.get_slot(name)


async def _read_name(wired: Services, dispatcher: CollectingDispatcher, turn: _PatientTurn) -> None:
    said = turn.said
    named = said.value("person_name")
    is_answer = said.intent in ("inform", "nlu_fallback") or said.confidence < _SURE
    is_question = "?" in said.text or "؟" in said.text
    if is_question or not (named or (is_answer and not said.is_tap)):
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

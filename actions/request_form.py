"""The form of requests to the office: results, prescriptions, documents, files that are sent.

It asks only what is missing, and tells where an open request of the same kind stands instead of
opening a second one. What it does not understand it leaves to the rules, as every form does.
"""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.care_consent import CONSENT, is_care_allowed, read_care_consent
from actions.errands import ErrandForm
from actions.patient_choice import PatientSlots, read_patient
from actions.request_kinds import ANY_DOCUMENT, STARTS, document_type_of, kind_of
from actions.request_slots import (
    DETAIL,
    DOCUMENT_TYPE,
    FILE,
    FILES,
    KEY,
    KIND,
    NOTHING,
    PATIENT,
    RELATION,
    START_AFRESH,
    WORDS,
)
from actions.request_texts import tell_status
from actions.said import Said, language_of, read_said
from clinic.bootstrap import Services
from clinic.consent.model import Decision
from clinic.facts.codes import RequestKind
from clinic.requests.errors import RequestsError
from clinic.requests.model import FILE_KINDS, SentFile, ServiceRequest

FORM = "request_form"

_STOPS = ("stop_request", "stop_booking", "cancel_appointment")
_DETAILS = ("inform", "affirm", "deny", *STARTS)
_ANSWERS = ("inform", "affirm", "deny", "give_consent", "skip_detail", "send_file", *STARTS)
"""Intents that no rule answers while the form is open."""

_WORDS_ABOUT_IT = ("inform", "nlu_fallback", "out_of_scope", *STARTS)
_SURE = 0.6
"""Above this confidence a short answer is taken for what it says instead of the detail."""

_SLOTS = (CONSENT, KIND, RELATION, PATIENT, DOCUMENT_TYPE, DETAIL, FILE)


class _RequestTurn:
    """One message inside the form."""

    def __init__(self, wired: Services, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self._services = wired
        self._dispatcher = dispatcher
        self._tracker = tracker
        self._said: Said = read_said(tracker)
        question = tracker.get_slot("requested_slot")
        # The question of a form that this one replaces is not ours.
        self._question: str | None = question if question in _SLOTS else None
        self._is_new = self._question is None or tracker.get_slot(KEY) is None
        self._slots: dict[str, Any] = {}
        self._ended = False

    async def events(self) -> list[EventType]:
        if self._is_new:
            await self._begin()
        elif self._question == CONSENT:
            await self._read_consent()
        if not self._ended and self._get(CONSENT):
            await self._read_details()
        if self._ended:
            ended = {**START_AFRESH, "requested_slot": None}
            return [*(SlotSet(k, v) for k, v in ended.items()), ActiveLoop(None)]
        if not self._slots and self._said.intent in _ANSWERS:
            self._dispatcher.utter_message(response="utter_not_understood_here")
            self._slots[CONSENT] = self._get(CONSENT)
        return [SlotSet(name, value) for name, value in self._slots.items()]

    def _get(self, name: str) -> Any:
        if name in self._slots:
            return self._slots[name]
        return None if self._is_new and name != CONSENT else self._tracker.get_slot(name)

    async def _begin(self) -> None:
        said = self._said
        allowed = await is_care_allowed(self._services, self._tracker.sender_id)
        kind = kind_of(said)
        self._slots |= {**START_AFRESH, CONSENT: True if allowed else None}
        self._slots |= {
            KEY: f"request:{said.message_id}",
            WORDS: NOTHING if said.is_tap else said.text,
            KIND: kind.value if kind else None,
            DOCUMENT_TYPE: document_type_of(said),
        }
        if said.value("time") or said.value("practitioner"):
            self._slots[DETAIL] = said.text
        self._take_file()
        if allowed and not said.value("new_request") and await self._join_open_request(kind):
            self._ended = True

    async def _join_open_request(self, kind: RequestKind | None) -> bool:
        """Adds a file to what is open, or tells where it stands; False when nothing is open."""
        desk = self._services.requests
        contact_id = self._tracker.sender_id
        files = self._get(FILES)
        if files:
            open_ones = await asyncio.to_thread(desk.open_of, contact_id)
            return bool(open_ones) and await self._add_file(open_ones[0], files[0])
        if kind is None or kind in FILE_KINDS:
            return False
        open_ones = await asyncio.to_thread(desk.open_of, contact_id, kind)
        wanted = self._get(DOCUMENT_TYPE)
        same = [r for r in open_ones if wanted in (None, r.details.get("document_type"))]
        if not same:
            return False
        await tell_status(self._services, self._dispatcher, self._tracker, same[:1])
        return True

    async def _add_file(self, request: ServiceRequest, file: dict[str, str]) -> bool:
        try:
            await asyncio.to_thread(self._services.requests.add_file, request.id, SentFile(**file))
        except RequestsError:
            return False
        language = language_of(self._tracker)
        what = self._services.texts.text(f"utter_request_kind_{request.kind.value}", language)
        self._dispatcher.utter_message(
            response="utter_file_added",
            reference=request.reference,
            what=what,
            buttons=[self._other_matter(file, language)],
        )
        return True

    def _other_matter(self, file: dict[str, str], language: str) -> dict[str, str]:
        title = self._services.texts.text("utter_button_other_matter", language)
        return button(title, "send_file", file=file, new_request=True)

    async def _read_consent(self) -> None:
        decision = await read_care_consent(self._services, self._tracker)
        if decision is Decision.GIVEN:
            self._slots[CONSENT] = True
        elif decision is Decision.REFUSED:
            self._end("utter_care_refused", phone=self._services.clinic.phone)
        else:
            self._take_file()

    async def _read_details(self) -> None:
        said = self._said
        if said.intent in _STOPS:
            self._end("utter_request_stopped")
            return
        if not self._is_new:
            self._take_file()
            self._read_kind()
        await self._read_patient()
        if self._question == DETAIL and self._get(DETAIL) is None:
            self._read_detail()
        self._skip_what_is_not_asked()

    def _take_file(self) -> None:
        file = self._said.value("file")
        if not file:
            return
        files = [*(self._get(FILES) or ()), file]
        self._slots[FILES] = files
        self._slots[FILE] = "sent"
        if self._question == DETAIL:
            self._slots[DETAIL] = NOTHING

    def _read_kind(self) -> None:
        if self._get(KIND) is None and (kind := kind_of(self._said)):
            self._slots[KIND] = kind.value
        if self._get(DOCUMENT_TYPE) is None and (wanted := document_type_of(self._said)):
            self._slots[DOCUMENT_TYPE] = wanted

    async def _read_patient(self) -> None:
        known = await asyncio.to_thread(self._services.patients.of_contact, self._tracker.sender_id)
        chosen = self._said.value("patient")
        named = str(self._said.value("person_name") or "").casefold()
        for patient in known:
            first = patient.name.split()[0].casefold()
            if patient.id == chosen or (named and named in (patient.name.casefold(), first)):
                self._slots |= {RELATION: patient.relation.value, PATIENT: patient.id}
                return
        found = await read_patient(
            self._services,
            self._dispatcher,
            self._tracker,
            PatientSlots(RELATION, PATIENT),
            is_detail=self._said.intent in _DETAILS,
        )
        self._slots |= found

    def _read_detail(self) -> None:
        said = self._said
        if said.intent in ("skip_detail", "deny") and said.value("time") is None:
            self._slots[DETAIL] = NOTHING
            return
        is_question = "?" in said.text or "؟" in said.text
        is_doubtful = said.confidence < _SURE or said.is_only_a_value
        is_answer = said.intent in _WORDS_ABOUT_IT or is_doubtful
        if is_answer and not said.is_tap and not is_question:
            self._slots[DETAIL] = said.text

    def _skip_what_is_not_asked(self) -> None:
        kind = self._get(KIND)
        if kind is None:
            return
        if kind != RequestKind.DOCUMENT.value and self._get(DOCUMENT_TYPE) is None:
            self._slots[DOCUMENT_TYPE] = NOTHING
        asks_detail = kind in (
            RequestKind.DOCUMENT.value,
            RequestKind.PRESCRIPTION_RENEWAL.value,
        )
        # Of an unknown document only what it is matters.
        no_detail = not asks_detail or self._get(DOCUMENT_TYPE) == ANY_DOCUMENT
        if no_detail and self._get(DETAIL) is None:
            self._slots[DETAIL] = NOTHING
        if kind not in [known.value for known in FILE_KINDS] and self._get(FILE) is None:
            self._slots[FILE] = NOTHING

    def _end(self, response: str, **values: str) -> None:
        self._dispatcher.utter_message(response=response, **values)
        self._ended = True


class ValidateRequestForm(ErrandForm, Action):
    """Reads each message in the light of the open question."""

    form = FORM
    turn = _RequestTurn

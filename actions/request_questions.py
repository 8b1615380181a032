"""The questions of the request form, one action per open slot."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.patient_labels import patient_buttons
from actions.request_kinds import ANY_DOCUMENT, DOCUMENT_TYPES
from actions.request_slots import DETAIL, DOCUMENT_TYPE, KIND, RELATION
from actions.said import language_of
from clinic.bootstrap import services
from clinic.facts.codes import RequestKind
from clinic.patients.model import Relation
from clinic.requests.model import FILE_KINDS


class ActionAskRequestKind(Action):
    """Asks what a file is."""

    def name(self) -> str:
        return f"action_ask_{KIND}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        texts, language = services().texts, language_of(tracker)
        buttons = [
            button(
                texts.text(f"utter_file_kind_{kind.value}", language),
                "inform",
                request_kind=kind.value,
            )
            for kind in FILE_KINDS
        ]
        dispatcher.utter_message(response="utter_ask_file_kind", buttons=buttons)
        return []


class ActionAskRequestRelation(Action):
    """Asks for whom, with everybody known to choose from."""

    def name(self) -> str:
        return f"action_ask_{RELATION}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language = services(), language_of(tracker)
        known = await asyncio.to_thread(wired.patients.of_contact, tracker.sender_id)
        buttons = patient_buttons(wired, known[:8], known, language)
        relations = [] if any(p.relation is Relation.SELF for p in known) else [Relation.SELF]
        relations += [Relation.OTHER] if known else [Relation.CHILD, Relation.OTHER]
        buttons += [
            button(
                wired.texts.text(f"utter_button_for_{relation.value}", language),
                "inform",
                relation=relation.value,
            )
            for relation in relations
        ]
        dispatcher.utter_message(response="utter_ask_request_relation", buttons=buttons)
        return []


class ActionAskRequestPatient(Action):
    """Asks for the name that the request is for."""

    def name(self) -> str:
        return "action_ask_request_patient"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, relation = services(), Relation(tracker.get_slot(RELATION))
        known = await asyncio.to_thread(wired.patients.of_contact, tracker.sender_id)
        same = [patient for patient in known if patient.relation is relation]
        buttons = patient_buttons(wired, same, known, language_of(tracker))
        is_self = relation is Relation.SELF
        response = "utter_ask_own_name" if is_self else "utter_ask_request_name"
        dispatcher.utter_message(response=response, buttons=buttons)
        return []


class ActionAskRequestDocumentType(Action):
    """Asks which document is wanted."""

    def name(self) -> str:
        return f"action_ask_{DOCUMENT_TYPE}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        texts, language = services().texts, language_of(tracker)
        buttons = [
            button(
                texts.text(f"utter_document_type_{kind}", language), "inform", document_type=kind
            )
            for kind in (*DOCUMENT_TYPES, ANY_DOCUMENT)
        ]
        dispatcher.utter_message(response="utter_ask_document_type", buttons=buttons)
        return []


class ActionAskRequestDetail(Action):
    """Asks for the medicine or the visit; a photo, or nothing, will do."""

    def name(self) -> str:
        return f"action_ask_{DETAIL}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        kind, wanted = tracker.get_slot(KIND), tracker.get_slot(DOCUMENT_TYPE)
        if kind == RequestKind.PRESCRIPTION_RENEWAL.value:
            response = "utter_ask_which_medicine"
        elif wanted == "quote":
            response = "utter_ask_which_care"
        else:
            response = "utter_ask_which_visit"
        dispatcher.utter_message(response=response)
        return []


class ActionAskRequestFile(Action):
    """Asks for the photo or document itself."""

    def name(self) -> str:
        return "action_ask_request_file"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        dispatcher.utter_message(response="utter_ask_file")
        return []

"""Requests to the office: opened when the form is complete, told where they stand."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.handing_over import hand_over
from actions.request_form import FORM
from actions.request_slots import (
    DETAIL,
    DOCUMENT_TYPE,
    FILES,
    KEY,
    KIND,
    NOTHING,
    PATIENT,
    START_AFRESH,
    WORDS,
)
from actions.request_texts import describe_request, say_expected, tell_status
from actions.resuming import resume
from actions.said import language_of, read_said
from clinic.bootstrap import services
from clinic.facts.codes import RequestKind
from clinic.handoff.model import Priority
from clinic.requests.model import NewRequest, SentFile

_MOST_TOLD = 3


class ActionOpenRequest(Action):
    """Opens the request that the form has asked for, and says what happens next."""

    def name(self) -> str:
        return "action_open_request"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if not tracker.get_slot(KIND) or not tracker.get_slot(KEY):
            return []
        wired, language = services(), language_of(tracker)
        details = {
            "document_type": tracker.get_slot(DOCUMENT_TYPE),
            "detail": tracker.get_slot(DETAIL),
            "words": tracker.get_slot(WORDS),
        }
        request = await asyncio.to_thread(
            wired.requests.open,
            NewRequest(
                contact_id=tracker.sender_id,
                kind=RequestKind(tracker.get_slot(KIND)),
                key=tracker.get_slot(KEY),
                patient_id=tracker.get_slot(PATIENT),
                details={k: v for k, v in details.items() if v and v != NOTHING},
                files=tuple(SentFile(**file) for file in tracker.get_slot(FILES) or ()),
            ),
        )
        response = "utter_request_opened"
        if request.kind is RequestKind.RESULTS:
            response = "utter_request_results_opened"
        dispatcher.utter_message(
            response=response,
            what=describe_request(wired, request, language),
            reference=request.reference,
            expected=say_expected(wired, request, language),
        )
        return [SlotSet(name, value) for name, value in START_AFRESH.items()]


class ActionRequestStatus(Action):
    """Says where the request of a reference stands, or all of the last month."""

    def name(self) -> str:
        return "action_request_status"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, contact_id = services(), tracker.sender_id
        reference = read_said(tracker).value("reference")
        if reference:
            found = await asyncio.to_thread(wired.requests.by_reference, reference, contact_id)
            requests = [found] if found else []
        else:
            requests = await asyncio.to_thread(wired.requests.recent_of, contact_id)
        if requests:
            await tell_status(wired, dispatcher, tracker, requests[:_MOST_TOLD])
        else:
            dispatcher.utter_message(response="utter_request_none")
        return resume(tracker)


class ActionReceiveFile(Action):
    """Takes a photo or document: into a request, or to a person while something else is open."""

    def name(self) -> str:
        return "action_receive_file"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if tracker.active_loop_name:
            await hand_over(tracker, Priority.ROUTINE, "file")
            dispatcher.utter_message(response="utter_file_received")
            return resume(tracker)
        return [FollowupAction(FORM)]

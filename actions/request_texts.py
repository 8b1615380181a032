"""A request in the patient's words: what it is, where it stands, when somebody answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.said import language_of
from clinic.bootstrap import Services
from clinic.facts.codes import RequestKind
from clinic.facts.dates import say_date, say_when
from clinic.facts.opening import is_open, next_opening
from clinic.handoff.model import Priority
from clinic.requests.model import RequestStatus, ServiceRequest


def describe_request(wired: Services, request: ServiceRequest, language: str) -> str:
    """Returns what a request is about: "votre demande de facture"."""
    document_type = request.details.get("document_type")
    if request.kind is RequestKind.DOCUMENT and document_type:
        name = f"utter_request_document_{document_type}"
        if wired.texts.has(name):
            return wired.texts.text(name, language)
    return wired.texts.text(f"utter_request_kind_{request.kind.value}", language)


def say_expected(wired: Services, request: ServiceRequest, language: str) -> str:
    """Returns the sentences that say when somebody answers; closed, with the emergency number."""
    now, zone = wired.clock.now(), wired.clinic.zone
    if request.expected_at is None:
        return ""
    expected = say_date(request.expected_at, zone, language)
    if is_open(wired.clinic, now):
        return wired.texts.text("utter_request_expected", language, expected=expected)
    opens = next_opening(wired.clinic, now)
    return wired.texts.text(
        "utter_request_expected_closed",
        language,
        expected=expected,
        opens=say_when(opens, zone, language) if opens else wired.clinic.phone,
        emergency_number=wired.clinic.emergency_numbers[0].number,
    )


async def tell_status(
    wired: Services,
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    requests: Sequence[ServiceRequest],
) -> None:
    """Says where requests stand; one that is overdue becomes more pressing for staff."""
    language = language_of(tracker)
    lines = [_status_line(wired, request, language) for request in requests]
    if any(_is_overdue(wired, request) for request in requests):
        await asyncio.to_thread(
            wired.handoff.open, tracker.sender_id, Priority.ASAP, "overdue_request"
        )
    again = _again(wired, requests[0], language)
    dispatcher.utter_message(
        response="utter_request_status", requests="\n".join(lines), buttons=again
    )


def _status_line(wired: Services, request: ServiceRequest, language: str) -> str:
    values = {"reference": request.reference, "what": describe_request(wired, request, language)}
    if request.status is not RequestStatus.ACTIVE:
        name = f"utter_request_line_{request.status.value}"
        return wired.texts.text(name, language, note=request.note, **values)
    if _is_overdue(wired, request):
        return wired.texts.text("utter_request_line_overdue", language, **values)
    expected = request.expected_at or wired.clock.now()
    return wired.texts.text(
        "utter_request_line_active",
        language,
        expected=say_date(expected, wired.clinic.zone, language),
        **values,
    )


def _is_overdue(wired: Services, request: ServiceRequest) -> bool:
    is_active = request.status is RequestStatus.ACTIVE
    return bool(is_active and request.expected_at and request.expected_at < wired.clock.now())


def _again(wired: Services, request: ServiceRequest, language: str) -> list[dict[str, str]]:
    """Returns the buttons for another request of the same kind, and for a person."""
    intents = {
        RequestKind.RESULTS: "request_results",
        RequestKind.PRESCRIPTION_RENEWAL: "request_prescription_renewal",
        RequestKind.DOCUMENT: "request_document",
    }
    intent = intents.get(request.kind, "send_document")
    return [
        {
            "title": wired.texts.text("utter_button_new_request", language),
            "payload": f'/{intent}{{"new_request": true}}',
        },
        {
            "title": wired.texts.text("utter_button_person", language),
            "payload": "/request_human",
        },
    ]

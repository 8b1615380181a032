"""Being seen in another way than at the clinic: by video, or at home."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.booking_form import FORM as BOOKING_FORM
from actions.booking_turn import START_AFRESH
from actions.handing_over import hand_over
from actions.resuming import resume
from actions.said import Said, language_of, read_said
from clinic.bootstrap import Services, services
from clinic.facts.model import Service
from clinic.handoff.model import Priority


class ActionRequestTeleconsultation(Action):
    """Books a teleconsultation of the clinic; where there is none, says so."""

    def name(self) -> str:
        return "action_request_teleconsultation"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, said, language = services(), read_said(tracker), language_of(tracker)
        offered = [service for service in wired.clinic.services if service.teleconsultation]
        wanted = _specialty(said, wired)
        fitting = [s for s in offered if wanted in (None, s.specialty.value)]
        if fitting:
            return _book(fitting[0])
        if offered and wanted and wired.clinic.services_of(wanted):
            dispatcher.utter_message(
                response="utter_no_teleconsultation_for",
                specialty=wired.texts.text(f"utter_specialty_{wanted}", language),
                specialty_value=wanted,
            )
            return resume(tracker)
        sentence = await hand_over(tracker, Priority.ROUTINE, "request_teleconsultation")
        dispatcher.utter_message(response="utter_request_passed_on", handoff=sentence)
        return resume(tracker)


class ActionRequestHomeVisit(Action):
    """Books a home visit where the clinic offers it; else reception is asked to call back."""

    def name(self) -> str:
        return "action_request_home_visit"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, said = services(), read_said(tracker)
        wanted = _specialty(said, wired)
        fitting = [
            service
            for service in wired.clinic.services
            if service.home_visit and wanted in (None, service.specialty.value)
        ]
        if fitting:
            return _book(fitting[0])
        sentence = await hand_over(tracker, Priority.ROUTINE, "request_home_visit")
        dispatcher.utter_message(response="utter_home_visit_requested", handoff=sentence)
        return resume(tracker)


def _specialty(said: Said, wired: Services) -> str | None:
    specialty: str | None = said.value("specialty")
    if practitioner_id := said.value("practitioner"):
        own = [known.value for known in wired.clinic.practitioner(practitioner_id).specialties]
        return specialty if specialty in own else own[0]
    return specialty


def _book(service: Service) -> list[EventType]:
    """Goes on with the booking of a service; the form reads day and patient from the message."""
    wished = {
        **START_AFRESH,
        "booking_specialty": service.specialty.value,
        "booking_service": service.id,
    }
    return [*(SlotSet(k, v) for k, v in wished.items()), FollowupAction(BOOKING_FORM)]

"""Appointments that exist already: when, where and with whom; and "I will come"."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.appointment_texts import describe_appointment, describe_video, list_appointments
from actions.appointment_words import says
from actions.errand import APPOINTMENT
from actions.meant import find_meant, mention_of, only_time
from actions.new_times import ask_for_new_time, waits_for_new_time
from actions.rescheduling_form import FORM as MOVE_FORM
from actions.resuming import resume
from actions.said import Said, language_of, read_said
from actions.waiting_texts import show_entries
from clinic.appointments.model import OwnAppointment
from clinic.bootstrap import Services, services
from clinic.facts.model import Site
from clinic.scheduling.errors import SchedulingError


class ActionCheckAppointment(Action):
    """Tells the appointments asked for: of a day, a doctor, a patient, or all that lie ahead."""

    def name(self) -> str:
        return "action_check_appointment"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language, said = services(), language_of(tracker), read_said(tracker)
        own = await asyncio.to_thread(wired.desk.upcoming_of, tracker.sender_id)
        if not own:
            dispatcher.utter_message(response="utter_no_appointments")
        else:
            asked = _asked(said, own, wired)
            if not asked:
                dispatcher.utter_message(response="utter_appointment_not_found")
            _tell(dispatcher, wired, asked or own, language, with_place=says(said.text, "where"))
        if await asyncio.to_thread(wired.waiting_list.entries_of, tracker.sender_id):
            await show_entries(dispatcher, wired, tracker.sender_id, language)
        return resume(tracker)


class ActionConfirmAppointment(Action):
    """Notes that the patient will come to the nearest appointment, or to the one they name."""

    def name(self) -> str:
        return "action_confirm_appointment"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        await confirm_presence(dispatcher, tracker)
        return resume(tracker)


async def confirm_presence(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Notes that the patient will come, and says to which appointment."""
    wired, language, said = services(), language_of(tracker), read_said(tracker)
    own = await asyncio.to_thread(wired.desk.upcoming_of, tracker.sender_id)
    if not own:
        dispatcher.utter_message(response="utter_no_appointments")
        return
    named = [it for it in own if it.appointment.id == said.value("appointment")]
    asked = named or _asked(said, own, wired)
    if not asked:
        dispatcher.utter_message(response="utter_appointment_not_found")
        _tell(dispatcher, wired, own, language)
        return
    if waits_for_new_time(asked[0]):
        ask_for_new_time(dispatcher, wired, asked[0], language)
        return
    try:
        await asyncio.to_thread(wired.desk.accept, asked[0].appointment.id)
    except SchedulingError:
        dispatcher.utter_message(response="utter_appointment_gone")
        return
    dispatcher.utter_message(
        response="utter_presence_confirmed",
        appointment=asked[0].appointment.id,
        **describe_appointment(wired.clinic, asked[0], language),
    )


async def offer_change(
    dispatcher: CollectingDispatcher, tracker: Tracker
) -> list[EventType] | None:
    """Answers a no to a reminder: another time when one is said, else move, cancel or keep.

    Returns:
        The events, None when there is no appointment to speak of.
    """
    wired, language = services(), language_of(tracker)
    own = await asyncio.to_thread(wired.desk.upcoming_of, tracker.sender_id)
    if not own:
        return None
    if only_time(read_said(tracker), wired.clinic.zone) is not None:
        return [SlotSet(APPOINTMENT, own[0].appointment.id), FollowupAction(MOVE_FORM)]
    dispatcher.utter_message(
        response="utter_ask_after_no",
        appointment=own[0].appointment.id,
        **describe_appointment(wired.clinic, own[0], language),
    )
    return resume(tracker)


def _asked(said: Said, own: Sequence[OwnAppointment], wired: Services) -> list[OwnAppointment]:
    time = None if said.is_tap else only_time(said, wired.clinic.zone)
    return find_meant(own, mention_of(said, time), wired.clinic)


def _tell(
    dispatcher: CollectingDispatcher,
    wired: Services,
    own: Sequence[OwnAppointment],
    language: str,
    *,
    with_place: bool = False,
) -> None:
    """Names appointments; a single one can be moved or cancelled by a tap."""
    if with_place:
        for site_id in dict.fromkeys(it.appointment.site_id for it in own):
            _tell_place(dispatcher, wired.clinic.site(site_id), language)
    waiting = next((it for it in own if waits_for_new_time(it)), None)
    own = [it for it in own if not waits_for_new_time(it)]
    if len(own) > 1:
        lines = list_appointments(wired, own, language)
        dispatcher.utter_message(response="utter_appointments", appointments=lines)
    if waiting is not None:
        ask_for_new_time(dispatcher, wired, waiting, language)
    if len(own) != 1:
        return
    if video := describe_video(wired.clinic, own[0].appointment):
        dispatcher.utter_message(response="utter_video_link", video=video)
    dispatcher.utter_message(
        response="utter_appointment",
        appointment=own[0].appointment.id,
        **describe_appointment(wired.clinic, own[0], language),
    )


def _tell_place(dispatcher: CollectingDispatcher, site: Site, language: str) -> None:
    dispatcher.utter_message(
        response="utter_appointment_place",
        site=site.name.to(language),
        address=site.address.to(language),
        directions=site.directions.to(language) if site.directions else "",
        latitude=str(site.latitude),
        longitude=str(site.longitude),
    )

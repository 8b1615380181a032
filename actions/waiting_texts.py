"""What is said about places on the waiting list."""

from __future__ import annotations

import asyncio

from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from clinic.bootstrap import Services
from clinic.facts.dates import say_date, say_when
from clinic.scheduling.errors import AppointmentNotFoundError
from clinic.waiting_list.model import WaitingListEntry

_MOST_ROWS = 10
"""More do not go into one list of WhatsApp's."""


async def tell_joined(
    dispatcher: CollectingDispatcher, wired: Services, entry: WaitingListEntry, language: str
) -> None:
    """Says what was noted for somebody without an appointment."""
    patient = await asyncio.to_thread(wired.patients.get, entry.wish.patient_id)
    values = {
        "what": _what(wired, entry, language),
        "patient": patient.name if patient else "",
        "entry": entry.id,
    }
    if entry.wish.start:
        period = say_date(entry.wish.start, wired.clinic.zone, language)
        dispatcher.utter_message(response="utter_waitlist_joined_day", day=period, **values)
    else:
        dispatcher.utter_message(response="utter_waitlist_joined", **values)


async def show_entries(
    dispatcher: CollectingDispatcher, wired: Services, contact_id: str, language: str
) -> None:
    """Names the contact's places, with a button to leave each."""
    entries = await asyncio.to_thread(wired.waiting_list.entries_of, contact_id)
    if not entries:
        dispatcher.utter_message(response="utter_not_on_waitlist")
        return
    is_one = len(entries) == 1
    lines = [
        await asyncio.to_thread(
            describe_entry, wired, entry, language, mark="•" if is_one else f"{number}."
        )
        for number, entry in enumerate(entries, start=1)
    ]
    label = wired.texts.text("utter_leave_waitlist_label", language)
    buttons = [
        button(label if is_one else f"{number}. {label}", "leave_waitlist", entry=entry.id)
        for number, entry in enumerate(entries[:_MOST_ROWS], start=1)
    ]
    dispatcher.utter_message(
        response="utter_waitlist_entries", entries="\n".join(lines), buttons=buttons
    )


def describe_entry(wired: Services, entry: WaitingListEntry, language: str, *, mark: str) -> str:
    """Returns the line of a place after a mark: what is waited for, for whom, before when."""
    patient = wired.patients.get(entry.wish.patient_id)
    values = {
        "mark": mark,
        "what": _what(wired, entry, language),
        "patient": patient.name if patient else "",
    }
    try:
        booked = wired.scheduling.get(entry.wish.appointment_id or "")
    except AppointmentNotFoundError:
        return wired.texts.text("utter_waitlist_line", language, **values)
    when = say_when(booked.start, wired.clinic.zone, language)
    return wired.texts.text("utter_waitlist_line_before", language, when=when, **values)


def _what(wired: Services, entry: WaitingListEntry, language: str) -> str:
    if entry.wish.practitioner_id:
        return wired.clinic.practitioner(entry.wish.practitioner_id).name(language).full
    return wired.texts.text(f"utter_specialty_{entry.wish.specialty}", language)

"""Showing free times and holding the chosen one: the same for booking and for moving."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rasa_sdk.executor import CollectingDispatcher

from actions.appointment_texts import describe_slot
from clinic.bootstrap import Services
from clinic.facts.dates import say_date
from clinic.facts.errors import UnknownIdError
from clinic.facts.opening import local_day, opening_hours_on
from clinic.scheduling.errors import (
    AppointmentNotFoundError,
    PatientBusyError,
    SchedulingError,
    SlotNotOfferedError,
    SlotTakenError,
)
from clinic.scheduling.model import AgendaSlot, AppointmentStatus, Hold
from clinic.scheduling.offering import Fit, Offer

SlotButton = Callable[[AgendaSlot], dict[str, str]]


@dataclass(frozen=True)
class OfferTexts:
    """The responses that present free times: as asked for, near it, and further ones."""

    as_asked: str
    nearest: str
    others: str


@dataclass(frozen=True)
class Holding:
    """What became of a choice: the hold, or the response that says why there is none."""

    slot: AgendaSlot | None = None
    hold: Hold | None = None
    refusal: str = ""


def show_offer(
    dispatcher: CollectingDispatcher,
    wired: Services,
    language: str,
    offer: Offer,
    texts: OfferTexts,
    button: SlotButton,
    *,
    wished: datetime | None,
    is_continued: bool,
    **values: str,
) -> None:
    """Lists free times with a button each.

    Args:
        wished: what was asked for, said back when it is not free.
        is_continued: other times were shown before.
        values: further variables of the responses.
    """
    lines = "\n".join(
        wired.texts.text("utter_slot_line", language, **describe_slot(wired.clinic, slot, language))
        for slot in offer.slots
    )
    response = texts.others if is_continued else texts.as_asked
    if offer.fit is Fit.NEAREST and wished:
        response = texts.nearest
        # "This week", said on a Sunday, began on a day that nobody can ask for any more.
        asked = max(wished, wired.clock.now())
        values = {**values, "asked": _say_asked(wired, asked, language)}
    buttons = [button(slot) for slot in offer.slots]
    dispatcher.utter_message(response=response, buttons=buttons, slots=lines, **values)


def _say_asked(wired: Services, asked: datetime, language: str) -> str:
    clinic, day = wired.clinic, local_day(wired.clinic, asked)
    said = say_date(asked, clinic.zone, language)
    if any(opening_hours_on(clinic, site, day) for site in clinic.sites):
        return said
    return wired.texts.text("utter_asked_closed_day", language, asked=said)


def show_again(
    dispatcher: CollectingDispatcher, offered: Sequence[str], button: SlotButton
) -> None:
    """Asks again to choose among times that were offered."""
    buttons = [button(AgendaSlot.from_key(key)) for key in offered]
    dispatcher.utter_message(response="utter_choose_slot_again", buttons=buttons)


def read_slot(wired: Services, key: str | None) -> AgendaSlot | None:
    """Returns the slot of a button, None when the clinic has no such thing (any more)."""
    try:
        slot = AgendaSlot.from_key(key or "")
        wired.clinic.service(slot.service_id)
        wired.clinic.practitioner(slot.practitioner_id)
    except (SlotNotOfferedError, UnknownIdError):
        return None
    return slot


async def hold_slot(
    wired: Services,
    slot: AgendaSlot,
    patient_id: str,
    *,
    message_id: str,
    moving: str | None = None,
) -> Holding:
    """Keeps a chosen slot for five minutes.

    Args:
        message_id: the message that chose; the same one holds once.
        moving: id of the appointment that is to be moved there.
    """
    try:
        hold = await asyncio.to_thread(
            wired.scheduling.hold, slot, patient_id, key=message_id, moving=moving
        )
    except SlotTakenError:
        return Holding(slot, refusal="utter_slot_taken")
    except PatientBusyError:
        return Holding(slot, refusal="utter_patient_busy")
    except SchedulingError:
        return Holding(slot, refusal="utter_offer_expired")
    return Holding(slot, hold)


async def booked_slot(wired: Services, contact_id: str, hold_id: str | None) -> AgendaSlot | None:
    """Returns what a contact has booked from a hold, None when nothing."""
    try:
        own = await asyncio.to_thread(wired.desk.own, contact_id, hold_id or "")
    except AppointmentNotFoundError:
        return None
    is_booked = own.appointment.status is AppointmentStatus.BOOKED
    return own.appointment.slot if is_booked else None

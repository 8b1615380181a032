"""Appointments that the clinic could not keep: the buttons of the times that it offers instead."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.appointment_texts import describe_appointment, describe_slot, describe_video
from actions.offers import hold_slot, read_slot
from actions.resuming import resume
from actions.said import language_of, read_said
from clinic.appointments.model import OwnAppointment
from clinic.bootstrap import Services, services
from clinic.scheduling.errors import (
    AppointmentNotFoundError,
    NotBookedError,
    SchedulingError,
)
from clinic.scheduling.model import Appointment, AppointmentStatus


def waits_for_new_time(own: OwnAppointment) -> bool:
    """Tells whether the clinic has asked for another time: the present one does not hold."""
    return own.appointment.status is AppointmentStatus.PENDING


def ask_for_new_time(
    dispatcher: CollectingDispatcher, wired: Services, own: OwnAppointment, language: str
) -> None:
    """Says that the present time does not hold, with a button for other times."""
    dispatcher.utter_message(
        response="utter_new_time_needed",
        appointment=own.appointment.id,
        **describe_appointment(wired.clinic, own, language),
    )


class ActionTakeNewTime(Action):
    """Moves the appointment to the offered time, at one tap: the offer named both times."""

    def name(self) -> str:
        return "action_take_new_time"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, said, language = services(), read_said(tracker), language_of(tracker)
        slot = read_slot(wired, said.value("agenda_slot"))
        try:
            own = await asyncio.to_thread(
                wired.desk.own, tracker.sender_id, said.value("appointment") or ""
            )
        except AppointmentNotFoundError:
            own = None
        if slot is None or own is None:
            dispatcher.utter_message(response="utter_appointment_gone")
            return resume(tracker)
        if own.appointment.slot != slot or waits_for_new_time(own):
            holding = await hold_slot(
                wired,
                slot,
                own.patient.id,
                message_id=said.message_id,
                moving=own.appointment.id,
            )
            try:
                if holding.hold is None:
                    raise SchedulingError(holding.refusal)
                moved = await asyncio.to_thread(
                    wired.desk.move,
                    own.appointment.id,
                    holding.hold.id,
                    key=f"move:{holding.hold.id}",
                )
            except NotBookedError:
                dispatcher.utter_message(response="utter_appointment_gone")
                return resume(tracker)
            except SchedulingError:
                dispatcher.utter_message(
                    response="utter_new_time_taken",
                    appointment=own.appointment.id,
                    **describe_appointment(wired.clinic, own, language),
                )
                return resume(tracker)
        else:
            # Tapped twice: it is there already.
            moved = own.appointment
        _tell(dispatcher, wired, own, moved, language)
        return resume(tracker)


def _tell(
    dispatcher: CollectingDispatcher,
    wired: Services,
    own: OwnAppointment,
    moved: Appointment,
    language: str,
) -> None:
    dispatcher.utter_message(
        response="utter_moved",
        patient=own.patient.name,
        calendar=f"{wired.clinic.base_url}/calendar/{moved.calendar_token}.ics",
        **describe_slot(wired.clinic, moved.slot, language),
    )
    if video := describe_video(wired.clinic, moved):
        dispatcher.utter_message(response="utter_video_link", video=video)

"""Cancelling one appointment or all of them: which, one question, and the way back."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.appointment_texts import describe_appointment, list_appointments
from actions.appointment_words import says
from actions.booking_form import FORM as BOOKING_FORM
from actions.booking_turn import START_AFRESH
from actions.buttons import button
from actions.errand import APPOINTMENT, LISTED, ErrandTurn
from actions.errands import ErrandForm
from actions.meant import mention_of, only_time
from actions.new_times import ask_for_new_time, waits_for_new_time
from actions.resuming import resume
from actions.said import language_of, read_said
from clinic.appointments.model import OwnAppointment
from clinic.bootstrap import services
from clinic.facts.dates import say_short
from clinic.scheduling.errors import AppointmentNotFoundError, NotBookedError, SchedulingError
from clinic.scheduling.model import AppointmentStatus

FORM = "cancellation_form"
CONFIRMED = "cancel_confirmed"
ALL = "all"
_MOST_UNDO_BUTTONS = 3


class _CancelTurn(ErrandTurn):
    questions = (APPOINTMENT, CONFIRMED)
    intents = ("cancel_appointment", "confirm_cancellation")
    answers = ("inform", "affirm", "deny", "cancel_appointment", "give_consent")

    async def begin(self, carried: str | None) -> None:
        if self.said.intent == "confirm_cancellation":
            await self._cancel_named()
            return
        wants_all = self.said.value("appointment") == ALL or says(self.said.text, "all")
        own = await self.own()
        if wants_all and len(own) > 1:
            if self.said.value("appointment") == ALL:
                self.slots[APPOINTMENT] = ALL
            else:
                self.slots[LISTED] = [*(it.appointment.id for it in own), ALL]
            return
        time = only_time(self.said, self.services.clinic.zone)
        await self.find(mention_of(self.said, time), carried)

    async def go_on(self) -> None:
        said = self.said
        if said.intent == "confirm_cancellation":
            await self._cancel_named()
        elif said.intent == "keep_appointment":
            await self._keep()
        elif self.question == APPOINTMENT:
            if said.value("appointment") == ALL or says(said.text, "all"):
                self.slots |= {APPOINTMENT: ALL, LISTED: None}
            else:
                await self.choose_appointment()
        elif said.value("appointment"):
            await self.begin(None)
        elif said.intent in ("affirm", "cancel_appointment"):
            await self._cancel(await self._chosen())
        elif said.intent == "deny":
            await self._keep()

    async def _chosen(self) -> list[OwnAppointment]:
        own, chosen = await self.own(), self.get(APPOINTMENT)
        return [it for it in own if chosen in (ALL, it.appointment.id)]

    async def _cancel_named(self) -> None:
        """Cancels what the button names; one that is cancelled already can still be undone."""
        named = self.said.value("appointment")
        if named == ALL:
            await self._cancel(await self.own())
            return
        found = await self.check_own(named)
        version = str(found.appointment.version) if found else ""
        is_booked = found and found.appointment.status is not AppointmentStatus.CANCELLED
        if is_booked and version != self.said.value("version"):
            # Moved, or cancelled and restored, since the button was shown: asked anew.
            self.slots |= {LISTED: None, CONFIRMED: None}
            await self.find(mention_of(self.said, None))
            return
        await self._cancel([found] if found else [])

    async def _cancel(self, chosen: list[OwnAppointment]) -> None:
        language, clinic = language_of(self.tracker), self.services.clinic
        if not chosen:
            self.end("utter_no_appointments")
            return
        cancelled = []
        for it in chosen:
            key = f"cancel:{it.appointment.id}:{it.appointment.version}"
            try:
                await asyncio.to_thread(self.services.desk.cancel, it.appointment.id, key=key)
            except SchedulingError:
                self.say("utter_appointment_gone")
            else:
                cancelled.append(it)
        if not cancelled:
            self.ended = True
        elif len(cancelled) == 1:
            values = describe_appointment(clinic, cancelled[0], language)
            self.end("utter_cancelled", appointment=cancelled[0].appointment.id, **values)
        else:
            buttons = [
                button(
                    say_short(it.appointment.start, clinic.zone, language),
                    "undo_cancellation",
                    appointment=it.appointment.id,
                )
                for it in cancelled[:_MOST_UNDO_BUTTONS]
            ]
            lines = list_appointments(self.services, cancelled, language)
            self.end("utter_all_cancelled", appointments=lines, buttons=buttons)

    async def _keep(self) -> None:
        chosen = await self._chosen()
        if len(chosen) != 1:
            self.end("utter_nothing_changed")
            return
        if waits_for_new_time(chosen[0]):
            ask_for_new_time(self.dispatcher, self.services, chosen[0], language_of(self.tracker))
            self.ended = True
            return
        values = describe_appointment(self.services.clinic, chosen[0], language_of(self.tracker))
        self.end("utter_appointment_kept", **values)


class ValidateCancellationForm(ErrandForm, Action):
    """Reads each message in the light of the open question."""

    form = FORM
    turn = _CancelTurn


class ActionAskCancelConfirmed(Action):
    """Asks once: cancel, move instead, or keep."""

    def name(self) -> str:
        return "action_ask_cancel_confirmed"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language = services(), language_of(tracker)
        chosen = tracker.get_slot(APPOINTMENT)
        if chosen == ALL:
            own = await asyncio.to_thread(wired.desk.upcoming_of, tracker.sender_id)
            dispatcher.utter_message(
                response="utter_ask_cancel_all",
                appointments=list_appointments(wired, own, language),
            )
            return []
        one = await asyncio.to_thread(wired.desk.own, tracker.sender_id, chosen)
        dispatcher.utter_message(
            response="utter_ask_cancel",
            appointment=one.appointment.id,
            version=str(one.appointment.version),
            **describe_appointment(wired.clinic, one, language),
        )
        return []


class ActionUndoCancellation(Action):
    """Books a cancelled appointment again while its time is free; else offers other times."""

    def name(self) -> str:
        return "action_undo_cancellation"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language = services(), language_of(tracker)
        named = read_said(tracker).value("appointment") or ""
        try:
            found = await asyncio.to_thread(wired.desk.own, tracker.sender_id, named)
        except AppointmentNotFoundError:
            dispatcher.utter_message(response="utter_appointment_gone")
            return resume(tracker)
        values = describe_appointment(wired.clinic, found, language)
        try:
            await asyncio.to_thread(wired.desk.restore, found.appointment.id)
        except NotBookedError:
            dispatcher.utter_message(response="utter_appointment_gone")
            return resume(tracker)
        except SchedulingError:
            dispatcher.utter_message(response="utter_undo_too_late", **values)
            return _offer_others(found)
        was_cancelled = found.appointment.status is AppointmentStatus.CANCELLED
        response = "utter_cancellation_undone" if was_cancelled else "utter_appointment_kept"
        dispatcher.utter_message(response=response, **values)
        return resume(tracker)


def _offer_others(found: OwnAppointment) -> list[EventType]:
    """Goes on with the booking of another time like the one that is gone."""
    wished = {
        **START_AFRESH,
        "booking_specialty": services()
        .clinic.service(found.appointment.service_id)
        .specialty.value,
        "booking_service": found.appointment.service_id,
        "booking_practitioner": found.appointment.practitioner_id,
        "booking_relation": found.patient.relation.value,
        "booking_patient": found.patient.id,
    }
    return [*(SlotSet(k, v) for k, v in wished.items()), FollowupAction(BOOKING_FORM)]

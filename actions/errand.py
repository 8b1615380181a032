"""What the forms about existing appointments share: which appointment is meant.

The details of the message decide ("celui de jeudi", "le rdv de ma fille", a tap); where several
appointments are left the patient is asked, where none is left they are told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, ClassVar

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.booking_turn import QUESTIONS, START_AFRESH
from actions.meant import Mention, find_meant, mention_of, only_time
from actions.said import read_said
from clinic.appointments.model import OwnAppointment
from clinic.bootstrap import Services
from clinic.scheduling.errors import AppointmentNotFoundError

APPOINTMENT = "appointment_meant"
LISTED = "appointments_listed"

ERRAND_SLOTS = (
    APPOINTMENT,
    LISTED,
    "move_time",
    "move_direction",
    "move_practitioner",
    "move_slot",
    "move_confirmed",
    "cancel_confirmed",
    "late_minutes",
    "wait_specialty",
    "wait_practitioner",
    "wait_patient",
    "offered_slots",
    "seen_slots",
    "hold",
)
"""The slots of all errands, emptied when one begins or ends."""

_ERRANDS = (
    "reschedule_appointment",
    "choose_new_slot",
    "more_new_slots",
    "confirm_move",
    "cancel_appointment",
    "confirm_cancellation",
    "running_late",
    "join_waitlist",
)
"""Intents that begin an errand, or go on with one by a button."""


_SURE = 0.5
"""From this confidence on a question is one, whatever it names."""


class ErrandTurn:
    """One message inside a form about an existing appointment."""

    questions: ClassVar[tuple[str, ...]]
    """The slots that the form asks for."""
    intents: ClassVar[tuple[str, ...]]
    """Its own among the intents of errands: the others take its place."""
    answers: ClassVar[tuple[str, ...]]
    """Intents that mean something to this form only: no rule answers them."""

    def __init__(self, wired: Services, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self.services = wired
        self.dispatcher = dispatcher
        self.tracker = tracker
        self.said = read_said(tracker)
        self.contact_id: str = tracker.sender_id
        requested = tracker.get_slot("requested_slot")
        # At its first message a form still finds the question of the one whose place it takes.
        self.question: str | None = requested if requested in self.questions else None
        self.comes_from_booking = requested in QUESTIONS
        self.slots: dict[str, Any] = {}
        self.ended = False
        self._own: list[OwnAppointment] | None = None

    async def events(self) -> list[EventType]:
        """Reads the message and returns the slots that it sets."""
        if self.question is None:
            carried = self._carried()
            self.slots = dict.fromkeys(ERRAND_SLOTS)
            await self._release_hold()
            await self.begin(carried)
            if self.comes_from_booking:
                # What was said for the booking that is left is not kept for the next one.
                self.slots = {**START_AFRESH, **self.slots}
        elif self.is_for_this_form():
            await self.go_on()
        if self.ended:
            ended = {**dict.fromkeys(ERRAND_SLOTS), "requested_slot": None}
            return [*(SlotSet(k, v) for k, v in ended.items()), ActiveLoop(None)]
        if not self.slots and self.said.intent in self.answers:
            self.say("utter_not_understood_here")
            self.slots[APPOINTMENT] = self.get(APPOINTMENT)
        return [SlotSet(name, value) for name, value in self.slots.items()]

    def is_for_this_form(self) -> bool:
        """Tells whether the message can be an answer: no other errand, and no question.

        "C'est combien un détartrage ?" names a specialty and chooses none.
        """
        is_question = self.said.intent.startswith("ask_") and self.said.confidence >= _SURE
        is_other = self.said.intent in _ERRANDS and self.said.intent not in self.intents
        return not is_other and not is_question

    async def begin(self, carried: str | None) -> None:
        """Reads the message that opens the errand.

        Args:
            carried: the appointment of the errand that this one takes the place of.
        """
        raise NotImplementedError

    async def go_on(self) -> None:
        """Reads an answer to the open question."""
        raise NotImplementedError

    def get(self, name: str) -> Any:
        return self.slots[name] if name in self.slots else self.tracker.get_slot(name)

    def say(self, response: str, **values: Any) -> None:
        self.dispatcher.utter_message(response=response, **values)

    def end(self, response: str, **values: Any) -> None:
        self.say(response, **values)
        self.ended = True

    async def own(self) -> list[OwnAppointment]:
        """Returns the appointments that lie ahead."""
        if self._own is None:
            self._own = await asyncio.to_thread(self.services.desk.upcoming_of, self.contact_id)
        return self._own

    async def meant(self) -> OwnAppointment | None:
        """Returns the appointment that was found, None before that or when it is gone."""
        own = await self.own()
        return next((it for it in own if it.appointment.id == self.get(APPOINTMENT)), None)

    async def find(self, mention: Mention, carried: str | None = None) -> None:
        """Finds the appointment meant by a tap or by what was said; else lists what there is."""
        own = await self.own()
        if not own:
            self.end("utter_no_appointments")
            return
        named = self.said.value("appointment") or (carried if mention.is_empty else None)
        if named and self._settle([it for it in own if it.appointment.id == named]):
            return
        if self.said.value("appointment"):
            self.say("utter_appointment_gone")
            self._list(own)
            return
        candidates = find_meant(own, mention, self.services.clinic)
        if not self._settle(candidates):
            if not candidates:
                self.say("utter_appointment_not_found")
            self._list(candidates or own)

    async def choose_appointment(self) -> None:
        """Reads the answer to "which one?"."""
        own = await self.own()
        listed = [it for it in own if it.appointment.id in (self.get(LISTED) or ())]
        ordinal = self.said.value("ordinal")
        time = only_time(self.said, self.services.clinic.zone)
        mention = mention_of(self.said, time)
        if named := self.said.value("appointment"):
            if not self._settle([it for it in own if it.appointment.id == named]):
                self.say("utter_appointment_gone")
                self._list(own)
        elif isinstance(ordinal, int) and ordinal and time is None:
            index = ordinal if ordinal < 0 else ordinal - 1
            if -len(listed) <= index < len(listed):
                self._settle([listed[index]])
        elif not mention.is_empty:
            candidates = find_meant(listed, mention, self.services.clinic) or find_meant(
                own, mention, self.services.clinic
            )
            if not self._settle(candidates):
                if not candidates:
                    self.say("utter_appointment_not_found")
                self._list(candidates or listed or own)
        elif self.said.intent == "affirm" and len(listed) == 1:
            self._settle(listed)
        elif self.said.intent in ("deny", "keep_appointment"):
            self.end("utter_nothing_changed")

    async def check_own(self, appointment_id: str | None) -> OwnAppointment | None:
        """Returns an appointment that a button names, also a cancelled one, if it is theirs."""
        try:
            return await asyncio.to_thread(
                self.services.desk.own, self.contact_id, appointment_id or ""
            )
        except AppointmentNotFoundError:
            return None

    def _settle(self, candidates: Sequence[OwnAppointment]) -> bool:
        if len(candidates) != 1:
            return False
        self.slots |= {APPOINTMENT: candidates[0].appointment.id, LISTED: None}
        return True

    def _list(self, candidates: Sequence[OwnAppointment]) -> None:
        self.slots |= {APPOINTMENT: None, LISTED: [it.appointment.id for it in candidates]}

    def _carried(self) -> str | None:
        """Returns the appointment of an errand that has not ended ("déplacez-le plutôt")."""
        carried: str | None = self.tracker.get_slot(APPOINTMENT)
        return carried

    async def _release_hold(self) -> None:
        if hold_id := self.tracker.get_slot("hold"):
            await asyncio.to_thread(self.services.scheduling.release, hold_id)

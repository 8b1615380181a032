"""Moving an appointment: which one, to when, and the move itself.

The whole errand is read here; the move happens when the patient has agreed to the sentence that
names the old and the new time.
"""

from __future__ import annotations

import asyncio

from rasa_sdk import Action

from actions.appointment_texts import describe_slot, tell_moved
from actions.appointment_words import says
from actions.booking_choice import choose_offered
from actions.errand import APPOINTMENT, ErrandTurn
from actions.errands import ErrandForm
from actions.meant import TwoTimes, mention_of, tell_times_apart
from actions.new_times import ask_for_new_time, waits_for_new_time
from actions.offers import hold_slot, read_slot
from actions.rescheduling_wish import can_replace, said_direction, with_day
from actions.said import language_of
from actions.times import SaidTime, said_times
from clinic.scheduling.errors import (
    AppointmentNotFoundError,
    NotBookedError,
    PatientBusyError,
    SchedulingError,
)
from clinic.scheduling.model import AgendaSlot

FORM = "rescheduling_form"
SLOT = "move_slot"
CONFIRMED = "move_confirmed"
ANY_PRACTITIONER = "any"

_WISHES = ("reschedule_appointment", "book_appointment", "inform", "affirm", "deny")
"""Intents whose words can say another time."""


class _MoveTurn(ErrandTurn):
    questions = (APPOINTMENT, SLOT, CONFIRMED)
    intents = ("reschedule_appointment", "choose_new_slot", "more_new_slots", "confirm_move")
    answers = (*_WISHES, *intents, "give_consent")

    def is_for_this_form(self) -> bool:
        return super().is_for_this_form() or self._cannot_then()

    async def begin(self, carried: str | None) -> None:
        times = await self._times()
        mention = mention_of(self.said, times.old)
        if carried:
            # "Déplacez-le plutôt à samedi": the appointment is known, all times are wishes.
            times = TwoTimes(new=times.new or times.old)
            mention = mention_of(self.said, None)
        await self.find(mention, carried)
        if self.ended:
            return
        await self._read_wish(times.new)
        if self.said.intent == "choose_new_slot":
            await self._choose(self.said.value("agenda_slot"))
        elif self.said.intent == "confirm_move":
            await self._move(self.said.value("hold"))

    async def go_on(self) -> None:
        said = self.said
        if said.intent == "keep_appointment":
            await self._release_hold()
            await self._keep()
        elif said.value("appointment") not in (None, self.get(APPOINTMENT)):
            await self.begin(None)
        elif self.question == APPOINTMENT:
            await self.choose_appointment()
            if self.get(APPOINTMENT):
                await self._place_wish()
        elif said.intent == "choose_new_slot":
            await self._choose(said.value("agenda_slot"))
        elif said.intent == "confirm_move":
            await self._move(said.value("hold"))
        elif said.intent in ("more_new_slots", "more_slots") or self._cannot_then():
            await self._offer_others()
        elif said.intent in (*_WISHES, "confirm_appointment"):
            await self._read_answer()

    async def _read_answer(self) -> None:
        """Reads "the second", "rather Friday", "yes", "no" about times or about the question."""
        said = self.said
        agrees = said.intent in ("affirm", "confirm_appointment")
        chosen = self._offered_choice() if self.question == SLOT else None
        if chosen:
            await self._choose(chosen.key)
        elif self.question == CONFIRMED and agrees and not self._is_new_time():
            await self._move(self.get("hold"))
        elif await self._read_wish(next(iter(said_times(said, self.services.clinic.zone)), None)):
            await self._release_hold()
            self.slots |= {SLOT: None, "hold": None, "offered_slots": None, "seen_slots": None}
        elif said.intent in ("deny", "book_appointment", "reschedule_appointment"):
            await self._offer_others()

    def _cannot_then(self) -> bool:
        """Tells whether "I can't on Friday" speaks of a time that was offered."""
        zone = self.services.clinic.zone
        offered = [AgendaSlot.from_key(key) for key in self.get("offered_slots") or ()]
        times = said_times(self.said, zone)
        return self.said.intent == "cancel_appointment" and any(
            time.covers(slot.start, zone) for time in times for slot in offered
        )

    async def _times(self) -> TwoTimes:
        if self.said.is_tap:
            return TwoTimes()
        clinic, now = self.services.clinic, self.services.clock.now()
        return tell_times_apart(self.said, await self.own(), clinic.zone, now)

    def _offered_choice(self) -> AgendaSlot | None:
        offered = [AgendaSlot.from_key(key) for key in self.get("offered_slots") or ()]
        return choose_offered(self.said, offered, self.services.clinic.zone)

    def _is_new_time(self) -> bool:
        """Tells whether another time than that of the open question was said."""
        zone, slot = self.services.clinic.zone, read_slot(self.services, self.get(SLOT))
        times = said_times(self.said, zone)
        return bool(times) and slot is not None and not times[0].covers(slot.start, zone)

    async def _read_wish(self, new: SaidTime | None) -> bool:
        """Takes the wished time and practitioner; False when nothing new was said."""
        before = {k: self.get(k) for k in ("move_time", "move_direction", "move_practitioner")}
        text, found, clinic = self.said.text, await self.meant(), self.services.clinic
        practitioner_id = self.said.value("practitioner")
        if says(text, "any_practitioner"):
            self.slots["move_practitioner"] = ANY_PRACTITIONER
        elif practitioner_id and found and can_replace(clinic, practitioner_id, found.appointment):
            self.slots["move_practitioner"] = practitioner_id
        if new is not None:
            self.slots |= {"move_time": new.to_slot(), "move_direction": None}
        elif not self.said.is_tap:
            appointment = found.appointment if found else None
            self.slots |= said_direction(text, appointment, clinic.zone)
        await self._place_wish()
        return before != {name: self.get(name) for name in before}

    async def _place_wish(self) -> None:
        found, value = await self.meant(), self.get("move_time")
        if found is not None and value:
            earlier, zone = self.tracker.get_slot("move_time"), self.services.clinic.zone
            self.slots["move_time"] = with_day(value, earlier, found.appointment, zone)

    async def _choose(self, key: str | None) -> None:
        """Holds a new slot."""
        found, slot = await self.meant(), read_slot(self.services, key)
        if found is None:
            return
        if slot is None:
            self._refuse("utter_offer_expired")
            return
        holding = await hold_slot(
            self.services,
            slot,
            found.patient.id,
            message_id=self.said.message_id,
            moving=found.appointment.id,
        )
        if holding.hold is None:
            self._refuse(holding.refusal)
            return
        self.slots |= {SLOT: slot.key, CONFIRMED: None, "hold": holding.hold.id}

    async def _offer_others(self) -> None:
        await self._release_hold()
        seen = [*(self.tracker.get_slot("seen_slots") or ())]
        seen += [k for k in self.tracker.get_slot("offered_slots") or () if k not in seen]
        self.slots |= {"seen_slots": seen, "offered_slots": None, SLOT: None, "hold": None}

    async def _move(self, hold_id: str | None) -> None:
        """Moves, and says what became of it; the old appointment stands whenever it fails."""
        found = await self.meant()
        if found is None:
            return
        language, clinic = language_of(self.tracker), self.services.clinic
        old = describe_slot(clinic, found.appointment.slot, language)["when"]
        try:
            moved = await asyncio.to_thread(
                self.services.desk.move,
                found.appointment.id,
                hold_id or "",
                key=f"move:{hold_id}",
            )
        except (AppointmentNotFoundError, NotBookedError):
            self.end("utter_appointment_gone")
        except PatientBusyError:
            self._refuse("utter_patient_busy")
        except SchedulingError:
            if waits_for_new_time(found):
                # Its old time does not stand: only that the new one is gone is said.
                self._refuse("utter_slot_taken")
            else:
                self._refuse("utter_new_slot_taken", old=old)
        else:
            tell_moved(self.dispatcher, self.services, moved, found.patient.name, language)
            self.ended = True

    async def _keep(self) -> None:
        found = await self.meant()
        if found is None:
            self.end("utter_nothing_changed")
            return
        if waits_for_new_time(found):
            ask_for_new_time(self.dispatcher, self.services, found, language_of(self.tracker))
            self.ended = True
            return
        values = describe_slot(
            self.services.clinic, found.appointment.slot, language_of(self.tracker)
        )
        self.end("utter_appointment_kept", **values)

    def _refuse(self, response: str, **values: str) -> None:
        self.say(response, **values)
        self.slots |= {SLOT: None, CONFIRMED: None, "hold": None, "offered_slots": None}


class ValidateReschedulingForm(ErrandForm, Action):
    """Reads each message in the light of the open question."""

    form = FORM
    turn = _MoveTurn

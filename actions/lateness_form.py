"""Coming late: how late, and what reception is told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from rasa_sdk import Action

from actions.appointment_texts import describe_appointment
from actions.appointment_words import minutes_late
from actions.errand import APPOINTMENT, ErrandTurn
from actions.errands import ErrandForm
from actions.meant import find_meant, mention_of
from actions.said import language_of
from actions.times import said_times
from clinic.appointments.model import OwnAppointment
from clinic.facts.dates import say_minutes

FORM = "lateness_form"
MINUTES = "late_minutes"
_LATEST = 240
"""Minutes: a later arrival is another appointment."""


class _LateTurn(ErrandTurn):
    questions = (MINUTES,)
    intents = ("running_late",)
    answers = ("inform", "running_late", "affirm", "deny")

    async def begin(self, carried: str | None) -> None:
        found = await self._todays()
        if found is None:
            own = await self.own()
            if own:
                values = describe_appointment(
                    self.services.clinic, own[0], language_of(self.tracker)
                )
                self.end("utter_not_late_today", **values)
            else:
                self.end("utter_no_appointments")
            return
        self.slots[APPOINTMENT] = found.appointment.id
        await self._read_minutes(found)

    async def go_on(self) -> None:
        found = await self.meant()
        if self.said.intent == "keep_appointment":
            self.end("utter_nothing_changed")
        elif found is not None:
            await self._read_minutes(found)

    async def _todays(self) -> OwnAppointment | None:
        """Returns the appointment of today that was named, else the nearest one."""
        zone, now = self.services.clinic.zone, self.services.clock.now()
        today = now.astimezone(zone).date()
        own = [
            it for it in await self.own() if it.appointment.start.astimezone(zone).date() == today
        ]
        named = [it for it in own if it.appointment.id == self.said.value("appointment")]
        mentioned = find_meant(own, mention_of(self.said, None), self.services.clinic)
        return next(iter(named or mentioned or own), None)

    async def _read_minutes(self, found: OwnAppointment) -> None:
        minutes = self._minutes(found)
        if minutes is None:
            return
        if minutes <= 0:
            values = describe_appointment(self.services.clinic, found, language_of(self.tracker))
            self.end("utter_in_time", **values)
            return
        await asyncio.to_thread(
            self.services.desk.report_late,
            self.contact_id,
            found.appointment,
            minutes,
            key=self.said.message_id,
        )
        language = language_of(self.tracker)
        grace = self.services.clinic.booking.late_grace_minutes
        self.end(
            "utter_late_noted" if minutes <= grace else "utter_late_past_grace",
            minutes=say_minutes(minutes, language),
            grace=say_minutes(grace, language),
            appointment=found.appointment.id,
            **describe_appointment(self.services.clinic, found, language),
        )

    def _minutes(self, found: OwnAppointment) -> int | None:
        """Returns how late the patient comes; 0 or less when they come in time."""
        tapped = self.said.value("minutes")
        if str(tapped or "").isdecimal():
            return int(tapped)
        zone = self.services.clinic.zone
        times, rest = said_times(self.said, zone), self.said.text
        for time in reversed(times):
            rest = f"{rest[: time.place[0]]} {rest[time.place[1] :]}"
        if (minutes := minutes_late(rest)) is not None:
            return minutes
        start = found.appointment.start
        for time in times:
            arrival = (
                time.start if time.has_day else time.on(start.astimezone(zone).date(), zone).start
            )
            late = arrival - start
            # The hour of the appointment itself says nothing about the arrival.
            if time.is_narrow and late and late <= timedelta(minutes=_LATEST):
                return int(late.total_seconds()) // 60
        return None


class ValidateLatenessForm(ErrandForm, Action):
    """Reads how late the patient comes, and tells reception."""

    form = FORM
    turn = _LateTurn

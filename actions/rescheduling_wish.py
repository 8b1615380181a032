"""What a message wishes for the new time: earlier, the same day, another doctor, an hour."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from actions.appointment_words import says
from actions.times import SaidTime
from clinic.facts.model import Clinic
from clinic.scheduling.model import Appointment

EARLIER, LATER = "earlier", "later"


def said_direction(text: str, appointment: Appointment | None, zone: ZoneInfo) -> dict[str, Any]:
    """Returns the slots that words without a time set: a direction, and the day it is about."""
    direction = EARLIER if says(text, EARLIER) else LATER if says(text, LATER) else None
    slots: dict[str, Any] = {"move_direction": direction} if direction else {}
    if appointment is None:
        return slots
    day = appointment.start.astimezone(zone).date()
    if says(text, "a_week_later"):
        day += timedelta(days=7)
        slots["move_direction"] = None
    elif not says(text, "same_day"):
        return slots
    midnight = datetime.combine(day, time(0), zone)
    whole_day = SaidTime(midnight, midnight + timedelta(days=1), "day")
    return {**slots, "move_time": whole_day.to_slot()}


def with_day(
    wish: dict[str, Any], earlier: dict[str, Any] | None, appointment: Appointment, zone: ZoneInfo
) -> dict[str, Any]:
    """Returns the wished time; an hour without a day gets that of the earlier wish.

    Without an earlier wish for a day it is the day of the appointment itself.
    """
    wished = SaidTime.from_slot(wish)
    if wished.has_day:
        return wish
    base = appointment.start
    if earlier and earlier.get("has_day", True) and earlier["grain"] == "day":
        base = datetime.fromisoformat(earlier["from"])
    return wished.on(base.astimezone(zone).date(), zone).to_slot()


def can_replace(clinic: Clinic, practitioner_id: str, appointment: Appointment) -> bool:
    """Tells whether another practitioner can see the patient for the same thing."""
    specialty = clinic.service(appointment.service_id).specialty
    is_other = practitioner_id != appointment.practitioner_id
    return is_other and specialty in clinic.practitioner(practitioner_id).specialties

"""Days that cannot be booked: those that are over, and those beyond the booking horizon."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

from clinic.bootstrap import Services
from clinic.facts.dates import say_date
from clinic.scheduling.availability import bookable_period

DAY = "booking_day"
"""The question for another day; no slot of that name: the answer is a wish like any other."""


class DayFault(str, Enum):
    """Why a day cannot be booked."""

    PAST = "past"
    TOO_FAR = "too_far"


def day_fault(wired: Services, time: dict[str, str] | None) -> DayFault | None:
    """Returns what is wrong with a wished time; None when it can be booked or is not said."""
    if not time:
        return None
    now = wired.clock.now()
    start, end = (datetime.fromisoformat(time[name]) for name in ("from", "to"))
    if end <= now:
        return DayFault.PAST
    return DayFault.TOO_FAR if start >= bookable_period(wired.clinic, now).end else None


def fault_values(wired: Services, language: str) -> dict[str, str]:
    """Returns the variable `last`: the last day that can be booked."""
    end = bookable_period(wired.clinic, wired.clock.now()).end
    return {"last": say_date(end - timedelta(minutes=1), wired.clinic.zone, language)}

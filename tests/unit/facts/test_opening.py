"""Opening hours as instants: weekly, in Ramadan, on public holidays."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from clinic.facts.opening import is_open, next_opening
from tests.small_clinic import small_clinic

ZONE = ZoneInfo("Africa/Casablanca")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2027-01-18T08:30", True),
        ("2027-01-18T08:29", False),
        ("2027-01-18T19:00", False),
        ("2027-01-17T10:00", False),  # Sunday
        ("2027-02-08T14:59", True),  # Ramadan
        ("2027-02-08T15:00", False),
        ("2027-03-10T10:00", False),  # public holiday
    ],
)
def test_the_clinic_is_open_within_the_hours_of_the_day(at: str, expected: bool) -> None:
    assert is_open(small_clinic(), local(at)) is expected


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2027-01-18T07:00", "2027-01-18T08:30"),
        ("2027-01-18T12:00", "2027-01-19T08:30"),
        ("2027-01-22T20:00", "2027-01-25T08:30"),  # over the week-end
        ("2027-02-05T20:00", "2027-02-08T09:00"),  # into Ramadan, over the clock change
        ("2027-03-09T16:00", "2027-03-11T08:30"),  # over the public holiday
    ],
)
def test_the_next_opening_skips_closed_days(at: str, opening: str) -> None:
    assert next_opening(small_clinic(), local(at)) == local(opening)

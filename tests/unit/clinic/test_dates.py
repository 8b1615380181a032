"""Days and hours in the patient's words."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic.clock import UTC
from clinic.facts.codes import Language
from clinic.facts.dates import say_date, say_short, say_when

ZONE = ZoneInfo("Africa/Casablanca")
THURSDAY = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "when", "date"),
    [
        ("fr", "jeudi 26 novembre à 15:00", "jeudi 26 novembre"),
        ("ary", "الخميس 26 نونبر مع 15:00", "الخميس 26 نونبر"),
        ("ary-Latn", "lkhmis 26 novembre m3a 15:00", "lkhmis 26 novembre"),
        ("en", "Thursday 26 November at 15:00", "Thursday 26 November"),
    ],
)
def test_each_language_says_it_its_own_way(language: str, when: str, date: str) -> None:
    assert (say_when(THURSDAY, ZONE, language), say_date(THURSDAY, ZONE, language)) == (when, date)


def test_the_hour_is_the_clinics_whatever_the_offset_of_the_instant() -> None:
    before = datetime(2026, 9, 19, 14, 0, tzinfo=UTC)  # Morocco still at UTC+1
    assert say_when(before, ZONE, "fr") == "samedi 19 septembre à 15:00"
    assert say_when(THURSDAY.astimezone(ZoneInfo("Asia/Tokyo")), ZONE, "fr") == (
        "jeudi 26 novembre à 15:00"
    )


def test_the_day_is_the_clinics() -> None:
    late = datetime(2026, 9, 18, 23, 30, tzinfo=UTC)  # 00:30 of the next day there
    assert say_date(late, ZONE, "en") == "Saturday 19 September"


def test_french_says_premier() -> None:
    first = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert say_date(first, ZONE, "fr") == "mardi 1er décembre"
    assert say_short(first, ZONE, "fr") == "mar. 1/12 09:00"
    assert say_date(first, ZONE, "en") == "Tuesday 1 December"


@pytest.mark.parametrize("language", [language.value for language in Language])
def test_the_short_form_fits_a_button_on_every_day(language: str) -> None:
    days = (datetime(2026, 11, 23, 15, 30, tzinfo=UTC) + timedelta(days=n) for n in range(366))
    assert max(len(say_short(day, ZONE, language)) for day in days) <= 20

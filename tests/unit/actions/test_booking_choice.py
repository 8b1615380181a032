"""Which of the offered times is meant."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from action_harness import time_entities

from actions.booking_choice import choose_offered
from actions.said import Said
from clinic.scheduling.model import AgendaSlot

ZONE = ZoneInfo("Africa/Casablanca")
WRITTEN = datetime(2026, 11, 23, 20, 0, tzinfo=ZONE)  # a Monday evening


def slot(start: str) -> AgendaSlot:
    begin = datetime.fromisoformat(start).replace(tzinfo=ZONE)
    return AgendaSlot("dr-a", "centre", "visit", begin, begin + timedelta(minutes=30))


TEN, QUARTER_PAST_TWO, FOUR = OFFERED = [
    slot("2026-11-24T10:00"), slot("2026-11-24T14:15"), slot("2026-11-26T16:00"),
]  # fmt: skip


def said(text: str = "", intent: str = "inform", ordinal: int | None = None) -> Said:
    entities: list[dict[str, Any]] = []
    if ordinal is not None:
        entities.append({"entity": "ordinal", "value": ordinal})
    entities += time_entities(text, WRITTEN)
    return Said(text, intent, 1.0, tuple(entities), "wamid.1", is_tap=False)


@pytest.mark.parametrize(
    ("ordinal", "chosen"),
    [(1, TEN), (2, QUARTER_PAST_TWO), (3, FOUR), (-1, FOUR), (4, None), (-4, None), (0, None)],
)
def test_a_position_names_the_offered_one(ordinal: int, chosen: AgendaSlot | None) -> None:
    assert choose_offered(said(ordinal=ordinal), OFFERED, ZONE) == chosen


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("celui de 10h", TEN),
        ("10h", TEN),
        ("demain à 10h", TEN),
        ("14h15", QUARTER_PAST_TWO),
        ("14h", QUARTER_PAST_TWO),
        ("m3a 4", FOUR),
        ("jeudi à 16h", FOUR),
        ("الخميس مع 16:00", FOUR),
    ],
)
def test_an_hour_names_the_offered_one_whatever_its_day(text: str, chosen: AgendaSlot) -> None:
    assert choose_offered(said(text), OFFERED, ZONE) == chosen


@pytest.mark.parametrize("text", ["11h", "14h30", "mercredi à 10h", "jeudi", "demain matin", ""])
def test_what_was_not_offered_names_none(text: str) -> None:
    assert choose_offered(said(text), OFFERED, ZONE) is None


def test_an_hour_of_two_offered_days_names_none() -> None:
    twice = [TEN, slot("2026-11-25T10:00")]

    assert choose_offered(said("10h"), twice, ZONE) is None
    assert choose_offered(said("mercredi 10h"), twice, ZONE) == twice[1]


def test_yes_takes_the_only_offered_one() -> None:
    assert choose_offered(said("oui", "affirm"), [TEN], ZONE) == TEN
    assert choose_offered(said("oui", "affirm"), OFFERED, ZONE) is None
    assert choose_offered(said("non", "deny"), [TEN], ZONE) is None


def test_yes_with_another_time_does_not_take_it() -> None:
    assert choose_offered(said("oui mais à 11h", "affirm"), [TEN], ZONE) is None


def test_of_nothing_nothing_is_chosen() -> None:
    assert choose_offered(said(ordinal=1), [], ZONE) is None

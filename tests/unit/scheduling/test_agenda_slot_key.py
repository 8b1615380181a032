"""The key of a slot travels in a button and comes back the same."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from clinic.clock import UTC
from clinic.scheduling.errors import SlotNotOfferedError
from clinic.scheduling.model import AgendaSlot

START = datetime(2027, 2, 8, 14, 30, tzinfo=UTC)


def test_a_key_is_readable_and_comes_back_as_the_same_slot() -> None:
    slot = AgendaSlot("dr-alami", "maarif", "checkup", START, START + timedelta(minutes=45))
    assert slot.key == "dr-alami~maarif~checkup~20270208T1430Z~45"
    assert AgendaSlot.from_key(slot.key) == slot


def test_a_key_of_a_local_start_names_the_same_instant() -> None:
    start = START.astimezone(timezone(timedelta(hours=1)))
    slot = AgendaSlot("dr-alami", "maarif", "checkup", start, start + timedelta(minutes=45))
    assert AgendaSlot.from_key(slot.key).start == START


def test_the_longest_ids_make_a_key_under_120_characters() -> None:
    name = "a" * 24
    slot = AgendaSlot(name, name, name, START, START + timedelta(minutes=480))
    assert len(slot.key) < 120


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "a~b~c~20270208T1430Z",
        "a~b~c~20270208T1430Z~x",
        "a~b~c~2027-02-08~30",
        "~b~c~20270208T1430Z~30",
        "a~b~c~20270208T1430Z~99999999999999999999",
    ],
)
def test_a_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(SlotNotOfferedError):
        AgendaSlot.from_key(text)

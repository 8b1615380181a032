"""Slips of the finger in names of days and months."""

from __future__ import annotations

import pytest

from nlu.time.lexicon import is_known, look_up
from nlu.time.readings import Tag


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("thurzday", "thursday"),
        ("tuseday", "tuesday"),
        ("mercredii", "mercredi"),
        ("vandredi", "vendredi"),
        ("lundii", "lundi"),
        ("septmbre", "septembre"),
        ("feburary", "february"),
        ("tomorroww", "tomorrow"),
        ("السبتت", "السبت"),
        ("غداا", "غدا"),
    ],
)
def test_slip_is_read_as_the_name(written: str, meant: str) -> None:
    assert look_up(written) == look_up(meant)
    assert is_known(meant)


@pytest.mark.parametrize(
    "word",
    ["mari", "marti", "jeddi", "الغدد", "remain", "domain", "samadi", "vendre", "matt", "money"],
)
def test_word_near_a_name_is_no_name(word: str) -> None:
    names = {Tag.DAY, Tag.WEEKDAY, Tag.MONTH, Tag.PART}
    assert names.isdisjoint(look_up(word))

"""Patients' words about appointments that they have: earlier, all of them, 20 minutes late.

The words stand in `appointment_words.yml`; a message and a word are compared as whole words,
after `normalise`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from nlu.normaliser import normalise

_FILE = Path(__file__).with_suffix(".yml")
_LATE_LIMIT = 240
"""Minutes: who says more does not speak of coming late."""


def says(text: str, topic: str) -> bool:
    """Tells whether a message holds one of the words of a topic of the file."""
    return bool(_pattern(topic).search(normalise(text)))


def ends_with(text: str, topic: str) -> bool:
    """Tells whether a text ends with one of the words of a topic."""
    return bool(_ending(topic).search(normalise(text)))


def place_of(text: str, topic: str) -> tuple[int, int] | None:
    """Returns where the first word of a topic stands in a text, None when it has none.

    The text has to be normalised already: its places are given back.
    """
    found = _pattern(topic).search(text)
    return found.span() if found else None


def minutes_late(text: str) -> int | None:
    """Returns the minutes that a message says ("20 min", "une demi-heure"), or None."""
    plain = normalise(text)
    units = "|".join(_alternatives(_words()["minutes"]))
    if found := re.search(rf"(?<!\d)(\d{{1,3}})\s*(?:{units})(?!\w)", plain):
        minutes = int(found[1])
        return minutes if 0 < minutes <= _LATE_LIMIT else None
    for span, phrases in _words()["spans"].items():
        if _compiled(phrases).search(plain):
            return int(span)
    if plain.strip().isdecimal() and 0 < int(plain) <= _LATE_LIMIT:
        return int(plain)
    return None


@lru_cache(maxsize=64)
def _pattern(topic: str) -> re.Pattern[str]:
    return _compiled(_words()[topic])


@lru_cache(maxsize=16)
def _ending(topic: str) -> re.Pattern[str]:
    words = "|".join(_alternatives(_words()[topic]))
    return re.compile(rf"(?<!\w)(?:{words})\s*$")


def _compiled(phrases: Iterable[object]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(_alternatives(phrases))})(?!\w)")


def _alternatives(phrases: Iterable[object]) -> list[str]:
    # The longest first: a regular expression takes the first alternative that fits.
    ordered = sorted((str(phrase) for phrase in phrases), key=len, reverse=True)
    return [re.escape(phrase).replace(r"\ ", r"\s+") for phrase in ordered]


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return words

"""Look-up of words and phrases in the lexicons."""

from __future__ import annotations

import re
from functools import lru_cache

from nlu.time import (
    lexicon_arabic,
    particles_latin,
    phrases_latin,
    phrases_no_times,
    words_latin,
)
from nlu.time.readings import Readings, Tag
from nlu.time.slips import slips

_NOTHING: Readings = {}
_FORGIVEN = {Tag.DAY, Tag.WEEKDAY, Tag.MONTH, Tag.PART, Tag.TONIGHT, Tag.WEEKEND}


class _Table:
    """One alternation of many patterns; the first that matches gives the readings."""

    def __init__(self, rows: tuple[tuple[str, Readings], ...], before: str, after: str) -> None:
        self._readings = [readings for _, readings in rows]
        groups = "|".join(f"(?P<g{index}>{pattern})" for index, (pattern, _) in enumerate(rows))
        self.pattern = re.compile(f"{before}(?:{groups}){after}")

    def readings(self, match: re.Match[str]) -> Readings:
        return self._readings[int((match.lastgroup or "g0")[1:])]


def _spaced(pattern: str) -> str:
    """Opens the shorthand of the phrase lists: space = blanks or hyphen, ~ = the same, optional."""
    pattern = re.sub(r"(?<!\[) (?!\?)", r"[\\s\\-]+", pattern)
    return pattern.replace(" ?", r"[\s\-]*").replace("~?", "~").replace("~", r"[\s\-]*")


@lru_cache(maxsize=1)
def _word_tables() -> tuple[_Table, _Table]:
    return (
        _Table(words_latin.WORDS + particles_latin.WORDS, "", r"\Z"),
        _Table(lexicon_arabic.WORDS, "", r"\Z"),
    )


@lru_cache(maxsize=1)
def _phrase_tables() -> tuple[_Table, _Table]:
    rows = phrases_no_times.PHRASES + phrases_latin.PHRASES
    latin = tuple((_spaced(pattern), readings) for pattern, readings in rows)
    arabic = tuple((_spaced(pattern), readings) for pattern, readings in lexicon_arabic.PHRASES)
    end = r"(?![a-z0-9\u0621-\u064a])"
    return _Table(latin, "", end), _Table(arabic, "", end)


@lru_cache(maxsize=16384)
def look_up(word: str) -> Readings:
    """Returns the readings of a folded word, an empty dictionary for an unknown one."""
    latin, arabic = _word_tables()
    table = arabic if word[0] >= "\u0600" else latin
    match = table.pattern.match(word)
    if match:
        return table.readings(match)
    for other in slips(word):
        match = table.pattern.match(other)
        readings = table.readings(match) if match else _NOTHING
        if not _FORGIVEN.isdisjoint(readings):
            return readings
    return _NOTHING


def look_up_phrase(text: str, position: int) -> tuple[int, Readings] | None:
    """Returns the end and the readings of the phrase that begins at `position`, if any."""
    latin, arabic = _phrase_tables()
    first = text[position]
    tables = (latin, arabic) if first.isdigit() else (arabic,) if first >= "\u0600" else (latin,)
    for table in tables:
        match = table.pattern.match(text, position)
        if match and match.end() > position:
            return match.end(), table.readings(match)
    return None


def is_known(word: str) -> bool:
    """Whether the lexicon has the word."""
    return bool(look_up(word))


__all__ = ["Readings", "Tag", "is_known", "look_up", "look_up_phrase"]

"""Reading of "le premier lundi de novembre", "the last Friday of the month", «اخر خميس فالشهر»."""

from __future__ import annotations

import re

from nlu.time.modifiers import modifier
from nlu.time.readings import Tag
from nlu.time.stream import Stream
from nlu.time.values import Day, Month, NthWeekday

Found = tuple[Day, int]

_RANKS = {
    1: re.compile("premiere?|1e?re?|first|1st|l?[ae]?w+[ae]l|lo?wl|ا?ل?اول"),
    2: re.compile("deuxieme|2(?:e|eme|nd)|second|ta?ni|ا?ل?[ثت]اني"),
    3: re.compile("troisieme|3(?:e|eme|rd)|third|talet|ا?ل?[ثت]ال[ثت]"),
    4: re.compile("quatrieme|4(?:e|eme|th)|fourth"),
    -1: re.compile("derniere?|last|l?a?kh[ie]r|ا?ل?اخر"),
}


def nth_weekday_at(stream: Stream, index: int, weekday: int) -> Found | None:
    """Reads the weekday at `index` as one of a month, by the rank beside it."""
    rank, behind = _rank(stream.word(index - 1)), index + 1
    if rank is None:
        rank, behind = _rank(stream.word(behind)), behind + 1
    if rank is None:
        return None
    at = stream.skip(behind, Tag.OF, Tag.IN, Tag.LINK, Tag.TO, most=3)
    at = stream.skip(at, Tag.THIS, most=1)
    month = stream.get(at, Tag.MONTH) or stream.get(at, Tag.MONTH_WEAK)
    if month:
        return NthWeekday(weekday, rank, Month(number=month)), at + 1
    if stream.get(at, Tag.UNIT) != "month":
        return None
    mode, end = modifier(stream, at + 1)
    return NthWeekday(weekday, rank, Month(offset=int(mode == "next"))), end


def _rank(word: str) -> int | None:
    return next((rank for rank, pattern in _RANKS.items() if pattern.fullmatch(word)), None)

"""Reading of a time of day: "15h30", "midi et demi", "m3a 3 w rb3", "quarter to ten"."""

from __future__ import annotations

from dataclasses import replace

from nlu.time.readings import Tag
from nlu.time.stream import Stream
from nlu.time.values import Clock

Found = tuple[Clock, int]

# "midi trente"
_AFTER_NOON = {10, 15, 20, 30, 40, 45, 50}
_SPOKEN = {10, 15, 20, 25, 30, 35, 40, 45, 50, 55}
_BEFORE_THE_HOUR = {5, 10, 20, 25}
_ONE = {"un", "une", "a", "an", "one"}
_ENGLISH_HOURS = {
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
}
_ENGLISH_MINUTES = {"ten", "fifteen", "twenty", "thirty", "forty", "fifty"}


def clock_at(stream: Stream, index: int, *, bare: bool = False) -> Found | None:
    """Reads a time of day.

    Args:
        stream: the tokens.
        index: where to begin.
        bare: whether a number alone counts, because of the word before it.

    Returns:
        The time and the index behind it, or None.
    """
    found = _english_clock(stream, index) or _base_clock(stream, index, bare=bare)
    if found is None:
        return None
    clock, end = found
    if clock.hour > 23:
        return None
    clock, end = _with_fraction(stream, clock, end)
    meridiem = stream.get(end, Tag.MERIDIEM)
    if meridiem and clock.meridiem is None and clock.hour <= 12:
        clock, end = replace(clock, meridiem=meridiem), end + 1
    return clock, end


def _base_clock(stream: Stream, index: int, *, bare: bool) -> Found | None:
    clock = stream.get(index, Tag.CLOCK)
    if clock is not None:
        trick = stream.get(index, Tag.SKIP)
        if trick == "dotted" and not bare:
            return None
        if trick == "3am" and stream.word(index - 1) not in {"at", "till", "until", "from"}:
            return None
        if clock.minute is None and stream.word(index).endswith(("h", "heure", "heures")):
            return _with_spoken_minutes(stream, clock, index + 1)
        return clock, index + 1
    if stream.has(index, Tag.NOON):
        minutes = stream.get(index + 1, Tag.NUMBER)
        if minutes in _AFTER_NOON and not stream.counts_something(index + 1):
            return Clock(12, minutes, fixed=True), index + 2
        return Clock(12, fixed=True), index + 1
    if stream.has(index, Tag.MIDNIGHT):
        return Clock(0, fixed=True, midnight=True), index + 1
    if stream.has(index, Tag.SAA):
        behind = index + 1
        while stream.has(behind, Tag.AT) or stream.word(behind) in {"l", "ل"}:
            behind += 1
        if stream.has(behind, Tag.CLOCK):
            return stream.get(behind, Tag.CLOCK), behind + 1
        return _number_clock(stream, behind)
    number = stream.get(index, Tag.NUMBER)
    if number is None:
        return None
    spoken = _spoken_minutes(stream, index + 1)
    if spoken and stream.word(index) in _ENGLISH_HOURS:
        return Clock(number, spoken[0]), spoken[1]
    if stream.word(index) in _ONE and not bare:
        # "une heure" is mostly a length.
        return None
    if stream.has(index + 1, Tag.HOURS) and number <= 24:
        return _with_minutes(stream, Clock(number), index + 2)
    if stream.has(index + 1, Tag.MERIDIEM) and 1 <= number <= 12:
        return Clock(number, meridiem=stream.get(index + 1, Tag.MERIDIEM)), index + 2
    return _number_clock(stream, index) if bare else None


def _spoken_minutes(stream: Stream, index: int) -> tuple[int, int] | None:
    """Reads the minutes of "nine thirty", "ten forty-five"."""
    tens = stream.get(index, Tag.NUMBER)
    if stream.word(index) not in _ENGLISH_MINUTES:
        return None
    behind = index + 2 if stream.has(index + 1, Tag.DASH) else index + 1
    if stream.word(behind) == "five" and tens >= 20:
        return tens + 5, behind + 1
    return tens, index + 1


def _number_clock(stream: Stream, index: int) -> Found | None:
    number = stream.get(index, Tag.NUMBER)
    if number is None or not 1 <= number <= 23 or stream.counts_something(index):
        return None
    return _with_minutes(stream, Clock(number), index + 1)


def _with_minutes(stream: Stream, clock: Clock, index: int) -> Found:
    """Takes the minutes of "10 heures 30" or "10 w 20 d9i9a"."""
    number = stream.get(index, Tag.NUMBER)
    said = number is not None and stream.word(index) not in _ONE
    if number is not None and said and 0 < number < 60 and stream.has(index - 1, Tag.HOURS):
        return replace(clock, minute=number), index + 1
    return clock, index


def _with_spoken_minutes(stream: Stream, clock: Clock, index: int) -> Found:
    """Takes the minutes of "14 heures trente"; "10h dix personnes" has none."""
    number = stream.get(index, Tag.NUMBER)
    if number in _SPOKEN and not stream.is_digits(index) and not stream.counts_something(index):
        return replace(clock, minute=number), index + 1
    return clock, index


def _with_fraction(stream: Stream, clock: Clock, index: int) -> Found:
    """Takes "et quart", "w noss", "moins le quart", "ila rb3", "w 10 d9aye9"."""
    base = clock.minute or 0
    if stream.has(index, Tag.AND):
        fraction = stream.get(index + 1, Tag.FRACTION)
        if fraction:
            return replace(clock, minute=base + fraction), index + 2
        number = stream.get(index + 1, Tag.NUMBER)
        behind = index + 2
        tens = stream.get(behind + 1, Tag.NUMBER) if stream.has(behind, Tag.AND) else None
        if number and number < 10 and tens in {20, 30, 40, 50}:
            number, behind = number + tens, behind + 2  # "w khamsa w arb3in d9i9a"
        if number and number < 60 and stream.get(behind, Tag.UNIT) == "minute":
            return replace(clock, minute=base + number), behind + 1
    if stream.has(index, Tag.MINUS):
        behind = index + 1
        while stream.has(behind, Tag.LE) or stream.word(behind) in {"l", "un"}:
            behind += 1
        amount = stream.get(behind, Tag.FRACTION)
        if amount is None and _takes_number(stream, index, behind):
            amount = stream.get(behind, Tag.NUMBER)
        if amount and amount < 60 and clock.minute is None:
            end = behind + 1
            end += stream.get(end, Tag.UNIT) == "minute"
            return replace(clock, minute=0, shift=-amount), end
    fraction = stream.get(index, Tag.FRACTION)
    if fraction and clock.minute is None and not stream.has(index, Tag.WEEKDAY_AFTER_NHAR):
        return replace(clock, minute=fraction), index + 1
    return clock, index


def _takes_number(stream: Stream, minus: int, number: int) -> bool:
    """Whether the word means "minus" before a bare number too ("la", "ila" mean "to", "if")."""
    if stream.get(number + 1, Tag.UNIT) == "minute":
        return True
    if stream.word(minus) == "الا":
        return stream.get(number, Tag.NUMBER) in _BEFORE_THE_HOUR
    return stream.word(minus) not in {"la", "ila", "illa", "ghir", "gher", "الا", "لا", "غير"}


def _english_clock(stream: Stream, index: int) -> Found | None:
    """Reads "half past 3", "quarter to ten", "ten past 3", "half 3"."""
    start = index
    if stream.word(index) == "a":
        index += 1
    minutes = stream.get(index, Tag.FRACTION) or stream.get(index, Tag.NUMBER)
    if minutes is None or not 0 < minutes < 60:
        return None
    word = stream.word(index)
    behind = index + 1
    behind += stream.get(behind, Tag.UNIT) == "minute"
    past = stream.has(index, Tag.PAST) or stream.has(behind, Tag.PAST)
    if past:
        behind += stream.has(behind, Tag.PAST)
        base = _base_clock(stream, behind, bare=True)
        if base:
            return replace(base[0], minute=minutes), base[1]
    elif stream.word(behind) in {"to", "til", "till"} and (
        word in {"quarter", "half"}
        or stream.word(start - 1) in {"at", "by", "around", "for"}
        or word in {"ten", "twenty", "five"}
    ):
        base = _base_clock(stream, behind + 1, bare=True)
        if (
            base
            and base[0].minute is None
            and word in {"quarter", "ten", "twenty", "five", "20", "10", "5", "25"}
        ):
            return replace(base[0], minute=0, shift=-minutes), base[1]
    elif word == "half" and stream.get(behind, Tag.NUMBER):
        base = _number_clock(stream, behind)
        if base:
            return replace(base[0], minute=30), base[1]
    return None

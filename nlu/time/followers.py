"""Bare numbers that are times only by the moment before them, and times that belong to a dose."""

from __future__ import annotations

from dataclasses import replace

from nlu.time.clocks import clock_at
from nlu.time.dates import is_day_number
from nlu.time.readings import Tag
from nlu.time.stream import Stream
from nlu.time.values import Date, Day, Moment

# Tokens between a dose and the part of the day at which it is taken.
_DOSE_REACH = 8
_LAST_HOUR = 12


def follower_at(stream: Stream, before: Moment, index: int) -> Moment | None:
    """Reads the number at `index` as what the moment before it was."""
    return (
        _second_hour(stream, before, index)
        or _second_day(stream, before, index)
        or _moved_hour(stream, before, index)
    )


def _second_day(stream: Stream, before: Moment, index: int) -> Moment | None:
    """Reads the bare number of "15 mai ou 16", "nhar 12 wla 13", "the 20th or 21st"."""
    if not isinstance(before.day, Date) or before.has_time or before.last != index - 2:
        return None
    number = stream.get(index, Tag.NUMBER) if stream.is_digits(index) else None
    number = number or stream.get(index, Tag.ORDINAL)
    if not number or not 1 <= number <= 31:
        return None
    if not stream.has(index - 1, Tag.OR) or not stream.ends(index + 1):
        return None
    return Moment(index, index, day=replace(before.day, day=number))


def _second_hour(stream: Stream, before: Moment, index: int) -> Moment | None:
    """Reads the bare number of "at 10 or 11", "m3a 10 wla 11"."""
    if before.clock is None or before.last != index - 2 or not stream.has(index - 1, Tag.OR):
        return None
    found = clock_at(stream, index, bare=True)
    if found is None or not stream.ends(found[1]):
        return None
    return Moment(index, found[1] - 1, clock=found[0])


def _moved_hour(stream: Stream, before: Moment, index: int) -> Moment | None:
    """Reads the new hour of "3ndi rdv m3a 9 o bghit n2ekhrou l 11", "move my 3:30 to 5"."""
    if not stream.moves or before.clock is None or not stream.has(index, Tag.TO):
        return None
    found = clock_at(stream, index + 1, bare=True)
    if found is None or found[0].hour > _LAST_HOUR or not stream.ends(found[1]):
        return None
    return Moment(index + 1, found[1] - 1, clock=found[0])


def bare_day_at(stream: Stream, index: int) -> tuple[Day, int] | None:
    """Reads the bare number that ends "mn nhar 20 7ta l 25"."""
    index = stream.skip(index, Tag.TO, Tag.LE, most=1)
    number = stream.get(index, Tag.NUMBER)
    if number == 1 and not stream.is_digits(index):
        return None  # an article
    if not number or number > 31 or not is_day_number(stream, index):
        return None
    return Date(number), index + 1


def in_dose(stream: Stream, moment: Moment) -> bool:
    """Whether a part of the day says when a medicine is taken ("2 comprimés le matin")."""
    if moment.day is not None or moment.part is None:
        return False
    for step in (-1, 1):
        index = moment.first + step if step < 0 else moment.last + step
        for at in range(index, index + step * _DOSE_REACH, step):
            if stream.has(at, Tag.STOP):
                break
            if stream.has(at, Tag.DOSE):
                return True
    return False

"""Reading of dates: "12/05", "le 12", "nhar 12 f chhar 5", "May 12th"."""

from __future__ import annotations

from dataclasses import replace

from nlu.time.modifiers import is_since, modifier
from nlu.time.phrases_latin import RANKS
from nlu.time.readings import Tag
from nlu.time.stream import Stream
from nlu.time.values import Date, Day

Found = tuple[Day, int]

_LAST_HOUR = 12
# "le deux" is the second choice, "le quinze" the 15th.
_SPOKEN_FROM = 10
_DAY_NUMBER = {"le", "du", "au", "les"}


def date_at(stream: Stream, index: int) -> Found | None:
    """Reads a date that begins at `index`; returns it and the index behind it."""
    marked = stream.has(index, Tag.LE, Tag.NHAR)
    behind = stream.skip(index, Tag.LE, Tag.NHAR, Tag.TO, most=3) if marked else index
    written = stream.get(behind, Tag.DATE)
    if written:
        day, month, year, form = written
        # "4/5" is a mark out of five unless something says that it is a date.
        company = marked or stream.has(index - 1, Tag.WEEKDAY, Tag.LE, Tag.NHAR)
        company = company or stream.word(index - 1) == "on" or _hour_follows(stream, behind + 1)
        if form == "rating" and not company:
            return None
        if form == "dotted" and not marked:
            return None
        return Date(day, month, year), behind + 1
    found = numbered_date(stream, behind, needs_month=not marked)
    if found and isinstance(found[0], Date) and is_since(stream, index):
        found = replace(found[0], last=found[0].month_offset is None), found[1]
    if found:
        if marked and not _can_stand_alone(stream, index, behind, found):
            return None
        return found
    return _month_first(stream, behind)


def _hour_follows(stream: Stream, index: int) -> bool:
    if stream.has(index, Tag.AT):
        return stream.has(index + 1, Tag.CLOCK, Tag.NUMBER)
    return stream.has(stream.skip(index, Tag.AT_WEAK, most=1), Tag.CLOCK)


def _can_stand_alone(stream: Stream, index: int, number: int, found: Found) -> bool:
    """Whether the day of the month may do without a month ("le 12", not "of 12")."""
    date = found[0]
    if not isinstance(date, Date) or date.month or date.month_offset is not None:
        return True
    if any(stream.has(at, Tag.NHAR) for at in range(index, number)):
        return True
    words = {stream.word(at) for at in range(index, number)}
    if stream.has(number, Tag.ORDINAL):
        following = stream.word(found[1])
        if stream.word(number).endswith("er") and following:
            return bool(stream.tokens[found[1]].readings)
        return following not in {"one", "option", "slot", "time", "choice", "appointment"}
    return bool(words & _DAY_NUMBER) or ("the" in words and stream.word(index - 1) == "on")


def numbered_date(stream: Stream, index: int, *, needs_month: bool) -> Found | None:
    """Reads "12 mai 2027", "12 f chhar 5", "12 du mois prochain", or "12" alone."""
    number = stream.get(index, Tag.ORDINAL) or stream.get(index, Tag.NUMBER)
    if not number or number > 31:
        return None
    behind = index + 1
    if stream.has(behind, Tag.DASH) and stream.glued(behind) and stream.glued(behind + 1):
        month = stream.word(behind + 1)
        if not needs_month and month.isdigit() and len(month) <= 2 and 1 <= int(month) <= 12:
            return Date(number, int(month)), behind + 2
    if stream.word(index) in {"a", "an", "one", "un", "une"}:
        return None
    if stream.has(behind, Tag.OR, Tag.AND) and stream.is_digits(index):
        # "12 ou 13 mai"
        next_day = numbered_date(stream, behind + 1, needs_month=True)
        if next_day and isinstance(next_day[0], Date) and stream.is_digits(behind + 1):
            return replace(next_day[0], day=number), behind
    at = stream.skip(behind, Tag.OF, Tag.LINK, Tag.TO, Tag.DASH, most=3)
    month = stream.get(at, Tag.MONTH) or stream.get(at, Tag.MONTH_WEAK)
    if month:
        return _with_year(stream, Date(number, month), at + 1)
    this = stream.has(at, Tag.THIS)
    unit_at = stream.skip(at, Tag.THIS, Tag.TO, most=2)
    if stream.get(unit_at, Tag.UNIT) == "month":
        monthly = stream.get(unit_at + 1, Tag.NUMBER)
        if monthly and stream.is_digits(unit_at + 1) and 1 <= monthly <= 12 and unit_at + 1 > at:
            return _with_year(stream, Date(number, monthly), unit_at + 2)
        mode, end = modifier(stream, unit_at + 1)
        if mode or this:
            step = {"next": 1, "last": -1}.get(mode, 0)
            return Date(number, month_offset=step), end
        named = stream.get(stream.skip(unit_at + 1, Tag.OF, most=1), Tag.MONTH)
        if named:
            return Date(number, named), unit_at + 2
        if _of_the_month(stream, index, unit_at):
            return Date(number), unit_at + 1
        if unit_at == behind:
            return None
    if needs_month or not _alone(stream, index):
        return None
    mode, end = modifier(stream, behind)
    return Date(number, last=mode == "last"), end


def _of_the_month(stream: Stream, index: int, unit: int) -> bool:
    """Whether "23" in "nhar 23 f chher", «23 فالشهر» is the day of a month that nothing names."""
    said = unit > index + 1 or stream.word(unit)[:1] in {"f", "ف"}
    marks = (Tag.NHAR, Tag.LE, Tag.AT_WEAK)
    before = index - 1
    while stream.has(before, Tag.LINK) and not stream.has(before, *marks):
        before -= 1
    marked = stream.has(before, *marks)
    return said and marked and not stream.has(unit + 1, Tag.NUMBER)


def _alone(stream: Stream, index: int) -> bool:
    if stream.has(index, Tag.ORDINAL):
        return not stream.has(index + 1, Tag.UNIT)
    spoken = stream.word(index - 1) == "le" and stream.get(index, Tag.NUMBER) > _SPOKEN_FROM
    return (spoken or stream.is_digits(index)) and is_day_number(stream, index)


def is_day_number(stream: Stream, index: int) -> bool:
    """Whether nothing around the number makes it an hour or an amount."""
    if stream.has(index, Tag.ORDINAL):
        return True
    if (stream.is_digits(index) and len(stream.word(index)) > 2) or stream.counts_something(index):
        return False
    if stream.word(index + 1) in {"/", ":"} and stream.glued(index + 1):
        return False
    if stream.has(index + 1, Tag.HOURS, Tag.MERIDIEM, Tag.FRACTION, Tag.MINUS):
        return False
    if _day_of_part(stream, index):
        return True
    part = stream.skip(index + 1, Tag.OF, Tag.LINK, Tag.TO, Tag.THIS, most=3)
    return not stream.has(part, Tag.PART) and not (
        stream.has(index + 1, Tag.AND) and stream.has(index + 2, Tag.FRACTION)
    )


def _day_of_part(stream: Stream, index: int) -> bool:
    """Whether "15" in "le 15 au matin", "nhar 15 f sbah" is the day, not the hour."""
    before = index - 2 if stream.word(index - 1) in {"l", "ل"} else index - 1
    named = stream.has(before, Tag.NHAR) or stream.word(before) in {"le", "the"}
    of = stream.has(index + 1, Tag.OF) or stream.word(index + 1)[:1] in {"d", "د"}
    return named and (not of or stream.get(index, Tag.NUMBER) > _LAST_HOUR)


def _with_year(stream: Stream, date: Date, index: int) -> Found:
    dotted = stream.word(index) == "." and stream.glued(index)  # "12 oct. 2027"
    at = index + 1 if dotted else stream.skip(index, Tag.COMMA, Tag.OF, most=1)
    year = stream.get(at, Tag.NUMBER)
    if year and 2000 <= year <= 2100:
        return Date(date.day, date.month, year), at + 1
    mode, end = modifier(stream, index)
    return Date(date.day, date.month, last=mode == "last"), end


def _month_first(stream: Stream, index: int) -> Found | None:
    """Reads the English "May 12th, 2027"."""
    if not stream.has(index, Tag.ENGLISH):
        return None
    month = stream.get(index, Tag.MONTH) or stream.get(index, Tag.MONTH_WEAK)
    behind = index + 1
    if stream.word(behind) == "." and stream.glued(behind) and len(stream.word(index)) <= 4:
        behind += 1  # "Dec. 10"
    behind = stream.skip(behind, Tag.LE, most=1)
    number = stream.get(behind, Tag.ORDINAL)
    if stream.is_digits(behind):
        number = stream.get(behind, Tag.NUMBER)
    elif stream.word(behind) in RANKS:
        number = RANKS.index(stream.word(behind)) + 1
    if month is None or not number or number > 31:
        return None
    return _with_year(stream, Date(number, month), behind + 1)

"""Reading of weekdays: "jeudi prochain", "nhar ltnin", "sam. 28", "الخميس الجاي"."""

from __future__ import annotations

from nlu.time.dates import is_day_number, numbered_date
from nlu.time.modifiers import is_since, modifier
from nlu.time.readings import Tag
from nlu.time.stream import Stream
from nlu.time.values import Day, Weekday

Found = tuple[Day, int]

ON = {"on", "this", "next", "last", "by", "until", "coming"}


def weekday_index(stream: Stream, index: int) -> int | None:
    """Returns the weekday that the token names in its company, or None."""
    plain: int | None = stream.get(index, Tag.WEEKDAY)
    if plain is not None:
        return plain
    after_nhar: int | None = stream.get(index, Tag.WEEKDAY_AFTER_NHAR)
    if after_nhar is not None:
        before = index - 1 if not stream.has(index - 1, Tag.TO) else index - 2
        by_relative = stream.has(index + 1, Tag.RELATIVE) and stream.has(index + 2, Tag.NEXT)
        company = stream.has(before, Tag.NHAR) or stream.has(index + 1, Tag.NEXT) or by_relative
        return after_nhar if company else None
    short: int | None = stream.get(index, Tag.WEEKDAY_SHORT)
    if short is None:
        return None
    word = stream.word(index)
    if word in {"mon", "wed", "sun", "sat"} and stream.word(index - 1) in ON:
        return short
    if word == "mon":
        return None
    behind = index + 1
    if stream.word(behind) == "." and stream.glued(behind):
        behind += 1
    if word in {"wed", "sat", "sun"} and stream.word(behind) == "at":
        return short if stream.has(behind + 1, Tag.NUMBER, Tag.CLOCK, Tag.NOON) else None
    if stream.is_digits(behind) or stream.has(behind, Tag.DATE, Tag.CLOCK, Tag.PART, Tag.ORDINAL):
        # "12 mar 15h" is the month.
        return None if stream.has(index, Tag.MONTH_WEAK) and stream.is_digits(index - 1) else short
    return None


def weekday_at(stream: Stream, index: int, mode: str) -> Found | None:
    """Reads a weekday with what follows it; `mode` is what stood before ("plain", "this", ...)."""
    start = index
    if stream.has(index, Tag.NHAR):
        index = stream.skip(index, Tag.NHAR, Tag.TO, Tag.OF, most=3)
    weekday = weekday_index(stream, index)
    if weekday is None:
        return None
    if start != index and stream.has(index - 1, Tag.THIS):
        return None
    behind = index + 1
    if stream.word(behind) == "." and stream.has(index, Tag.WEEKDAY_SHORT):
        behind += 1
    said, behind = modifier(stream, behind)
    mode = said or mode
    if mode == "plain" and is_since(stream, start):
        mode = "last"
    weeks = stream.get(behind, Tag.WEEKS_ON) or 0
    if weeks:
        return Weekday(weekday, mode, weeks), behind + 1
    if stream.get(behind, Tag.UNIT) == "week" and stream.word(behind) == "week":
        return Weekday(weekday, mode, 1), behind + 1
    number = stream.get(behind, Tag.ORDINAL) or stream.get(behind, Tag.NUMBER)
    numeric = stream.has(behind, Tag.ORDINAL) or stream.is_digits(behind)
    if number and numeric and 1 <= number <= 31:
        dated = numbered_date(stream, behind, needs_month=True)
        # "mardi 12 à 10h" is a date, unless the calendar says otherwise; "mardi 10-12" are hours.
        hours = stream.has(behind + 1, Tag.DASH, Tag.TO) and stream.has(
            behind + 2, Tag.NUMBER, Tag.CLOCK
        )
        hours = hours and not (
            stream.word(behind + 1) in {"a", "at"} and stream.has(behind + 2, Tag.CLOCK)
        )
        if dated is None and not hours and is_day_number(stream, behind):
            return Weekday(weekday, mode, number=number), behind + 1
    return Weekday(weekday, mode), behind

"""Reading of days: names, weekdays, dates, weeks, months and distances from now."""

from __future__ import annotations

from dataclasses import replace

from nlu.time.distances import distance_at
from nlu.time.readings import Tag
from nlu.time.stream import Stream
from nlu.time.values import Date, Day, Month, Now, Offset, Week, Weekday, Weekend

Found = tuple[Day, int]

_ON = {"on", "this", "next", "last", "by", "until", "coming"}
_DAY_NUMBER = {"le", "du", "au", "les"}


def day_at(stream: Stream, index: int) -> Found | None:
    """Reads a day, week or month that begins at `index`; returns it and the index behind it."""
    return (
        distance_at(stream, index)
        or _named(stream, index)
        or _this(stream, index)
        or _which_first(stream, index)
        or _weekday(stream, index, "plain")
        or _span_unit(stream, index)
        or _date(stream, index)
        or _month(stream, index)
    )


def _named(stream: Stream, index: int) -> Found | None:
    """Reads "demain", "après-demain", "avant-hier", "daba"."""
    if stream.has(index, Tag.NOW):
        return Now(), index + 1
    offset = stream.get(index, Tag.DAY)
    if offset is not None:
        if stream.has(index, Tag.GOES) and _is_going(stream, index):
            return None
        return Offset(offset), index + 1
    if stream.has(index, Tag.TONIGHT):
        return Offset(0), index
    if stream.has(index, Tag.AFTER, Tag.AFTER_FRENCH):
        behind = stream.skip(index + 1, Tag.DASH, Tag.TO, most=1)
        if stream.has(behind, Tag.AFTER, Tag.AFTER_FRENCH):
            later = _named(stream, behind)
            if later and later[0] == Offset(2):
                return Offset(3), later[1]
        if stream.get(behind, Tag.DAY) == 1:
            return Offset(2), behind + 1
    if stream.has(index, Tag.BEFORE):
        behind = stream.skip(index + 1, Tag.DASH, Tag.TO, most=1)
        if stream.get(behind, Tag.DAY) == -1:
            return Offset(-2), behind + 1
    return None


def _is_going(stream: Stream, index: int) -> bool:
    """Whether "ghada" is the verb: "ghada nji", "ana ghada l tbib"."""
    following = stream.word(index + 1)
    if stream.word(index - 1) in {"ana", "rani", "anaya", "hiya", "انا", "راني", "هي"}:
        return True
    verb = following[:1] in {"n", "t", "y", "ن", "ت", "ي"} and len(following) > 2
    return verb and not stream.tokens[index + 1].readings


def _modifier(stream: Stream, index: int) -> tuple[str, int]:
    """Reads "prochain", "li jay", "الماضي"; returns the mode and the index behind."""
    behind = index + 1 if stream.has(index, Tag.RELATIVE) else index
    if stream.word(behind) == "next" and stream.has(behind + 1, Tag.UNIT):
        return "", index  # "Tuesday next week"
    if stream.has(behind, Tag.NEXT):
        return "next", behind + 1
    if stream.has(behind, Tag.LAST):
        return "last", behind + 1
    return "", index


def _this(stream: Stream, index: int) -> Found | None:
    if not stream.has(index, Tag.THIS):
        return None
    if _is_sunday(stream, index):
        return Weekday(6), index + 1
    behind = stream.skip(index + 1, Tag.TO, Tag.LE, most=1)
    if stream.has(index + 1, Tag.NHAR):
        behind = stream.skip(index + 1, Tag.NHAR, Tag.TO, most=3)
        weekday = _weekday(stream, behind, "this")
        if weekday:
            return weekday
        date = _date(stream, index + 1)
        return date or (Offset(0), index + 2)
    if stream.has(behind, Tag.PART, Tag.NOON, Tag.LILA):
        return Offset(0), behind
    if stream.has(behind, Tag.EDGE):
        behind = stream.skip(behind, Tag.EDGE, Tag.OF, Tag.TO, most=3)
        return (Offset(0), behind) if stream.has(behind, Tag.PART) else None
    if stream.has(behind, Tag.DAY) and stream.get(behind, Tag.DAY) == 0:
        return Offset(0), behind + 1
    if stream.has(behind, Tag.NEXT):
        return _which_first(stream, behind)
    return _weekday(stream, behind, "this") or _span_unit(stream, behind, this=True)


def _is_sunday(stream: Stream, index: int) -> bool:
    """Whether "had" is the Sunday of "nhar had", not "this"."""
    if stream.word(index) not in {"had", "hed"} or not stream.has(index - 1, Tag.NHAR):
        return False
    return not stream.has(index + 1, Tag.WEEKDAY, Tag.UNIT, Tag.NHAR, Tag.WEEKEND)


def _which_first(stream: Stream, index: int) -> Found | None:
    """Reads "next Thursday", "last week", "prochaine semaine", "last night"."""
    if stream.has(index, Tag.NEXT):
        mode = "next"
    elif stream.has(index, Tag.LAST):
        mode = "last"
    else:
        return None
    behind = index + 1
    if mode == "last" and stream.has(behind, Tag.PART):
        return Offset(-1), behind
    weekday = _weekday(stream, behind, mode)
    if weekday:
        return weekday
    unit = stream.get(behind, Tag.UNIT)
    step = 1 if mode == "next" else -1
    if unit == "week":
        after_this = stream.word(behind + 1) in _ON
        weekday = _weekday(stream, behind + 1 + after_this, "plain")
        if weekday and isinstance(weekday[0], Weekday):
            return Weekday(weekday[0].index, week=step), weekday[1]
        return Week(step), behind + 1
    if unit == "month":
        return Month(offset=step), behind + 1
    if stream.has(behind, Tag.WEEKEND):
        return Weekend(mode), behind + 1
    month = stream.get(behind, Tag.MONTH) or stream.get(behind, Tag.MONTH_WEAK)
    if month:
        return Month(number=month, last=mode == "last"), behind + 1
    return None


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
    if word in {"mon", "wed", "sun", "sat"} and stream.word(index - 1) in _ON:
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


def _weekday(stream: Stream, index: int, mode: str) -> Found | None:
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
    said, behind = _modifier(stream, behind)
    mode = said or mode
    if mode == "plain" and _since(stream, start):
        mode = "last"
    weeks = stream.get(behind, Tag.WEEKS_ON) or 0
    if weeks:
        return Weekday(weekday, mode, weeks), behind + 1
    if stream.get(behind, Tag.UNIT) == "week" and stream.word(behind) == "week":
        return Weekday(weekday, mode, 1), behind + 1
    number = stream.get(behind, Tag.ORDINAL) or stream.get(behind, Tag.NUMBER)
    numeric = stream.has(behind, Tag.ORDINAL) or stream.is_digits(behind)
    if number and numeric and 1 <= number <= 31:
        dated = _numbered(stream, behind, needs_month=True)
        # "mardi 12 à 10h" is a date, unless the calendar says otherwise; "mardi 10-12" are hours.
        hours = stream.has(behind + 1, Tag.DASH, Tag.TO) and stream.has(
            behind + 2, Tag.NUMBER, Tag.CLOCK
        )
        hours = hours and not (
            stream.word(behind + 1) in {"a", "at"} and stream.has(behind + 2, Tag.CLOCK)
        )
        if dated is None and not hours and _is_day_number(stream, behind):
            return Weekday(weekday, mode, number=number), behind + 1
    return Weekday(weekday, mode), behind


def _since(stream: Stream, index: int) -> bool:
    """Whether "depuis", "since" stands before, so that the past one is meant."""
    before = index - 1
    while stream.has(before, Tag.LE, Tag.TO) and stream.word(before) in {"le", "l", "nhar"}:
        before -= 1
    return stream.word(before) in {"depuis", "since", "منذ"}


def _is_day_number(stream: Stream, index: int) -> bool:
    if stream.has(index, Tag.ORDINAL):
        return True
    if len(stream.word(index)) > 2 or stream.counts_something(index):
        return False
    if stream.word(index + 1) in {"/", ":"} and stream.glued(index + 1):
        return False
    if stream.has(index + 1, Tag.HOURS, Tag.MERIDIEM, Tag.FRACTION, Tag.PART, Tag.MINUS):
        return False
    part = stream.skip(index + 1, Tag.OF, Tag.LINK, Tag.TO, Tag.THIS, most=3)
    return not stream.has(part, Tag.PART) and not (
        stream.has(index + 1, Tag.AND) and stream.has(index + 2, Tag.FRACTION)
    )


def _span_unit(stream: Stream, index: int, *, this: bool = False) -> Found | None:
    """Reads a week, weekend or month with what says which one."""
    weekend = stream.get(index, Tag.WEEKEND)
    if weekend:
        mode, behind = _modifier(stream, index + 1)
        if weekend == "end of week" and mode:
            return Weekend(week=1 if mode == "next" else -1), behind
        return Weekend(mode or "plain"), behind
    unit = stream.get(index, Tag.UNIT)
    if unit == "week2":
        return Week(2), index + 1
    if unit not in {"week", "month"}:
        return None
    mode, behind = _modifier(stream, index + 1)
    step = {"next": 1, "last": -1}.get(mode, 0)
    if not mode:
        behind = _skip_this_here(stream, index + 1)
    if unit == "week":
        if mode or this or (stream.has(index - 1, Tag.TO) and stream.has(index - 2, Tag.IN)):
            return Week(step), behind
        around = _date(stream, index + 1) or _date(stream, index + 2)
        if around and isinstance(around[0], Date) and stream.has(index + 1, Tag.OF):
            return Week(around=around[0]), around[1]
        return None
    number = stream.get(index + 1, Tag.NUMBER)
    if not mode and not this and number and number <= 12 and stream.is_digits(index + 1):
        return Month(number=number), index + 2
    if mode or this or _end_before(stream, index):
        return Month(offset=step), behind
    behind = stream.skip(index + 1, Tag.OF, most=1)
    month = stream.get(behind, Tag.MONTH) or stream.get(behind, Tag.MONTH_WEAK)
    return (Month(number=month), behind + 1) if month else None


def _skip_this_here(stream: Stream, index: int) -> int:
    """Skips the "-ci" of "cette semaine-ci"."""
    if stream.has(index, Tag.DASH) and stream.word(index + 1) == "ci":
        return index + 2
    return index


def _end_before(stream: Stream, index: int) -> bool:
    """Whether "fin du", "آخر" stands before."""
    for before in range(index - 1, max(index - 4, -1), -1):
        if stream.has(before, Tag.EDGE):
            return stream.get(before, Tag.EDGE) == "end"
        if not stream.has(before, Tag.LINK, Tag.OF, Tag.TO):
            return False
    return False


def _date(stream: Stream, index: int) -> Found | None:
    marked = stream.has(index, Tag.LE, Tag.NHAR)
    behind = stream.skip(index, Tag.LE, Tag.NHAR, Tag.TO, most=3) if marked else index
    written = stream.get(behind, Tag.DATE)
    if written:
        day, month, year, form = written
        # "4/5" is a mark out of five unless something says that it is a date.
        company = marked or stream.has(index - 1, Tag.WEEKDAY, Tag.LE, Tag.NHAR)
        company = company or stream.word(index - 1) == "on" or stream.has(behind + 1, Tag.CLOCK)
        if form == "rating" and not company:
            return None
        if form == "dotted" and not marked:
            return None
        return Date(day, month, year), behind + 1
    found = _numbered(stream, behind, needs_month=not marked)
    if found and isinstance(found[0], Date) and _since(stream, index):
        found = replace(found[0], last=found[0].month_offset is None), found[1]
    if found:
        if marked and not _can_stand_alone(stream, index, behind, found):
            return None
        return found
    return _month_first(stream, behind)


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


def _numbered(stream: Stream, index: int, *, needs_month: bool) -> Found | None:
    """Reads "12 mai 2027", "12 f chhar 5", "12 du mois prochain", or "12" alone."""
    number = stream.get(index, Tag.ORDINAL) or stream.get(index, Tag.NUMBER)
    if not number or number > 31 or len(stream.word(index)) > 8:
        return None
    behind = index + 1
    if stream.has(behind, Tag.DASH) and stream.glued(behind) and stream.glued(behind + 1):
        month = stream.word(behind + 1)
        if not needs_month and month.isdigit() and len(month) <= 2 and 1 <= int(month) <= 12:
            return Date(number, int(month)), behind + 2
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
        mode, end = _modifier(stream, unit_at + 1)
        if mode or this:
            step = {"next": 1, "last": -1}.get(mode, 0)
            return Date(number, month_offset=step), end
        named = stream.get(stream.skip(unit_at + 1, Tag.OF, most=1), Tag.MONTH)
        if named:
            return Date(number, named), unit_at + 2
        if unit_at == behind:
            return None
    if needs_month or not _alone(stream, index):
        return None
    mode, end = _modifier(stream, behind)
    return Date(number, last=mode == "last"), end


def _alone(stream: Stream, index: int) -> bool:
    if stream.has(index, Tag.ORDINAL):
        return not stream.has(index + 1, Tag.UNIT)
    return stream.is_digits(index) and _is_day_number(stream, index)


def _with_year(stream: Stream, date: Date, index: int) -> Found:
    at = stream.skip(index, Tag.COMMA, Tag.OF, most=1)
    year = stream.get(at, Tag.NUMBER)
    if year and 2000 <= year <= 2100:
        return Date(date.day, date.month, year), at + 1
    mode, end = _modifier(stream, index)
    return Date(date.day, date.month, last=mode == "last"), end


def _month_first(stream: Stream, index: int) -> Found | None:
    """Reads the English "May 12th, 2027"."""
    if not stream.has(index, Tag.ENGLISH):
        return None
    month = stream.get(index, Tag.MONTH) or stream.get(index, Tag.MONTH_WEAK)
    behind = stream.skip(index + 1, Tag.LE, most=1)
    number = stream.get(behind, Tag.ORDINAL)
    if number is None and stream.is_digits(behind):
        number = stream.get(behind, Tag.NUMBER)
    if month is None or not number or number > 31:
        return None
    return _with_year(stream, Date(number, month), behind + 1)


def _month(stream: Stream, index: int) -> Found | None:
    """Reads a month alone: "janvier", "en mai", "fin mars", "ماي الجاي"."""
    month = stream.get(index, Tag.MONTH)
    if month is None:
        weak = stream.get(index, Tag.MONTH_WEAK)
        before = stream.word(index - 1)
        company = before in {"en", "in", "fin", "debut", "mi", "next", "early", "late", "f", "fi"}
        dashed = stream.has(index - 1, Tag.DASH) and stream.has(index - 2, Tag.EDGE)
        if weak is None or not (company or dashed or stream.has(index + 1, Tag.NEXT)):
            return None
        month = weak
    mode, behind = _modifier(stream, index + 1)
    year = stream.get(behind, Tag.NUMBER)
    if year and 2000 <= year <= 2100:
        return Month(number=month, year=year), behind + 1
    return Month(number=month, last=mode == "last"), behind

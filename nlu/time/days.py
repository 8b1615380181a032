"""Reading of days: names, weekdays, dates, weeks, months and distances from now."""

from __future__ import annotations

from nlu.time.dates import date_at
from nlu.time.distances import distance_at
from nlu.time.modifiers import modifier
from nlu.time.readings import Tag
from nlu.time.stream import Stream
from nlu.time.values import Date, Day, Month, Now, Offset, Week, Weekday, Weekend
from nlu.time.weekdays import ON, weekday_at

Found = tuple[Day, int]

# Tokens within which a day has to show itself ("il y a à peu près 3 jours").
_REACH = 5


def day_at(stream: Stream, index: int) -> Found | None:
    """Reads a day, week or month that begins at `index`; returns it and the index behind it."""
    key = ("day", index, False)
    if key not in stream.found:
        stream.found[key] = _day_at(stream, index) if stream.bears_time(index, _REACH) else None
    found: Found | None = stream.found[key]
    return found


def _day_at(stream: Stream, index: int) -> Found | None:
    return (
        distance_at(stream, index)
        or _named(stream, index)
        or _this(stream, index)
        or _which_first(stream, index)
        or weekday_at(stream, index, "plain")
        or _span_unit(stream, index)
        or date_at(stream, index)
        or _month(stream, index)
    )


def _named(stream: Stream, index: int) -> Found | None:
    """Reads "demain", "après-demain", "avant-hier", "daba"."""
    if stream.has(index, Tag.NOW):
        return Now(), index + 1
    offset = stream.get(index, Tag.DAY)
    if stream.word(index) == "ليوم" and stream.has(index + 1, Tag.DAY, Tag.WEEKDAY):
        return _named(stream, index + 1) or weekday_at(stream, index + 1, "plain")
    if offset is not None:
        if stream.has(index, Tag.GOES) and _is_going(stream, index):
            return None
        weeks = stream.get(index + 1, Tag.WEEKS_ON) or int(stream.word(index + 1) == "week")
        return Offset(offset + 7 * weeks), index + 1 + bool(weeks)
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


def _this(stream: Stream, index: int) -> Found | None:
    if not stream.has(index, Tag.THIS):
        return None
    if _is_sunday(stream, index):
        return Weekday(6), index + 1
    behind = stream.skip(index + 1, Tag.TO, Tag.LE, most=1)
    if stream.has(index + 1, Tag.NHAR):
        behind = stream.skip(index + 1, Tag.NHAR, Tag.TO, most=3)
        weekday = weekday_at(stream, behind, "this")
        if weekday:
            return weekday
        date = date_at(stream, index + 1)
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
    return weekday_at(stream, behind, "this") or _span_unit(stream, behind, this=True)


def _is_sunday(stream: Stream, index: int) -> bool:
    """Whether "had" is the Sunday of "nhar had", not "this"."""
    if stream.word(index) not in {"had", "hed"} or not stream.has(index - 1, Tag.NHAR):
        return False
    return not stream.has(index + 1, Tag.WEEKDAY, Tag.UNIT, Tag.NHAR, Tag.WEEKEND)


def _which_first(stream: Stream, index: int) -> Found | None:
    """Reads "next Thursday", "last week", "prochaine semaine", "last night"."""
    if stream.has(index, Tag.NEXT):
        mode = "next"
    elif stream.word(index) == "last":
        mode = "last"
    else:
        return None
    behind = index + 1
    if mode == "last" and stream.has(behind, Tag.PART):
        return Offset(-1), behind
    weekday = weekday_at(stream, behind, mode)
    if weekday:
        return weekday
    unit = stream.get(behind, Tag.UNIT)
    step = 1 if mode == "next" else -1
    if unit == "week":
        after_this = stream.word(behind + 1) in ON
        weekday = weekday_at(stream, behind + 1 + after_this, "plain")
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


def _span_unit(stream: Stream, index: int, *, this: bool = False) -> Found | None:
    """Reads a week, weekend or month with what says which one."""
    weekend = stream.get(index, Tag.WEEKEND)
    if weekend:
        if stream.has(index + 1, Tag.AFTER_NEXT):
            return Weekend("next", weeks=1), index + 2
        mode, behind = modifier(stream, index + 1)
        if weekend == "end of week" and mode:
            return Weekend(week=1 if mode == "next" else -1), behind
        return Weekend(mode or "plain"), behind
    unit = stream.get(index, Tag.UNIT)
    if unit == "week2":
        return Week(2), index + 1
    if unit == "month2":
        return Month(offset=2), index + 1
    if unit not in {"week", "month"}:
        return None
    mode, behind = modifier(stream, index + 1)
    step = {"next": 1, "last": -1}.get(mode, 0)
    if not mode:
        behind = _skip_this_here(stream, index + 1)
    if unit == "week":
        around = date_at(stream, index + 1) or date_at(stream, index + 2)
        if around and isinstance(around[0], Date) and not mode and stream.has(index + 1, Tag.OF):
            return Week(around=around[0]), around[1]
        named = stream.skip(index + 1, Tag.OF, most=1)
        month = stream.get(named, Tag.MONTH) or stream.get(named, Tag.MONTH_WEAK)
        if month and not this:
            return Month(number=month), named + 1  # "la première semaine de mars"
        inside = stream.has(index - 1, Tag.TO) and stream.has(index - 2, Tag.IN)
        if mode or this or inside or _end_before(stream, index):
            return Week(step), behind
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


def _month(stream: Stream, index: int) -> Found | None:
    """Reads a month alone: "janvier", "en mai", "fin mars", "ماي الجاي"."""
    month = stream.get(index, Tag.MONTH)
    if stream.has(index, Tag.NUMBER) and stream.has(index + 1, Tag.UNIT):
        return None  # "sept heures"
    if month is None:
        weak = stream.get(index, Tag.MONTH_WEAK)
        before = stream.word(index - 1)
        company = before in {"en", "in", "fin", "debut", "mi", "next", "early", "late", "f", "fi"}
        dashed = stream.has(index - 1, Tag.DASH) and stream.has(index - 2, Tag.EDGE)
        if weak is None or not (company or dashed or stream.has(index + 1, Tag.NEXT)):
            return None
        month = weak
    mode, behind = modifier(stream, index + 1)
    year = stream.get(behind, Tag.NUMBER)
    if year and 2000 <= year <= 2100:
        return Month(number=month, year=year), behind + 1
    return Month(number=month, last=mode == "last"), behind

"""Reading of times within a day: an hour, a span of hours, an open side, a part of the day."""

from __future__ import annotations

from dataclasses import dataclass

from nlu.time.clocks import clock_at
from nlu.time.readings import Tag
from nlu.time.stream import Stream
from nlu.time.values import Bound, Clock, Part
from nlu.time.weekdays import ENGLISH_SHORT

_LEADING = (Tag.AT, Tag.LINK, Tag.LE, Tag.TO)
_DARIJA_AND_ENGLISH_FROM = {"from", "mn", "men", "min", "mni", "من", "م"}
# "Morning, ..." is a greeting.
_GREETINGS = {"morning", "evening", "afternoon", "matin"}
_IN = {"f", "fi", "ف", "في"}
_BEFORE_HOUR = {"f", "ف", "في", "3la", "علي"}
# Tokens within which an hour has to show itself ("entre à peu près 10h").
_REACH = 5
_LIVES = {"live", "lives", "habite", "address", "adresse", "saken", "sakna", "ساكن", "ساكنه"}
_ARTICLES = {"un", "une", "a", "an", "one"}
# Of a bare number before "or 9:30".
_LAST_HOUR = 12
# "thursday 2 to 4", "ltnin 3 l 5"
_SPANS = {"to", "a", "l", "ل"}
_NO_SPAN = {"la", "les", "el", "al"}


@dataclass(frozen=True)
class Time:
    """A time within a day, with the index behind it."""

    behind: int
    clock: Clock | None = None
    clock_end: Clock | None = None
    bound: Bound | None = None
    part: Part | None = None


def time_at(stream: Stream, index: int, *, after_day: bool = False) -> Time | None:
    """Reads a time within a day that begins at `index`.

    Args:
        stream: the tokens.
        index: where to begin.
        after_day: whether a day stands right before, so that "ghedda 10" is an hour.
    """
    key = ("time", index, after_day)
    if key not in stream.found:
        bears = stream.bears_time(index, _REACH)
        stream.found[key] = _time_at(stream, index, after_day=after_day) if bears else None
    found: Time | None = stream.found[key]
    return found


def _time_at(stream: Stream, index: int, *, after_day: bool) -> Time | None:
    return (
        _part(stream, index)
        or _between(stream, index, after_day=after_day)
        or _bounded(stream, index)
        or _plain(stream, index, after_day=after_day)
    )


def bound_at(stream: Stream, index: int) -> Bound | None:
    """Returns the open side that the token announces, if any."""
    if stream.has(index, Tag.AFTER, Tag.AFTER_FRENCH):
        return Bound.AFTER
    if stream.has(index, Tag.STARTING) or stream.word(index) == "des":
        return Bound.STARTING
    if stream.has(index, Tag.BEFORE):
        return Bound.BEFORE
    if stream.has(index, Tag.UNTIL):
        return Bound.UNTIL
    return None


def _part(stream: Stream, index: int) -> Time | None:
    bound = bound_at(stream, index)
    if bound in {Bound.AFTER, Bound.BEFORE}:
        behind = stream.skip(index + 1, Tag.TO, Tag.LINK, most=2)
        if stream.has(behind, Tag.DOHR):
            part = Part.AFTERNOON if bound is Bound.AFTER else Part.MORNING
            return Time(behind + 1, part=part)
    if stream.has(index, Tag.LILA) and (
        stream.has(index - 1, Tag.THIS) or stream.has(index + 1, Tag.AT)
    ):
        return Time(index + 1, part=Part.EVENING)
    if stream.has(index, Tag.TONIGHT):
        return Time(index + 1, part=Part.EVENING)
    found = stream.get(index, Tag.PART) or _half_day(stream, index)
    if found is None:
        return None
    if stream.word(index) == "ليله" and not stream.has(index + 1, Tag.DAY, Tag.WEEKDAY, Tag.NHAR):
        return None
    if index == 0 and stream.word(0) in _GREETINGS and stream.word(1) in {",", "!"}:
        return None
    return Time(index + 1, part=found)


def _half_day(stream: Stream, index: int) -> Part | None:
    """Reads the "pm" of "thursday pm"; "am" only behind an English day, it is also a verb."""
    if not stream.has(index - 1, Tag.DAY, Tag.WEEKDAY):
        return None
    meridiem = stream.get(index, Tag.MERIDIEM)
    if meridiem == "pm":
        return Part.AFTERNOON
    english = stream.word(index - 1) in ENGLISH_SHORT
    english = english or stream.word(index - 1)[:3] in {"tom", "tmr"}
    english = english or stream.word(index - 1).endswith("day")
    return Part.MORNING if meridiem == "am" and english and stream.ends(index + 1) else None


def _between(stream: Stream, index: int, *, after_day: bool) -> Time | None:
    """Reads "entre 10h et midi", "mn 9 l 11", "9h-11h", "m3a 10-12"."""
    if stream.moves and not stream.has(index, Tag.BETWEEN):
        return _left_hour(stream, index)  # "avancer de 16h à 14h" are two moments
    opened = stream.has(index, Tag.BETWEEN) or (
        stream.has(index, Tag.FROM) and stream.word(index) not in {"du", "des"}
    )
    first_index = index
    if opened:
        first_index = stream.skip(index + 1, *_LEADING, most=2)
    elif stream.has(index, Tag.AT):
        first_index = stream.skip(index, *_LEADING, most=3)
    joined = stream.has(index + 1, Tag.DASH) or stream.word(index + 1) in _SPANS
    at = opened or first_index > index or (after_day and joined)
    first = clock_at(stream, first_index, bare=True)
    if first is None:
        return None
    clock, joint = first
    hours_of_day = _day_follows(stream, index)
    first_said = at or hours_of_day or not stream.is_digits(first_index) or joint > first_index + 1
    part = None
    joint_before = joint
    while stream.has(joint, Tag.LINK, Tag.OF) and stream.has(joint + 1, Tag.PART):
        joint += 1
    if stream.has(joint, Tag.PART):
        part, joint = stream.get(joint, Tag.PART), joint + 1
    else:
        joint = joint_before
    joins = stream.has(joint, Tag.TO, Tag.DASH, Tag.UNTIL) or (
        stream.has(index, Tag.BETWEEN) and stream.has(joint, Tag.AND, Tag.OR)
    )
    if not joins or stream.word(joint) in _NO_SPAN:
        return None
    second_index = stream.skip(joint + 1, *_LEADING, Tag.NHAR, most=3)
    second = clock_at(stream, second_index, bare=True)
    if second is None and stream.get(second_index, Tag.NUMBER) == 2 and clock.hour == 12:
        second = Clock(2), second_index + 1  # "entre midi et deux"
    if second is None or stream.has(second[1], Tag.MONTH, Tag.MONTH_WEAK):
        return None
    second_said = second[1] > second_index + 1 or not stream.is_digits(second_index)
    if not (first_said or second_said):
        return None
    certain = at or second_said or hours_of_day or stream.has(joint, Tag.UNTIL)
    if not certain and stream.word(joint) not in {"a", "-", "l", "to", "ل"}:
        return None
    return Time(second[1], clock=clock, clock_end=second[0], part=part)


def _day_follows(stream: Stream, index: int) -> bool:
    """Whether "10-11" stands before a day: "10-11 next wednesday"."""
    if not (stream.is_digits(index) and stream.word(index + 1) in {"-", "to"}):
        return False
    if stream.has(index + 3, Tag.OR) and stream.is_digits(index + 4):
        return _day_follows(stream, index + 4)  # "9 to 12 or 3 to 6 on monday"
    behind = stream.skip(index + 3, Tag.LINK, Tag.NHAR, most=2)
    return stream.has(behind, Tag.DAY, Tag.WEEKDAY, Tag.NEXT, Tag.THIS)


def _bounded(stream: Stream, index: int) -> Time | None:
    bound = bound_at(stream, index)
    weak = False
    if bound is None and stream.word(index) in _DARIJA_AND_ENGLISH_FROM:
        bound, weak = Bound.STARTING, True
    if bound is None or (stream.word(index) == "by" and stream.glued(index)):
        return None
    behind = stream.skip(index + 1, *_LEADING, Tag.OF, most=3)
    dated = stream.word(index + 1) in {"le", "du", "au"} or stream.has(index + 1, Tag.NHAR)
    if dated and not stream.has(behind, Tag.CLOCK, Tag.NOON, Tag.MIDNIGHT):
        # "après le 15", "mn nhar 15" are dates.
        return None
    found = clock_at(stream, behind, bare=True)
    if found is None:
        return None
    said = found[1] > behind + 1 or stream.has(behind, Tag.CLOCK, Tag.NOON)
    if stream.word(index) == "des" and not (said or stream.is_digits(behind)):
        return None  # "un des deux"
    onwards = stream.has(found[1], Tag.ONWARDS)
    if weak and not (said or onwards or stream.ends(found[1])):
        return None
    if stream.has(found[1], Tag.MONTH, Tag.MONTH_WEAK) or _month_follows(stream, found[1]):
        return None
    if stream.get(found[1], Tag.LASTING) is True:
        return None
    return Time(found[1] + onwards, clock=found[0], bound=bound)


def _month_follows(stream: Stream, index: int) -> bool:
    behind = stream.skip(index, Tag.LINK, Tag.OF, most=2)
    return stream.get(behind, Tag.UNIT) == "month" or stream.has(behind, Tag.MONTH, Tag.MONTH_WEAK)


def _plain(stream: Stream, index: int, *, after_day: bool) -> Time | None:
    strong = stream.has(index, Tag.AT)
    weak = stream.has(index, Tag.AT_WEAK)
    start = stream.skip(index, Tag.AT, Tag.AT_WEAK, Tag.TO, most=3) if strong or weak else index
    if strong and stream.has(start, Tag.LE) and stream.word(start) == "the":
        return None
    found = clock_at(stream, start, bare=strong)
    if found is None and weak:
        bare = clock_at(stream, start, bare=True)
        certain = stream.is_digits(start) or stream.word(index) in {"3la", "علي"}
        certain = certain or stream.has(start + 1, Tag.HOURS)
        if stream.word(index) in _IN:
            # "f 11" is an hour, "f 5" can be anything.
            certain = certain and bare is not None and bare[0].hour >= 7
        spoken = bare and bare[1] > start + 1 and stream.word(index) in _BEFORE_HOUR
        if (
            spoken
            or (bare and stream.ends(bare[1]) and certain)
            or (bare and _hour_of_part(stream, bare[1]))
        ):
            found = bare
    if found is None and after_day and stream.get(start, Tag.SKIP) == "dotted":
        # "fri 16 oct 9.30"
        found = clock_at(stream, start, bare=True) if stream.ends(start + 1) else None
    if found is None and stream.has(start, Tag.NUMBER) and not stream.has(start, Tag.AT_WEAK):
        found = _bare_number(stream, start, after_day=after_day)
    if found is None or _is_length(stream, index, start, found[1], found[0]):
        return None
    if (stream.has(found[1], Tag.MONTH) and not stream.has(start, Tag.CLOCK)) or (
        stream.is_digits(start) and found[1] == start + 1 and _month_follows(stream, found[1])
    ):
        return None
    if stream.has(found[1], Tag.ONWARDS):
        return Time(found[1] + 1, clock=found[0], bound=Bound.AFTER)
    return Time(found[1], clock=found[0])


def _bare_number(stream: Stream, index: int, *, after_day: bool) -> tuple[Clock, int] | None:
    """A number alone: before a part of the day, or right behind a day at the end."""
    found = clock_at(stream, index, bare=True)
    if found is None:
        return None
    number = stream.get(index, Tag.NUMBER)
    if found[1] > index + 1:
        # "3 w noss", "الحادية عشرة إلا ربع", "demain 10 moins le quart".
        darija = stream.word(index + 1) in {"w", "o", "و"} or not stream.word(index).isascii()
        return found if after_day or (darija and number <= 12) else None
    word = stream.word(index)
    if _hour_of_part(stream, found[1]) and 1 <= number <= 12 and word not in _ARTICLES:
        return found
    if stream.is_digits(index) and stream.word(found[1]) == "on":
        # "9 on tuesday"
        return found if stream.has(found[1] + 1, Tag.DAY, Tag.WEEKDAY, Tag.NEXT) else None
    if stream.has(found[1], Tag.OR) and stream.has(found[1] + 1, Tag.CLOCK):
        return found if stream.is_digits(index) and number <= _LAST_HOUR else None
    said = stream.ends(found[1]) or stream.word(index - 1) in _BEFORE_HOUR
    return found if after_day and stream.is_digits(index) and number <= 20 and said else None


def _hour_of_part(stream: Stream, index: int) -> bool:
    behind = stream.skip(index, Tag.OF, Tag.LINK, Tag.THIS, Tag.TO, Tag.LE, most=3)
    return stream.has(behind, Tag.PART, Tag.TONIGHT)


def _is_length(stream: Stream, index: int, start: int, behind: int, clock: Clock) -> bool:
    """Whether the hours are a length ("pendant 2h", "2h de retard") and no time of day."""
    if clock.fixed or not stream.has(start, Tag.CLOCK, Tag.NUMBER):
        return False
    if stream.is_digits(start) and behind == start + 1 and _is_address(stream, index):
        return True
    if stream.get(behind, Tag.LASTING) is True:
        # "7h30 à jeun", "à 8h à jeun" say how to come.
        fasting = stream.word(behind).startswith("a") and stream.word(behind).endswith("jeun")
        return not (fasting and (clock.minute is not None or start > index))
    before = index - 1
    if clock.minute is None and clock.meridiem is None:
        if stream.has(before, Tag.LASTING):
            return True
        if stream.has(before, Tag.IN) and stream.word(before) != "in":
            return True
    return stream.has(before, Tag.EVERY)


def _is_address(stream: Stream, index: int) -> bool:
    """Whether "at 12" is a house: "I live at 12 Ibn Sina street"."""
    return any(stream.word(before) in _LIVES for before in range(index - 3, index))


def _left_hour(stream: Stream, index: int) -> Time | None:
    """Reads the first of two bare hours when something is moved "from 9 to 11"."""
    if not stream.has(index, Tag.FROM) or stream.word(index) in {"du", "des"}:
        return None
    hours = [stream.get(at, Tag.NUMBER) for at in (index + 1, index + 3) if stream.is_digits(at)]
    said = len(hours) == 2 and max(hours) <= 12 and stream.has(index + 2, Tag.TO)
    return Time(index + 2, clock=Clock(hours[0])) if said and stream.ends(index + 4) else None

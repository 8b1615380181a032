"""What neighbouring moments lend each other: "demain 10h ou 11h", "jeudi svp, le matin"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from nlu.time.readings import Tag
from nlu.time.stream import Stream
from nlu.time.values import (
    Bound,
    Date,
    Day,
    Lapse,
    Moment,
    Month,
    Now,
    Offset,
    Week,
    Weekday,
    Weekend,
)

_WIDE = (Week, Weekend, Month, Lapse, Now)
_LIGHT = (Tag.LINK, Tag.SOFT, Tag.OF, Tag.TO, Tag.AT, Tag.LE, Tag.NHAR, Tag.COMMA)
_BARRIERS = (Tag.OR, Tag.AND, Tag.BUT, Tag.NOT, Tag.CANNOT, Tag.REJECTS, Tag.MOVES, Tag.QUE)
_MOST_APART = 6
_SameDay = Callable[[Day | None, Day | None], bool]
_FLIPPED = {
    Bound.BEFORE: Bound.STARTING,
    Bound.UNTIL: Bound.STARTING,
    Bound.AFTER: Bound.BEFORE,
    Bound.STARTING: Bound.BEFORE,
}


def flip_negated_bounds(stream: Stream, moments: list[Moment]) -> set[int]:
    """Turns "pas avant 10h" into "à partir de 10h"; returns the first tokens of those turned."""
    turned = set()
    for moment in moments:
        before = moment.first - 1
        if before > 0 and not stream.tokens[before].readings:
            before -= 1  # "ma n9derch nji 9bel 10"
        if not stream.has(before, Tag.NOT, Tag.CANNOT):
            continue
        if moment.clock_bound:
            moment.clock_bound = _FLIPPED[moment.clock_bound]
        elif moment.day_bound:
            moment.day_bound = _FLIPPED[moment.day_bound]
        else:
            continue
        turned.add(moment.first)
    return turned


def join_apart(
    stream: Stream,
    moments: list[Moment],
    turned: set[int],
    same_day: Callable[[Day | None, Day | None], bool],
) -> list[Moment]:
    """Joins what belongs together with other words between.

    A day and a time of the same clause, and two names of one day ("today is Wednesday"), which
    `same_day` tells.
    """
    joined: list[Moment] = []
    for moment in moments:
        before = joined[-1] if joined else None
        if before and _renames(stream, before, moment) and same_day(before.day, moment.day):
            joined[-1] = replace(before, last=moment.last)
        elif before and (weekday := _in_week(stream, before, moment)):
            day = before if isinstance(before.day, Weekday) else moment
            joined[-1] = replace(day, first=before.first, last=moment.last, day=weekday)
        elif before and _belong(stream, before, moment, turned):
            joined[-1] = _merged(before, moment)
        else:
            joined.append(moment)
    return joined


def _renames(stream: Stream, first: Moment, second: Moment) -> bool:
    """Whether the second can be another name of the first: "today is Wednesday"."""
    if not (isinstance(first.day, Offset) and isinstance(second.day, Weekday | Date)):
        return False
    gap = range(first.last + 1, second.first)
    barred = any(stream.has(index, *_BARRIERS, Tag.STOP, Tag.COMMA) for index in gap)
    return _is_day(first) and _is_day(second) and len(gap) <= 2 and not barred


def _in_week(stream: Stream, first: Moment, second: Moment) -> Weekday | None:
    """Puts a weekday into the week of its clause: "la semaine prochaine je peux venir mardi"."""
    gap = range(first.last + 1, second.first)
    if len(gap) > _MOST_APART or first.rejected or second.rejected:
        return None
    if any(stream.has(index, *_BARRIERS, Tag.STOP, Tag.COMMA) for index in gap):
        return None
    for day, frame in ((first, second), (second, first)):
        plain = isinstance(day.day, Weekday) and day.day.mode == "plain" and not day.day.weeks
        inside = isinstance(frame.day, Week) and frame.day.around is None and not frame.has_time
        if plain and inside and not (day.day_bound or frame.day_bound or day.day_end):
            assert isinstance(day.day, Weekday)
            assert isinstance(frame.day, Week)
            return replace(day.day, week=frame.day.offset) if day.day.week is None else None
    return None


def _belong(stream: Stream, first: Moment, second: Moment, turned: set[int]) -> bool:
    gap = range(first.last + 1, second.first)
    if len(gap) > _MOST_APART or first.rejected or second.rejected:
        return False
    flipped = second.first in turned
    allowed = (Tag.BUT, Tag.NOT, Tag.CANNOT, Tag.AND) if flipped else ()
    for index in gap:
        barred = stream.has(index, *_BARRIERS) and not stream.has(index, Tag.SOFT, *allowed)
        if barred and stream.word(index) != "ila":
            return False
    stops = any(stream.has(index, Tag.STOP) for index in gap)
    if _is_day(first) and second.day is None and second.has_time:
        if isinstance(first.day, Offset) and first.day.days < 0:
            return False
        return not stops or all(stream.has(index, Tag.STOP, *_LIGHT) for index in gap)
    if first.day is None and first.has_time and _is_day(second):
        commas = any(stream.has(index, Tag.COMMA) for index in gap)
        return not stops and not commas
    return False


def _is_day(moment: Moment) -> bool:
    """Whether the moment is a day without a time."""
    return (
        moment.day is not None
        and not moment.has_time
        and moment.day_end is None
        and moment.day_bound is None
        and not isinstance(moment.day, Lapse | Now)
    )


def _merged(first: Moment, second: Moment) -> Moment:
    time, day = (second, first) if first.day is not None else (first, second)
    return replace(
        day,
        first=first.first,
        last=second.last,
        part=time.part,
        clock=time.clock,
        clock_end=time.clock_end,
        clock_bound=time.clock_bound,
    )


def lend(stream: Stream, moments: list[Moment]) -> None:
    """Gives the day, month or week of a moment to its neighbour across "ou", "et" or a comma."""
    for first, second in pairwise(moments):
        joint = _joint(stream, first, second)
        if first.clock and second.clock:
            _keep_day(stream, first, second)
        if joint is None:
            continue
        if second.day is None and first.has_time:
            second.day = first.day
            if first.clock and second.clock and second.part is None:
                second.part = first.part
        _lend_frame(first, second)
    for first, second in reversed(list(pairwise(moments))):
        joint = _joint(stream, first, second)
        if joint != "conjunction":
            continue
        if first.day is None and second.has_time and not isinstance(second.day, Lapse | Now):
            first.day = second.day
            if first.clock and second.clock and first.part is None:
                first.part = second.part
        _lend_frame(second, first)


def _keep_day(stream: Stream, first: Moment, second: Moment) -> None:
    """Leaves an appointment on its day when another hour is asked ("demain 9h, plutôt à 11h").

    Behind the new hour the old appointment has to say that it is one ("à 11h mon rdv de demain").
    """
    parted = any(stream.has(index, Tag.STOP) for index in range(first.last + 1, second.first))
    if parted and not stream.moves:
        return
    past = isinstance(first.day, Offset) and first.day.days < 0
    past = past or getattr(first.day, "mode", "") == "last"
    if second.day is None and isinstance(first.day, Offset | Weekday | Date) and not past:
        second.day = first.day
    elif stream.moves and first.day is None and stream.has(second.first - 1, Tag.OF):
        first.day = second.day


def _lend_frame(giver: Moment, taker: Moment) -> None:
    """Gives the month of a date or the week of a weekday to one that has none."""
    day, other = taker.day, giver.day
    match day, other:
        case Date(month=None, month_offset=None, last=False), Date():
            taker.day = replace(other, day=day.day)
        case Weekday(mode="plain", week=None), Weekday(week=int(week)):
            taker.day = replace(day, week=week)


def _joint(stream: Stream, first: Moment, second: Moment) -> str | None:
    """Returns how two moments hang together: "conjunction", "comma" or None."""
    gap = range(first.last + 1, second.first)
    if any(stream.has(index, Tag.REJECTS, Tag.NOT, Tag.MOVES) for index in gap):
        return None
    has_or = any(stream.has(index, Tag.OR) for index in gap)
    if has_or and len(gap) <= _MOST_APART:
        return "conjunction"
    if len(gap) > _MOST_APART:
        return None
    if not all(stream.has(index, Tag.AND, *_LIGHT) for index in gap):
        return None
    return "conjunction" if any(stream.has(index, Tag.AND) for index in gap) else "comma"

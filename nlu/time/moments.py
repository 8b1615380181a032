"""Putting moments together: day, part of the day and hour that stand side by side."""

from __future__ import annotations

from dataclasses import replace

from nlu.time.days import day_at
from nlu.time.distances import length_at
from nlu.time.followers import bare_day_at, follower_at, in_dose
from nlu.time.modifiers import is_since
from nlu.time.readings import Tag
from nlu.time.stream import Stream
from nlu.time.times import Time, bound_at, time_at
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

_BETWEEN_PARTS = (
    Tag.LINK,
    Tag.SOFT,
    Tag.OF,
    Tag.TO,
    Tag.AT,
    Tag.LE,
    Tag.NHAR,
    Tag.THIS,
    Tag.EDGE,
    Tag.COMMA,
)
_MOST_BETWEEN = 5
_WIDE = (Week, Weekend, Month)
# "lundi au jeudi", "Monday to Thursday" are a span without a word that opens it.
_REACHES = {"au", "jusqua", "jusquau", "to", "through", "thru", "till", "until"}
# "n2ajlo 7ta l ltnin" and "reporter jusqu'à lundi" name the new day, not all days before it.
_TO_THE_DAY = {"7ta", "7tta", "hta", "htta", "tal", "7tal", "htal", "حتي", "حتال", "تال"}


def find_moments(stream: Stream) -> list[Moment]:
    """Returns the moments of a message in the order of the text; they do not overlap."""
    moments: list[Moment] = []
    moves = stream.moves
    index = 0
    while index < len(stream):
        idle = _is_skipped(stream, index) or not stream.bears_time(index, _MOST_BETWEEN + 1)
        moment = None if idle else _moment_at(stream, index, moves=moves)
        if moment is None and moments:
            moment = follower_at(stream, moments[-1], index)
        if moment is None:
            index += 1
            continue
        if _is_latest(stream, moment.last + 1):
            _close(moment)
        index = moment.last + 1
        moment.since = not moves and _lies_behind(stream, moment)
        repeats = moments and isinstance(moments[-1].day, Now) and isinstance(moment.day, Now)
        if not (repeats or _recurs(stream, moment) or in_dose(stream, moment)):
            moments.append(moment)
    return moments


def _is_latest(stream: Stream, index: int) -> bool:
    return stream.has(index, Tag.UNTIL) and stream.word(index) in {"au plus tard", "at the latest"}


def _close(moment: Moment) -> None:
    """Bounds the moment before "au plus tard", "at the latest"."""
    moment.last += 1
    if moment.day is None:
        moment.clock_bound = Bound.UNTIL
    elif moment.day_end is None:
        moment.day_bound = Bound.UNTIL


def _lies_behind(stream: Stream, moment: Moment) -> bool:
    """Whether "mn sbah", "depuis ce matin" means the part of the day that has begun."""
    if moment.day is not None or not moment.has_time:
        return False
    before = moment.first - 1
    if moment.clock is not None:
        return is_since(stream, moment.first)
    while stream.has(before, Tag.LE, Tag.TO) and not stream.has(before, Tag.FROM):
        before -= 1
    if stream.word(before) not in {"mn", "men", "min", "من", "depuis", "since", "منذ"}:
        return False
    return not stream.has(moment.last + 1, Tag.TO, Tag.UNTIL)


def _is_skipped(stream: Stream, index: int) -> bool:
    return stream.get(index, Tag.SKIP) is True


def _recurs(stream: Stream, moment: Moment) -> bool:
    """Whether "tous les", "kol", "every" stands before; "kol nhar mn b3d 6" bounds the hour."""
    index = moment.first
    if moment.day is None and moment.clock_bound and not stream.has(index, Tag.EVERY):
        return False
    before = index - 1
    while stream.has(before, Tag.LINK, Tag.NHAR) and not stream.has(before, Tag.EVERY):
        before -= 1
    return stream.has(before, Tag.EVERY) or stream.has(index, Tag.EVERY)


def _moment_at(stream: Stream, index: int, *, moves: bool) -> Moment | None:
    moment = Moment(first=index, last=index - 1)
    if not _take(stream, moment, index, moves=moves):
        return None
    while True:
        start = moment.last + 1
        if isinstance(moment.day, Lapse | Now):
            return moment
        for offset in range(_MOST_BETWEEN + 1):
            if _take(stream, moment, start + offset, moves=moves):
                break
            if not stream.has(start + offset, *_BETWEEN_PARTS):
                return moment
        else:
            return moment


def _take(stream: Stream, moment: Moment, index: int, *, moves: bool) -> bool:
    """Adds the piece that begins at `index` to the moment; False when there is none that fits."""
    if index >= len(stream) or not stream.tokens[index].readings or _is_skipped(stream, index):
        return False
    empty = moment.last < moment.first
    if empty and not moves and _take_day_range(stream, moment, index):
        return True
    if empty and _take_bounded_day(stream, moment, index, moves=moves):
        return True
    # "m3a larb3a" is an hour, "nhar larb3a" a weekday: the hour's preposition decides first.
    readers = (_take_time, _take_day) if stream.has(index, Tag.AT) else (_take_day, _take_time)
    return any(reader(stream, moment, index) for reader in readers)


def _take_time(stream: Stream, moment: Moment, index: int) -> bool:
    time = time_at(stream, index, after_day=moment.day is not None)
    if time is None or not _fits(moment, time):
        return False
    if time.bound is Bound.STARTING and stream.has(index, Tag.FROM) and stream.moves:
        time = replace(time, bound=None)
    if time.part:
        inside = stream.word(index - 2) == "in" or stream.has(index - 1, Tag.OF)
        moment.half = moment.clock is not None and inside
        moment.part = time.part
        if stream.has(index, Tag.TONIGHT, Tag.LILA) and moment.day is None:
            moment.day = Offset(0)
    if time.clock:
        moment.clock, moment.clock_end, moment.clock_bound = time.clock, time.clock_end, time.bound
    moment.last = time.behind - 1
    return True


def _fits(moment: Moment, time: Time) -> bool:
    if time.part and moment.part and time.part is not moment.part:
        return False
    return not (time.clock and moment.clock)


def _take_day(stream: Stream, moment: Moment, index: int) -> bool:
    found = day_at(stream, index)
    if found is None:
        return False
    day, behind = found
    if moment.day is None:
        if isinstance(day, Lapse | Now) and moment.has_time:
            return False
        moment.day = day
        moment.last = max(behind - 1, moment.last)
        # "ce soir" gives its day before its part is read.
        return behind > index or _take_time(stream, moment, index)
    if moment.day_bound or moment.day_end or moment.alias:
        return False
    merged = merge_days(moment.day, day)
    if merged is not None:
        moment.day = merged
    elif _names_same(moment.day, day):
        moment.alias = (day, moment.last, index)
    else:
        return False
    moment.last = behind - 1
    return True


def merge_days(first: Day, second: Day) -> Day | None:
    """Joins "jeudi" and "la semaine prochaine", "le 12" and "le mois prochain"; else None."""
    for day, frame in ((first, second), (second, first)):
        counted = isinstance(frame, Week) and frame.around is None
        if isinstance(day, Weekday) and isinstance(frame, Week) and counted:
            return None if day.mode in {"next", "last"} else replace(day, week=frame.offset)
        if isinstance(day, Date) and day.month is None and isinstance(frame, Month):
            if frame.offset is not None:
                return replace(day, month_offset=frame.offset)
            return replace(day, month=frame.number, year=frame.year)
        if isinstance(day, Weekend) and isinstance(frame, Week) and counted:
            return Weekend(week=frame.offset)
    return None


def _names_same(first: Day, second: Day) -> bool:
    """Whether the two can be two names of one day ("demain jeudi", "mardi 12 mai")."""
    kinds = {type(first), type(second)}
    return kinds in ({Offset, Weekday}, {Offset, Date}, {Weekday, Date}) and not (
        isinstance(first, Weekday) and first.number
    )


def _take_bounded_day(stream: Stream, moment: Moment, index: int, *, moves: bool) -> bool:
    """Reads "avant jeudi", "à partir de lundi 15h", "by Friday", "avant la fin du mois"."""
    bound = bound_at(stream, index)
    if bound is None and stream.word(index) in {"from", "mn", "men", "من"}:
        bound = Bound.STARTING
    if bound is None or day_at(stream, index) or time_at(stream, index):
        return False
    behind = index + 1
    found = None
    for behind in range(index + 1, index + 6):
        found = day_at(stream, behind)
        if found or not stream.has(behind, Tag.LINK, Tag.TO, Tag.LE, Tag.NHAR, Tag.EDGE):
            break
    if found is None and bound is Bound.UNTIL:
        found = length_at(stream, index + 1, hours=True, single=False)
    if found is None or isinstance(found[0], Now):
        return False
    if isinstance(found[0], Lapse) and bound not in {Bound.UNTIL, Bound.BEFORE}:
        return False
    moment.day = found[0]
    moment.last = found[1] - 1
    if found[1] == behind:
        _take_time(stream, moment, behind)
    plain = bound in {Bound.UNTIL, Bound.STARTING} and moves
    past = isinstance(found[0], Offset) and found[0].days < 0
    past = past or (isinstance(found[0], Weekday) and found[0].mode == "last")
    plain = plain or (past and bound is Bound.STARTING)
    plain = plain or (bound is Bound.UNTIL and stream.word(index) in _TO_THE_DAY)
    moment.day_bound = None if plain else bound
    edges = [stream.get(at, Tag.EDGE) for at in range(index + 1, behind)]
    moment.to_end = bound is Bound.BEFORE and "end" in edges
    return True


def _take_day_range(stream: Stream, moment: Moment, index: int) -> bool:
    """Reads "de lundi à jeudi", "du 12 au 15 mai", "bin ltnin w lkhmis"."""
    between = stream.has(index, Tag.BETWEEN)
    opened = between or stream.has(index, Tag.FROM)
    if time_at(stream, index):
        return False
    first = None
    for behind in range(index + 1 if opened else index, index + 3):
        at = behind if not (stream.word(index) == "du" and behind == index + 1) else index
        first = day_at(stream, at)
        if first or not opened:
            break
    if first is None:
        first = _day_before_month(stream, index + 1 if opened else index)
    if first is None or not isinstance(first[0], Weekday | Date | Offset):
        return False
    day, joint = first
    joined = stream.has(joint, Tag.TO, Tag.DASH, Tag.UNTIL) and (
        opened or _is_dashed(stream, joint)
    )
    joined = joined or (between and stream.has(joint, Tag.AND))
    # "من الاثنين للجمعة", "mn ltnin lkhmis": the preposition is glued to the second day.
    glued = stream.word(index) in {"من", "mn", "men"} and stream.word(joint)[:1] in {"ل", "l"}
    joined = joined or (glued and stream.has(joint, Tag.WEEKDAY))
    if not joined:
        return False
    second = None
    for behind in (joint, joint + 1, joint + 2):
        second = day_at(stream, behind)
        if second:
            break
    if second is None and isinstance(day, Date):
        second = bare_day_at(stream, joint + 1)
    if second is None or not isinstance(second[0], Weekday | Date | Offset):
        return False
    if isinstance(day, Date) and isinstance(second[0], Date) and day.month is None:
        day = replace(day, month=second[0].month, month_offset=second[0].month_offset)
    moment.day, moment.day_end, moment.last = day, second[0], second[1] - 1
    return True


def _day_before_month(stream: Stream, index: int) -> tuple[Day, int] | None:
    """Reads the bare number of "mn 7 l 11 décembre", "7 to 11 December", "7-11 mai"."""
    found = bare_day_at(stream, index)
    if found is None or not stream.has(found[1], Tag.TO, Tag.DASH, Tag.UNTIL, Tag.AND):
        return None
    behind = stream.skip(found[1] + 1, Tag.TO, Tag.LE, most=2)
    last = day_at(stream, behind)
    dated = last is not None and isinstance(last[0], Date) and last[0].month is not None
    return found if dated else None


def _is_dashed(stream: Stream, index: int) -> bool:
    return stream.has(index, Tag.DASH) or stream.word(index) in _REACHES | _TO_THE_DAY

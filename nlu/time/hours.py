"""The clinic's reading of hours: which half of the day a bare hour belongs to."""

from __future__ import annotations

from nlu.time.values import Clock, Part

_NOON = 12
_LAST_AFTERNOON_HOUR = 6
_DAY = 24 * 60


def clock_span(clock: Clock, clock_end: Clock | None, part: Part | None) -> tuple[int, int, str]:
    """Returns start and end in minutes after midnight by the wall clock, and the grain.

    Args:
        clock: the time, or where a span begins.
        clock_end: where a span ends, if it is one.
        part: the part of the day said with it.
    """
    start = _minutes(clock, part)
    grain = "hour" if clock.minute is None else "minute"
    if clock_end is None:
        return start, start + (60 if grain == "hour" else 1), grain
    if clock_end.minute is not None:
        grain = "minute"
    end = _minutes(clock_end, part)
    if clock_end.meridiem and not clock.meridiem and clock.hour <= _NOON:
        # "between 9 and 11 pm" means both, "between 10 and 2pm" only the second.
        shared = _minutes(Clock(clock.hour, clock.minute, clock_end.meridiem, clock.fixed), part)
        start = shared if shared < end else start
    if end <= start and clock_end.hour < _NOON and not clock_end.meridiem:
        end += _DAY // 2
    if end <= start:
        end += _DAY
    return start, end, grain


def _minutes(clock: Clock, part: Part | None) -> int:
    if clock.midnight:
        return _DAY + (clock.minute or 0) + clock.shift
    return _hour(clock, part) * 60 + (clock.minute or 0) + clock.shift


def _hour(clock: Clock, part: Part | None) -> int:
    hour = clock.hour
    if clock.fixed or hour > _NOON or hour == 0:
        return hour
    if clock.meridiem:
        return hour % _NOON + (_NOON if clock.meridiem == "pm" else 0)
    if part is Part.MORNING:
        return hour
    if part is Part.EVENING:
        return 24 if hour == _NOON else hour + _NOON
    if part is Part.AFTERNOON:
        return hour if hour >= 10 else hour + _NOON
    if hour <= _LAST_AFTERNOON_HOUR:
        return hour + _NOON
    return hour

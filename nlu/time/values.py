"""Values that the grammar builds and the calendar resolves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import Enum


class Part(Enum):
    """A part of the day with its hours (conversation.md, "Time expressions")."""

    MORNING = (8, 12)
    NOON = (12, 14)
    AFTERNOON = (14, 18)
    EVENING = (18, 21)

    @property
    def begins(self) -> time:
        """The hour at which the part begins."""
        return time(self.value[0])

    @property
    def ends(self) -> time:
        """The hour at which the part ends."""
        return time(self.value[1])


class Bound(Enum):
    """The side on which a moment is open."""

    AFTER = "after"
    STARTING = "starting"
    BEFORE = "before"
    UNTIL = "until"


@dataclass(frozen=True)
class Clock:
    """A time of day as written.

    Attributes:
        hour: 0 to 99 as written; more than 24 can only be a length.
        minute: None when only the hour was said.
        meridiem: "am", "pm" or None.
        fixed: the hour is exact as it stands ("midi").
        midnight: 00:00 of the day after.
        shift: minutes to add ("moins le quart" -15), after the half of the day is known.
    """

    hour: int
    minute: int | None = None
    meridiem: str | None = None
    fixed: bool = False
    midnight: bool = False
    shift: int = 0


@dataclass(frozen=True)
class Offset:
    """So many days from today."""

    days: int


@dataclass(frozen=True)
class Weekday:
    """A weekday.

    Attributes:
        index: 0 Monday to 6 Sunday.
        mode: "plain", "this", "next" or "last".
        weeks: weeks to add ("en huit" 1).
        week: the week it stands in, counted from this one, when said.
        number: a number right behind the name, a day of the month if the calendar agrees.
    """

    index: int
    mode: str = "plain"
    weeks: int = 0
    week: int | None = None
    number: int | None = None


@dataclass(frozen=True)
class Date:
    """A day of the month.

    Attributes:
        day: 1 to 31.
        month: 1 to 12, None for the next such day.
        year: four digits or None.
        month_offset: months from this one, when said ("le 12 du mois prochain" 1).
        last: the past one is meant.
    """

    day: int
    month: int | None = None
    year: int | None = None
    month_offset: int | None = None
    last: bool = False


@dataclass(frozen=True)
class Months:
    """So many months from today, the same day of the month."""

    months: int


@dataclass(frozen=True)
class Lapse:
    """So many minutes from now, with the grain said ("hour" or "minute")."""

    minutes: int
    grain: str


@dataclass(frozen=True)
class Now:
    """This minute."""


@dataclass(frozen=True)
class Week:
    """A week, Monday to Monday, counted from this one or the one around a day."""

    offset: int = 0
    around: Date | None = None


@dataclass(frozen=True)
class Weekend:
    """Saturday and Sunday; `mode` "plain", "next" or "last", or of the week `week`.

    `weeks` are to be added ("the weekend after next" 1).
    """

    mode: str = "plain"
    week: int | None = None
    weeks: int = 0


@dataclass(frozen=True)
class Month:
    """A calendar month, by number or counted from this one."""

    number: int | None = None
    offset: int | None = None
    year: int | None = None
    last: bool = False


@dataclass(frozen=True)
class NthWeekday:
    """The first to fourth weekday of a month, -1 the last."""

    index: int
    nth: int
    month: Month


Day = Offset | Weekday | Date | Months | Lapse | Now | Week | Weekend | Month | NthWeekday


@dataclass
class Moment:
    """One moment while it is put together.

    Attributes:
        first, last: indices of its first and last token (inclusive).
        day, day_end, day_bound: the day, the last day of a range, the open side.
        part: the part of the day.
        clock, clock_end, clock_bound: the time, the end of a range, the open side.
        alias: a second name of the day ("demain jeudi 12"), with the last token before it and its
            own first token.
        to_end: a bound that counts to the end of the day-like thing ("avant la fin du mois").
        since: a part of the day that lies behind ("mn sbah").
        half: the part only tells the half of the day that the hour is in ("mn b3d 4 d l3chiya").
        rejected: it was named to be refused.
    """

    first: int
    last: int
    day: Day | None = None
    day_end: Day | None = None
    day_bound: Bound | None = None
    part: Part | None = None
    clock: Clock | None = None
    clock_end: Clock | None = None
    clock_bound: Bound | None = None
    alias: tuple[Day, int, int] | None = None
    to_end: bool = False
    since: bool = False
    half: bool = False
    rejected: bool = False

    @property
    def has_time(self) -> bool:
        """Whether a part of the day or a clock time is said."""
        return self.part is not None or self.clock is not None

"""The manager's figures of a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Period:
    """Days of the clinic's calendar, both ends included; at one site or at all."""

    first: date
    last: date
    site: str | None = None

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """The period of the same length that ends the day before this one."""
        return Period(
            self.first - timedelta(days=self.days), self.first - timedelta(days=1), self.site
        )


@dataclass(frozen=True)
class BookingsOfDays:
    """Appointments made on some days in a row, and how many of them while all was closed."""

    first: date
    last: date
    total: int
    after_hours: int


@dataclass(frozen=True)
class ErrandFigures:
    """How often an errand was begun and how it ended."""

    errand: str
    completed: int
    passed_on: int
    left: int

    @property
    def total(self) -> int:
        return self.completed + self.passed_on + self.left


@dataclass(frozen=True)
class Stop:
    """A question at which patients left an errand."""

    errand: str
    step: str
    count: int


@dataclass(frozen=True)
class Waiting:
    """How long hand-offs of a priority waited for a person, in minutes.

    Attributes:
        median: None while nobody answered any.
        slow: within this time nine of ten were answered.
        open: nobody answered them.
    """

    priority: str
    count: int
    median: float | None
    slow: float | None
    open: int


@dataclass(frozen=True)
class Attendance:
    """How many of those who were expected on some days, or at a site, came."""

    came: int
    missed: int

    @property
    def expected(self) -> int:
        return self.came + self.missed

    @property
    def missed_share(self) -> float | None:
        return _share(self.missed, self.expected)


@dataclass(frozen=True)
class DayFigures:
    """What some days in a row say of their visits and of waiting for a person.

    Attributes:
        median_wait: of the hand-offs that were opened on them, in minutes; None without one.
    """

    first: date
    last: date
    attendance: Attendance
    median_wait: float | None


@dataclass(frozen=True)
class SiteFigures:
    """The same of one site; a hand-off that belongs to no site counts for none."""

    site: str
    attendance: Attendance
    median_wait: float | None


@dataclass(frozen=True)
class Report:
    """All figures of a period.

    Attributes:
        days: visits and waiting, by day or by week as the bookings are.
        sites: the same by site; none for the figures of one site.
        visits: appointments of the period by what became of them.
        ratings: how often each rating from 1 to 5 was given.
    """

    period: Period
    bookings: tuple[BookingsOfDays, ...]
    days: tuple[DayFigures, ...]
    sites: tuple[SiteFigures, ...]
    visits: Mapping[str, int]
    errands: tuple[ErrandFigures, ...]
    stops: tuple[Stop, ...]
    waiting: tuple[Waiting, ...]
    ratings: Mapping[int, int]

    @property
    def booked(self) -> int:
        return sum(days.total for days in self.bookings)

    @property
    def booked_after_hours(self) -> int:
        return sum(days.after_hours for days in self.bookings)

    @property
    def after_hours_share(self) -> float | None:
        return _share(self.booked_after_hours, self.booked)

    @property
    def without_staff_share(self) -> float | None:
        """The part of ended errands that the assistant finished alone."""
        return _share(
            sum(errand.completed for errand in self.errands),
            sum(errand.total for errand in self.errands),
        )

    @property
    def no_show_share(self) -> float | None:
        """The part of expected patients who did not come."""
        return self.attendance.missed_share

    @property
    def attendance(self) -> Attendance:
        """Of all days of the period."""
        return Attendance(
            came=sum(days.attendance.came for days in self.days),
            missed=sum(days.attendance.missed for days in self.days),
        )

    @property
    def rating(self) -> float | None:
        """The average rating."""
        count = sum(self.ratings.values())
        return (
            sum(stars * given for stars, given in self.ratings.items()) / count if count else None
        )

    @property
    def median_wait(self) -> float | None:
        """The median wait over all priorities, in minutes."""
        return next((row.median for row in self.waiting if row.priority == ALL_PRIORITIES), None)


ALL_PRIORITIES = "all"


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None

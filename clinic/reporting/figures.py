"""Counting the manager's figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from statistics import median, quantiles
from typing import Any, TypeVar

from clinic.adapters.database import Database
from clinic.adapters.figures import FigureRows, HandoffTimes, Visit
from clinic.clock import Clock
from clinic.facts.opening import instant, is_open, local_day
from clinic.facts.source import ClinicSource
from clinic.handoff.model import Priority
from clinic.reporting.errands import ErrandOutcome
from clinic.reporting.model import (
    ALL_PRIORITIES,
    Attendance,
    BookingsOfDays,
    DayFigures,
    ErrandFigures,
    Period,
    Report,
    SiteFigures,
    Stop,
    Waiting,
)

_Row = TypeVar("_Row")

LONGEST_DAYS = 366
_DAYS_SHOWN_SINGLY = 45
_MOST_STOPS = 10


class Figures:
    """The figures of periods, counted anew each time they are asked for."""

    def __init__(self, database: Database, clinic: ClinicSource, clock: Clock) -> None:
        self._database = database
        self._clinic = clinic
        self._clock = clock

    def last_days(self, days: int, site: str | None = None) -> Period:
        """Returns the period of so many days that ends today."""
        today = local_day(self._clinic.current, self._clock.now())
        return Period(today - timedelta(days=days - 1), today, site)

    def report(self, period: Period) -> Report:
        """Returns the figures of a period.

        Raises:
            ValueError: it ends before it begins, or is longer than `LONGEST_DAYS`.
        """
        if not 1 <= period.days <= LONGEST_DAYS:
            raise ValueError(f"A period has 1 to {LONGEST_DAYS} days.")
        clinic = self._clinic.current
        start = instant(clinic, period.first, time(0))
        end = instant(clinic, period.last + timedelta(days=1), time(0))
        with self._database.read() as tx:
            rows = FigureRows(tx, start, end, period.site)
            bookings, visits = rows.bookings(), rows.visits()
            errands, handoffs, ratings = rows.errands(), rows.handoffs(), rows.ratings()
        return Report(
            period=period,
            bookings=self._bookings(period, bookings),
            days=self._days(period, visits, handoffs),
            sites=() if period.site else self._sites(visits, handoffs),
            visits=Counter(visit.status for visit in visits),
            errands=_errands(errands),
            stops=_stops(errands),
            waiting=_waiting(handoffs),
            ratings={stars: Counter(ratings)[stars] for stars in range(1, 6)},
        )

    def _bookings(self, period: Period, made: Sequence[datetime]) -> tuple[BookingsOfDays, ...]:
        clinic = self._clinic.current
        total: Counter[date] = Counter()
        closed: Counter[date] = Counter()
        for at in made:
            day = local_day(clinic, at)
            total[day] += 1
            closed[day] += not is_open(clinic, at, site_id=period.site)
        return tuple(
            BookingsOfDays(
                first=days[0],
                last=days[-1],
                total=sum(total[day] for day in days),
                after_hours=sum(closed[day] for day in days),
            )
            for days in _groups(period)
        )

    def _days(
        self, period: Period, visits: Sequence[Visit], handoffs: Sequence[HandoffTimes]
    ) -> tuple[DayFigures, ...]:
        clinic = self._clinic.current
        seen = _by(visits, lambda visit: local_day(clinic, visit.start))
        asked = _by(handoffs, lambda handoff: local_day(clinic, handoff.opened_at))
        return tuple(
            DayFigures(
                first=days[0],
                last=days[-1],
                attendance=_attendance([visit for day in days for visit in seen[day]]),
                median_wait=_median([handoff for day in days for handoff in asked[day]]),
            )
            for days in _groups(period)
        )

    def _sites(
        self, visits: Sequence[Visit], handoffs: Sequence[HandoffTimes]
    ) -> tuple[SiteFigures, ...]:
        seen = _by(visits, lambda visit: visit.site)
        asked = _by(handoffs, lambda handoff: handoff.site)
        return tuple(
            SiteFigures(site.id, _attendance(seen[site.id]), _median(asked[site.id]))
            for site in self._clinic.current.sites
        )


_CAME = ("fulfilled", "arrived")
_MISSED = "noshow"


def _by(rows: Iterable[_Row], key: Callable[[_Row], Any]) -> defaultdict[Any, list[_Row]]:
    groups: defaultdict[Any, list[_Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def _attendance(visits: Iterable[Visit]) -> Attendance:
    counted = Counter(visit.status for visit in visits)
    return Attendance(sum(counted[status] for status in _CAME), counted[_MISSED])


def _waits(handoffs: Iterable[HandoffTimes]) -> list[float]:
    """Returns how many minutes those waited that were answered."""
    return [(h.answered_at - h.opened_at).total_seconds() / 60 for h in handoffs if h.answered_at]


def _median(handoffs: Iterable[HandoffTimes]) -> float | None:
    waits = _waits(handoffs)
    return median(waits) if waits else None


def _groups(period: Period) -> list[list[date]]:
    """Returns the days of a period one by one, those of a long one by weeks from Monday."""
    days = [period.first + timedelta(days=number) for number in range(period.days)]
    if period.days <= _DAYS_SHOWN_SINGLY:
        return [[day] for day in days]
    groups: list[list[date]] = []
    for day in days:
        if not groups or day.weekday() == 0:
            groups.append([])
        groups[-1].append(day)
    return groups


def _errands(rows: Sequence[tuple[str, str, str]]) -> tuple[ErrandFigures, ...]:
    counted = Counter((errand, outcome) for errand, _, outcome in rows)
    figures = [
        ErrandFigures(
            errand=errand,
            completed=counted[errand, ErrandOutcome.COMPLETED.value],
            passed_on=counted[errand, ErrandOutcome.PASSED_ON.value],
            left=counted[errand, ErrandOutcome.LEFT.value],
        )
        for errand in {errand for errand, _, _ in rows}
    ]
    # What is still open has no end that could be counted.
    return tuple(sorted((f for f in figures if f.total), key=lambda f: (-f.total, f.errand)))


def _stops(rows: Sequence[tuple[str, str, str]]) -> tuple[Stop, ...]:
    left = Counter(
        (errand, step) for errand, step, outcome in rows if outcome == ErrandOutcome.LEFT.value
    )
    return tuple(
        Stop(errand, step, count) for (errand, step), count in left.most_common(_MOST_STOPS)
    )


def _waiting(handoffs: Sequence[HandoffTimes]) -> tuple[Waiting, ...]:
    groups = [(p.value, [h for h in handoffs if h.priority == p.value]) for p in Priority]
    groups.append((ALL_PRIORITIES, list(handoffs)))
    return tuple(_wait_of(name, members) for name, members in groups if members)


def _wait_of(priority: str, handoffs: Sequence[HandoffTimes]) -> Waiting:
    waits = _waits(handoffs)
    return Waiting(
        priority=priority,
        count=len(handoffs),
        median=median(waits) if waits else None,
        slow=quantiles(waits, n=10, method="inclusive")[-1] if len(waits) > 1 else _only(waits),
        open=len(handoffs) - len(waits),
    )


def _only(waits: Sequence[float]) -> float | None:
    return waits[0] if waits else None

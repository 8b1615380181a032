"""When a site is open: weekly hours, Ramadan hours, public holidays, as instants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from clinic.clock import UTC
from clinic.facts.model import Clinic, Closure, Site, TimeRange

_SEARCH_DAYS = 30


def opening_hours_on(clinic: Clinic, site: Site, day: date) -> tuple[TimeRange, ...]:
    """Returns the hours of a site on a calendar day, in local time; empty when closed."""
    if clinic.holiday_on(day) is not None:
        return ()
    hours = site.ramadan_hours if clinic.in_ramadan(day) else site.hours
    ranges = hours.on(day.weekday())
    for closure in clinic.closures:
        if closure.practitioner_id is None and closure.site_id in (None, site.id):
            ranges = _without(ranges, _on_day(clinic, closure, day))
    return ranges


def _on_day(clinic: Clinic, closure: Closure, day: date) -> TimeRange | None:
    """Returns the part of a closure that lies on a calendar day, in local time."""
    start, end = closure.start.astimezone(clinic.zone), closure.end.astimezone(clinic.zone)
    if start.date() > day or end.date() < day:
        return None
    return TimeRange(
        start.time() if start.date() == day else time.min,
        end.time() if end.date() == day else time.max,
    )


def _without(ranges: tuple[TimeRange, ...], closed: TimeRange | None) -> tuple[TimeRange, ...]:
    if closed is None:
        return ranges
    return tuple(
        TimeRange(start, end)
        for hours in ranges
        for start, end in (
            (hours.start, min(hours.end, closed.start)),
            (max(hours.start, closed.end), hours.end),
        )
        if start < end
    )


def instant(clinic: Clinic, day: date, at: time) -> datetime:
    """Returns the UTC instant of a local time of the day.

    The offset is that day's own: Morocco is at UTC+1, and at UTC+0 around Ramadan.
    """
    return datetime.combine(day, at, tzinfo=clinic.zone).astimezone(UTC)


def local_day(clinic: Clinic, at: datetime) -> date:
    """Returns the calendar day at the clinic of an aware instant."""
    return at.astimezone(clinic.zone).date()


def is_open(clinic: Clinic, at: datetime, *, site_id: str | None = None) -> bool:
    """Tells whether a site, or any site, is open at an aware instant."""
    return any(start <= at < end for start, end in _openings(clinic, at, site_id, days=1))


def opening_end(clinic: Clinic, at: datetime, *, site_id: str | None = None) -> datetime | None:
    """Returns when a site, or the last of all sites, closes that is open at an instant."""
    ends = (e for s, e in _openings(clinic, at, site_id, days=1) if s <= at < e)
    return max(ends, default=None)


def working_day_end(clinic: Clinic, at: datetime, days: int) -> datetime | None:
    """Returns the end of the working day that comes `days` working days after an instant.

    A working day is one on which some site is still open; 0 is today, or the next one when
    everything is closed by now. `None` beyond 60 days.
    """
    ends: dict[date, datetime] = {}
    for _, end in _openings(clinic, at, None, days=2 * _SEARCH_DAYS):
        if end > at:
            day = local_day(clinic, end)
            ends[day] = max(end, ends.get(day, end))
    later = sorted(ends.values())
    return later[days] if days < len(later) else None


def next_opening(clinic: Clinic, at: datetime, *, site_id: str | None = None) -> datetime | None:
    """Returns when a site, or any site, next opens after an instant; `None` beyond 30 days."""
    starts = (s for s, _ in _openings(clinic, at, site_id, days=_SEARCH_DAYS) if s > at)
    return min(starts, default=None)


def last_opening(clinic: Clinic, at: datetime) -> datetime | None:
    """Returns when the opening began in which an instant lies; `None` while all is closed."""
    starts = (s for s, e in _openings(clinic, at, None, days=1) if s <= at < e)
    return min(starts, default=None)


def _openings(
    clinic: Clinic, at: datetime, site_id: str | None, *, days: int
) -> Iterator[tuple[datetime, datetime]]:
    sites = clinic.sites if site_id is None else (clinic.site(site_id),)
    first = local_day(clinic, at)
    for offset in range(days):
        day = first + timedelta(days=offset)
        for site in sites:
            for hours in opening_hours_on(clinic, site, day):
                yield instant(clinic, day, hours.start), instant(clinic, day, hours.end)

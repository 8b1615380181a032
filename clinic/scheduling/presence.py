"""When practitioners receive, leave and holidays counted: pure functions on the clinic file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clinic.facts.model import Clinic, Practitioner
from clinic.scheduling.availability import leave_on, working_pieces
from clinic.scheduling.model import Interval

_SEARCH_DAYS = 60


@dataclass(frozen=True)
class Presence:
    """Time without a break in which a practitioner receives at a site."""

    practitioner_id: str
    site_id: str
    start: datetime
    end: datetime


def presence_on(clinic: Clinic, practitioner: Practitioner, day: date) -> list[Presence]:
    """Returns when a practitioner receives on a calendar day, in order of time."""
    away = leave_on(clinic, practitioner, day)
    return [
        Presence(practitioner.id, piece.site_id, part.start, part.end)
        for piece in working_pieces(clinic, practitioner, day)
        for part in _without(piece.interval, away)
    ]


def is_on_leave(clinic: Clinic, practitioner: Practitioner, day: date) -> bool:
    """Tells whether leave, and not the week's plan, keeps a practitioner away all day."""
    planned = working_pieces(clinic, practitioner, day)
    return bool(planned) and not presence_on(clinic, practitioner, day)


def next_presence(
    clinic: Clinic, practitioner: Practitioner, after: datetime, site_id: str | None = None
) -> Presence | None:
    """Returns when a practitioner next receives, or receives now; `None` beyond 60 days."""
    first = after.astimezone(clinic.zone).date()
    for offset in range(_SEARCH_DAYS):
        for presence in presence_on(clinic, practitioner, first + timedelta(days=offset)):
            if presence.end > after and site_id in (None, presence.site_id):
                return presence
    return None


def _without(interval: Interval, away: tuple[Interval, ...]) -> Iterator[Interval]:
    start = interval.start
    for pause in sorted(away, key=lambda pause: pause.start):
        if pause.end <= start or pause.start >= interval.end:
            continue
        if pause.start > start:
            yield Interval(start, pause.start)
        start = max(start, pause.end)
    if start < interval.end:
        yield Interval(start, interval.end)

"""Which slots are free: schedules minus breaks, closed days, leave and busy time.

Pure functions. A day's hours are local times of the clinic; they become instants with
that day's UTC offset, so that 09:00 stays 09:00 when Morocco changes its clock around
Ramadan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from clinic.facts.model import Clinic, Practitioner, Service, TimeRange
from clinic.facts.opening import instant, local_day, opening_hours_on
from clinic.scheduling.model import AgendaSlot, Interval


@dataclass(frozen=True)
class WorkingPiece:
    """Time without a break in which a practitioner receives at one site."""

    site_id: str
    interval: Interval


def working_pieces(
    clinic: Clinic, practitioner: Practitioner, day: date
) -> tuple[WorkingPiece, ...]:
    """Returns when a practitioner receives on a calendar day, in order of time.

    In Ramadan the practitioner's Ramadan schedule counts, or the usual one without;
    both only within the opening hours of the site on that day.
    """
    schedule = practitioner.schedule
    if clinic.in_ramadan(day) and practitioner.ramadan_schedule:
        schedule = practitioner.ramadan_schedule
    pieces = []
    for block in schedule:
        if block.weekday != day.weekday():
            continue
        opening = opening_hours_on(clinic, clinic.site(block.site_id), day)
        for start, end in _subtract(_within(block.hours, opening), block.breaks):
            interval = Interval(instant(clinic, day, start), instant(clinic, day, end))
            if interval.start < interval.end:
                pieces.append(WorkingPiece(block.site_id, interval))
    return tuple(sorted(pieces, key=lambda piece: piece.interval))


def leave_on(clinic: Clinic, practitioner: Practitioner, day: date) -> tuple[Interval, ...]:
    """Returns the parts of a calendar day at which a practitioner is away."""
    midnight = instant(clinic, day, time.min)
    next_midnight = instant(clinic, day + timedelta(days=1), time.min)
    entered = tuple(
        Interval(max(closure.start, midnight), min(closure.end, next_midnight))
        for closure in clinic.closures
        if closure.practitioner_id == practitioner.id
        and closure.start < next_midnight
        and midnight < closure.end
    )
    return entered + tuple(
        Interval(midnight, next_midnight)
        if leave.hours is None
        else Interval(
            instant(clinic, day, leave.hours.start), instant(clinic, day, leave.hours.end)
        )
        for leave in practitioner.leave
        if day in leave.days
    )


def free_slots_on(
    clinic: Clinic,
    practitioner: Practitioner,
    service: Service,
    day: date,
    busy: Iterable[Interval],
    *,
    site_id: str | None = None,
) -> Iterator[AgendaSlot]:
    """Yields the free slots of a practitioner on a calendar day, in order of time.

    Possible starts lie on the step of the booking rules, counted from the start of the
    working time and again from the end of each break.

    Args:
        busy: when practitioner or patient cannot; leave is added here.
        site_id: only at this site.
    """
    if service.specialty not in practitioner.specialties:
        return
    away = (*busy, *leave_on(clinic, practitioner, day))
    step = timedelta(minutes=clinic.booking.slot_step_minutes)
    duration = timedelta(minutes=service.duration_minutes)
    for piece in working_pieces(clinic, practitioner, day):
        if site_id is not None and piece.site_id != site_id:
            continue
        start = piece.interval.start
        while start + duration <= piece.interval.end:
            wanted = Interval(start, start + duration)
            if not any(wanted.overlaps(other) for other in away):
                yield AgendaSlot(
                    practitioner.id, piece.site_id, service.id, wanted.start, wanted.end
                )
            start += step


def bookable_period(clinic: Clinic, now: datetime) -> Interval:
    """Returns the earliest and (exclusive) latest start that may be offered at `now`."""
    last_day = local_day(clinic, now) + timedelta(days=clinic.booking.horizon_days)
    return Interval(
        now + timedelta(minutes=clinic.booking.min_notice_minutes),
        instant(clinic, last_day + timedelta(days=1), time.min),
    )


def is_offered(clinic: Clinic, slot: AgendaSlot, now: datetime) -> bool:
    """Tells whether the clinic offers a slot at `now`, whether or not somebody has it.

    A slot that was offered stays acceptable for the grace minutes of the booking rules.
    """
    period = bookable_period(clinic, now)
    grace = timedelta(minutes=clinic.booking.grace_minutes)
    if not max(period.start - grace, now) <= slot.start < period.end:
        return False
    practitioner = next((p for p in clinic.practitioners if p.id == slot.practitioner_id), None)
    service = next((s for s in clinic.services if s.id == slot.service_id), None)
    if practitioner is None or service is None:
        return False
    day = local_day(clinic, slot.start)
    return slot in free_slots_on(clinic, practitioner, service, day, ())


def _within(hours: TimeRange, opening: Sequence[TimeRange]) -> list[tuple[time, time]]:
    parts = ((max(hours.start, o.start), min(hours.end, o.end)) for o in opening)
    return [(start, end) for start, end in parts if start < end]


def _subtract(
    parts: Iterable[tuple[time, time]], breaks: Iterable[TimeRange]
) -> list[tuple[time, time]]:
    remaining = list(parts)
    for pause in breaks:
        remaining = [
            piece
            for start, end in remaining
            for piece in ((start, min(end, pause.start)), (max(start, pause.end), end))
            if piece[0] < piece[1]
        ]
    return remaining

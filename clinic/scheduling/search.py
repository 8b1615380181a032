"""Looks for free slots day by day, reading the agenda a week at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from clinic.adapters.closures import with_closures
from clinic.adapters.database import Database, Transaction
from clinic.adapters.scheduling import Appointments
from clinic.facts.model import Clinic, Practitioner, Service
from clinic.facts.opening import instant, local_day
from clinic.scheduling.availability import bookable_period, free_slots_on
from clinic.scheduling.model import AgendaSlot, Appointment, Interval, SlotQuery

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


def free_days(
    database: Database,
    clinic: Clinic,
    query: SlotQuery,
    now: datetime,
    repository: Callable[[Transaction], Appointments] = Appointments,
) -> Iterator[list[AgendaSlot]]:
    """Yields the free slots of each calendar day that has any, earliest first.

    Slots at the same time come in the order of the practitioners in the clinic file. What
    lies before the shortest notice or beyond the horizon is left out.

    Raises:
        UnknownIdError: the clinic has no such service.
    """
    service = clinic.service(query.service_id)
    practitioners = [
        practitioner
        for practitioner in clinic.practitioners_of(service.specialty.value)
        if query.practitioner_id in (None, practitioner.id)
    ]
    with database.read() as tx:
        clinic = with_closures(tx, clinic, now)
    bookable = bookable_period(clinic, now)
    start, end = max(query.start, bookable.start), min(query.end, bookable.end)
    while practitioners and start < end:
        # Chunks end at midnight, so that no day comes in two parts.
        next_week = instant(clinic, local_day(clinic, start) + _WEEK, time.min)
        chunk = Interval(start, min(next_week, end))
        # Read past the end of the chunk as well: its last slots end after it.
        span = Interval(chunk.start - _DAY, chunk.end + _DAY)
        with database.read() as tx:
            busy = repository(tx).busy(
                [p.id for p in practitioners], query.patient_id, span, now, besides=query.moving
            )
        yield from _free_in(clinic, practitioners, service, query, chunk, busy)
        start = chunk.end


def _free_in(
    clinic: Clinic,
    practitioners: list[Practitioner],
    service: Service,
    query: SlotQuery,
    chunk: Interval,
    busy: list[Appointment],
) -> Iterator[list[AgendaSlot]]:
    for day in _days(clinic, chunk):
        slots = [
            slot
            for practitioner in practitioners
            for slot in free_slots_on(
                clinic,
                practitioner,
                service,
                day,
                [
                    row.interval
                    for row in busy
                    if row.practitioner_id == practitioner.id or row.patient_id == query.patient_id
                ],
                site_id=query.site_id,
            )
            if chunk.start <= slot.start < chunk.end
        ]
        if slots:
            # A stable sort: practitioners stay in order at the same time.
            yield sorted(slots, key=lambda slot: slot.start)


def _days(clinic: Clinic, period: Interval) -> Iterator[date]:
    day, last = local_day(clinic, period.start), local_day(clinic, period.end)
    while day <= last:
        yield day
        day += _DAY

"""Reads today's queue from the agenda."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from clinic.adapters.database import Transaction
from clinic.adapters.tables.scheduling import appointment as table
from clinic.scheduling.model import Appointment, AppointmentStatus

_WAITING = [
    # Not the pending ones: the clinic has asked them to come at another time.
    AppointmentStatus.BOOKED.value,
    AppointmentStatus.ARRIVED.value,
]
_LONGEST_DAY = timedelta(hours=16)


def count_before(tx: Transaction, own: Appointment, now: datetime) -> int:
    """Returns how many of the same practitioner and site come first and were not seen yet.

    Somebody whose time is over and who never arrived is not counted.
    """
    count = tx.connection.scalar(
        select(func.count())
        .select_from(table)
        .where(
            table.c.practitioner_id == own.practitioner_id,
            table.c.site_id == own.site_id,
            table.c.status.in_(_WAITING),
            table.c.start_at < own.start,
            table.c.start_at > own.start - _LONGEST_DAY,
            (table.c.end_at > now) | (table.c.status == AppointmentStatus.ARRIVED.value),
        )
    )
    return int(count or 0)

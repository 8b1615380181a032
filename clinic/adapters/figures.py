"""What the manager's figures are counted from: times, states and codes, nothing personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from clinic.adapters.database import Transaction
from clinic.adapters.tables.patients import handoff
from clinic.adapters.tables.reporting import errand_run
from clinic.adapters.tables.requests import feedback
from clinic.adapters.tables.scheduling import appointment

_WAS_BOOKED = appointment.c.hold_expires_at.is_(None)
"""A hold was never an appointment: not one that ran out, nor one that gave its time to a move."""


@dataclass(frozen=True)
class HandoffTimes:
    """When a conversation waited for a person, and until when."""

    priority: str
    opened_at: datetime
    answered_at: datetime | None
    site: str | None = None


@dataclass(frozen=True)
class Visit:
    """An appointment that was made, by what became of it."""

    start: datetime
    status: str
    site: str


class FigureRows:
    """Rows of a period, from `start` until before `end`, within one transaction."""

    def __init__(self, tx: Transaction, start: datetime, end: datetime, site: str | None) -> None:
        self._connection = tx.connection
        self._start = start
        self._end = end
        self._site = site

    def bookings(self) -> list[datetime]:
        """Returns when appointments were made, whatever became of them."""
        statement = (
            select(appointment.c.created_at)
            .where(appointment.c.created_at >= self._start)
            .where(appointment.c.created_at < self._end)
            .where(_WAS_BOOKED)
        )
        if self._site:
            statement = statement.where(appointment.c.site_id == self._site)
        return [row.created_at for row in self._connection.execute(statement)]

    def visits(self) -> list[Visit]:
        """Returns the appointments whose time lies in the period."""
        statement = (
            select(appointment.c.start_at, appointment.c.status, appointment.c.site_id)
            .where(appointment.c.start_at >= self._start)
            .where(appointment.c.start_at < self._end)
            .where(_WAS_BOOKED)
        )
        if self._site:
            statement = statement.where(appointment.c.site_id == self._site)
        return [
            Visit(row.start_at, row.status, row.site_id)
            for row in self._connection.execute(statement)
        ]

    def errands(self) -> list[tuple[str, str, str]]:
        """Returns errand, step and outcome of what was begun; of a site what concerns it."""
        statement = (
            select(errand_run.c.errand, errand_run.c.step, errand_run.c.outcome)
            .where(errand_run.c.started_at >= self._start)
            .where(errand_run.c.started_at < self._end)
        )
        if self._site:
            statement = statement.where(errand_run.c.site == self._site)
        rows = self._connection.execute(statement)
        return [(row.errand, row.step, row.outcome) for row in rows]

    def handoffs(self) -> list[HandoffTimes]:
        """Returns the hand-offs that were opened; of a site those that belong to it."""
        statement = (
            select(
                handoff.c.priority,
                handoff.c.opened_at,
                handoff.c.answered_at,
                handoff.c.claimed_at,
                handoff.c.site,
            )
            .where(handoff.c.opened_at >= self._start)
            .where(handoff.c.opened_at < self._end)
        )
        if self._site:
            statement = statement.where(handoff.c.site == self._site)
        return [
            HandoffTimes(row.priority, row.opened_at, row.answered_at or row.claimed_at, row.site)
            for row in self._connection.execute(statement)
        ]

    def ratings(self) -> list[int]:
        """Returns the ratings that were given; of a site those of visits there."""
        statement = (
            select(feedback.c.rating)
            .where(feedback.c.updated_at >= self._start)
            .where(feedback.c.updated_at < self._end)
            .where(feedback.c.rating.is_not(None))
        )
        if self._site:
            statement = statement.join(
                appointment, appointment.c.id == feedback.c.appointment_id
            ).where(appointment.c.site_id == self._site)
        return [row.rating for row in self._connection.execute(statement)]

"""Repository of the delays that staff set: one row per practitioner and day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from clinic.adapters.database import Transaction
from clinic.adapters.tables.requests import practitioner_delay as table


class Delays:
    """The delays, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert

    def of(self, practitioner_id: str, day: date) -> int | None:
        """Returns the minutes, None when staff have not set any."""
        minutes = self._connection.scalar(
            select(table.c.minutes)
            .where(table.c.practitioner_id == practitioner_id)
            .where(table.c.day == day)
        )
        return None if minutes is None else int(minutes)

    def set(self, practitioner_id: str, day: date, minutes: int, by: str, now: datetime) -> None:
        values = {"minutes": minutes, "set_by": by, "updated_at": now}
        statement = self._insert(table).values(practitioner_id=practitioner_id, day=day, **values)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["practitioner_id", "day"], set_=values)
        )

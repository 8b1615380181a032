"""Repository of live events: what open pages of the console are told.

An event says that something changed, never what: topic, an opaque id, a priority. Its number
only grows, so that a browser that was away asks for what came after the last one it saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from clinic.adapters.database import Transaction
from clinic.adapters.tables.staff import live_event as table


@dataclass(frozen=True)
class LiveEvent:
    """Something changed: `topic`, such as `inbox`, and whom or what it is about.

    Attributes:
        site: to whose staff it is told; None for everybody. Not stored: `LiveNews` finds it.
        holder: who has the conversation that it is about, and is told wherever they work.
    """

    id: int
    topic: str
    subject: str | None
    priority: str | None
    site: str | None = None
    holder: str | None = None


class LiveEvents:
    """The live events, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def add(
        self, topic: str, now: datetime, subject: str | None = None, priority: str | None = None
    ) -> None:
        """Tells open pages; they hear of it once the transaction is committed."""
        self._connection.execute(
            insert(table).values(topic=topic, subject=subject, priority=priority, created_at=now)
        )

    def newest_id(self) -> int:
        return int(self._connection.execute(select(func.max(table.c.id))).scalar() or 0)

    def after(self, event_id: int, limit: int) -> list[LiveEvent]:
        """Returns the first events after a number, in their order."""
        rows = self._connection.execute(
            select(table).where(table.c.id > event_id).order_by(table.c.id).limit(limit)
        )
        return [LiveEvent(row.id, row.topic, row.subject, row.priority) for row in rows]

    def prune(self, before: datetime) -> int:
        """Removes what nobody will ask for any more, but the newest: numbers must go on growing."""
        newest = self.newest_id()
        gone = self._connection.execute(
            delete(table).where(table.c.created_at < before).where(table.c.id < newest)
        )
        return int(gone.rowcount)

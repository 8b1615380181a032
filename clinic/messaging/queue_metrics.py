"""What the database knows for `/metrics`: how much waits, how long already, what failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import func, select

from clinic.adapters.database import Transaction
from clinic.adapters.tables.messaging import inbox, media, outbox
from clinic.messaging.model import InboxStatus, OutboxStatus

Gauge = tuple[str, Mapping[str, str], float]


def queue_gauges(tx: Transaction, now: datetime) -> Iterator[Gauge]:
    """Yields depth and age of the queues, and the states of messages and files.

    Args:
        now: the clinic's clock.
    """
    for name, column in (
        ("whatsapp_outbox_messages", outbox.c.status),
        ("whatsapp_inbox_updates", inbox.c.status),
        ("whatsapp_media_files", media.c.status),
    ):
        rows = tx.connection.execute(
            select(column.label("status"), func.count().label("rows")).group_by(column)
        )
        for row in rows:
            yield name, {"status": row.status}, float(row.rows)
    for name, table, statuses, at in (
        ("inbox", inbox, (InboxStatus.WAITING.value,), inbox.c.received_at),
        (
            "outbox",
            outbox,
            (OutboxStatus.QUEUED.value, OutboxStatus.SENDING.value),
            outbox.c.created_at,
        ),
    ):
        count, oldest = tx.connection.execute(
            select(func.count(), func.min(at)).where(table.c.status.in_(statuses))
        ).one()
        age = (now - oldest).total_seconds() if oldest else 0.0
        yield "whatsapp_queue_depth", {"queue": name}, float(count)
        yield "whatsapp_queue_oldest_seconds", {"queue": name}, max(0.0, age)

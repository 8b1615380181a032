"""Repository of who was written to first: templates outside the customer service window."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from clinic.adapters.database import Transaction
from clinic.adapters.tables.messaging import outbox as table
from clinic.messaging.model import OutboxStatus


class NewRecipientRows:
    """The outbox as the limit of new recipients sees it, within one transaction.

    Args:
        since: by the computer's clock; what was attempted later counts.
    """

    def __init__(self, tx: Transaction, since: datetime) -> None:
        self._connection = tx.connection
        # What failed reached nobody.
        self._counts = (
            table.c.initiated_at > since,
            table.c.status != OutboxStatus.FAILED.value,
        )

    def count(self) -> int:
        """Returns how many different contacts were written to first."""
        counted = select(func.count(table.c.contact_id.distinct())).where(*self._counts)
        return int(self._connection.scalar(counted) or 0)

    def has(self, contact_id: str) -> bool:
        """Tells whether a contact is among them."""
        found = select(table.c.id).where(table.c.contact_id == contact_id, *self._counts).limit(1)
        return self._connection.execute(found).first() is not None

    def count_waiting(self, code: int) -> int:
        """Returns how many messages are held back for the reason that a code stands for."""
        waiting = (
            select(func.count())
            .select_from(table)
            .where(table.c.status == OutboxStatus.QUEUED.value, table.c.error_code == code)
        )
        return int(self._connection.scalar(waiting) or 0)

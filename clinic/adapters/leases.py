"""Leases: who works on a patient's turn or a patient's outbox just now.

A lease ends by itself, so that the work of a killed process is taken up by another; on the same
machine the others know of its death at once (`lifelines.py`). `now` is the computer's own time: a
demo's clock differs between processes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, literal, or_, select, update
from sqlalchemy.sql import ColumnElement

from clinic.adapters.database import Transaction
from clinic.adapters.tables.messaging import lease as table

LEASE_DURATION = timedelta(seconds=15)
_TURN = "turn:"


def turn_lease(contact_id: str) -> str:
    """Names the lease of a patient's turns."""
    return f"{_TURN}{contact_id}"


def has_turn_lease(contact_id: ColumnElement[str], now: datetime) -> ColumnElement[bool]:
    """A condition: somebody is at the turn of that patient just now."""
    leased = select(table.c.name).where(
        table.c.name == literal(_TURN) + contact_id, table.c.expires_at > now
    )
    return leased.exists()


class Leases:
    """The leases, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert

    def acquire(self, name: str, owner: str, now: datetime) -> bool:
        """Takes or renews a lease; False while somebody else holds it."""
        expires_at = now + LEASE_DURATION
        taken = self._connection.execute(
            update(table)
            .where(table.c.name == name)
            .where(or_(table.c.owner == owner, table.c.expires_at <= now))
            .values(owner=owner, expires_at=expires_at)
        )
        if taken.rowcount:
            return True
        made = self._connection.execute(
            self._insert(table)
            .values(name=name, owner=owner, expires_at=expires_at)
            .on_conflict_do_nothing()
        )
        return bool(made.rowcount)

    def is_any_held(self, prefix: str, now: datetime) -> bool:
        """Tells whether a lease is held whose name begins so."""
        found = self._connection.execute(
            select(table.c.name)
            .where(table.c.name.startswith(prefix, autoescape=True))
            .where(table.c.expires_at > now)
            .limit(1)
        ).first()
        return found is not None

    def remove_expired(self, prefix: str, now: datetime) -> None:
        """Removes the leases whose names begin so and that nobody renewed."""
        self._connection.execute(
            delete(table)
            .where(table.c.name.startswith(prefix, autoescape=True))
            .where(table.c.expires_at <= now)
        )

    def release_all(self, owner: str) -> int:
        """Ends everything that an owner holds; returns how many leases it were."""
        return int(self._connection.execute(delete(table).where(table.c.owner == owner)).rowcount)

    def release(self, name: str, owner: str) -> None:
        self._connection.execute(
            delete(table).where(table.c.name == name).where(table.c.owner == owner)
        )

"""Repositories of sessions and of failed logins. Neither tokens nor addresses are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from clinic.adapters.database import Transaction
from clinic.adapters.tables.staff import login_throttle, staff_session


@dataclass(frozen=True)
class SessionRow:
    """A session as it is stored."""

    token_hash: str
    staff_id: str
    needs_code: bool
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class Sessions:
    """The sessions, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def add(self, row: SessionRow) -> None:
        self._connection.execute(insert(staff_session).values(**vars(row)))

    def get(self, token_hash: str) -> SessionRow | None:
        row = self._connection.execute(
            select(staff_session).where(staff_session.c.token_hash == token_hash)
        ).first()
        return SessionRow(**row._mapping) if row else None

    def touch(self, token_hash: str, now: datetime) -> None:
        self._connection.execute(
            update(staff_session)
            .where(staff_session.c.token_hash == token_hash)
            .values(seen_at=now)
        )

    def end(self, token_hash: str) -> None:
        self._connection.execute(
            delete(staff_session).where(staff_session.c.token_hash == token_hash)
        )

    def end_all(self, staff_id: str, but: str = "") -> None:
        self._connection.execute(
            delete(staff_session)
            .where(staff_session.c.staff_id == staff_id)
            .where(staff_session.c.token_hash != but)
        )

    def sweep(self, now: datetime) -> int:
        """Removes what has expired; returns how many."""
        gone = self._connection.execute(
            delete(staff_session).where(staff_session.c.expires_at < now)
        )
        return int(gone.rowcount)


@dataclass(frozen=True)
class Throttle:
    """Failures of one account, or from one address."""

    failures: int
    blocked_until: datetime | None
    updated_at: datetime


class Throttles:
    """The failed logins, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert
        self._cipher = tx.cipher

    def get(self, key: str) -> Throttle | None:
        row = self._connection.execute(
            select(login_throttle).where(login_throttle.c.key == self._hash(key))
        ).first()
        return Throttle(row.failures, row.blocked_until, row.updated_at) if row else None

    def set(self, key: str, throttle: Throttle) -> None:
        values = vars(throttle)
        statement = self._insert(login_throttle).values(key=self._hash(key), **values)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["key"], set_=values)
        )

    def clear(self, key: str) -> None:
        self._connection.execute(
            delete(login_throttle).where(login_throttle.c.key == self._hash(key))
        )

    def sweep(self, before: datetime) -> int:
        """Forgets what has not failed since then."""
        gone = self._connection.execute(
            delete(login_throttle).where(login_throttle.c.updated_at < before)
        )
        return int(gone.rowcount)

    def _hash(self, key: str) -> str:
        return self._cipher.lookup_hash(f"throttle:{key}")

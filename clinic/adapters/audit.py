"""Repository of the audit trail: rows are added and read, never changed.

Each row's hash is keyed and covers the row and the hash before it. A changed, missing or
inserted row breaks the chain; removed last rows differ from `audit_head`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.tables.privacy import audit_entry as table
from clinic.adapters.tables.privacy import audit_head as head

_HEAD = 1
_START = "0" * 64


@dataclass(frozen=True)
class AuditEntry:
    """One thing that was done or read."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: dict[str, Any]


class AuditTrail:
    """The audit trail, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert
        self._cipher = tx.cipher

    def append(
        self, *, actor: str, action: str, subject: str, details: dict[str, Any], now: datetime
    ) -> None:
        newest = self._lock_head()
        values: dict[str, Any] = {
            "number": newest.number + 1,
            "at": now,
            "actor": actor,
            "action": action,
            "subject": subject,
            "details": self._cipher.encrypt(json.dumps(details, ensure_ascii=False))
            if details
            else None,
        }
        digest = self._hash(newest.hash, values)
        self._connection.execute(insert(table).values(hash=digest, **values))
        self._connection.execute(
            update(head).where(head.c.id == _HEAD).values(number=values["number"], hash=digest)
        )

    def about(self, subject: str) -> list[AuditEntry]:
        """Returns what was done with somebody's data, the oldest first."""
        rows = self._connection.execute(
            select(table).where(table.c.subject == subject).order_by(table.c.number)
        )
        return [self._read(row) for row in rows]

    def has(self, *, actor: str, action: str, subject: str, since: datetime) -> bool:
        """Tells whether somebody did something with somebody's data since an instant."""
        found = self._connection.execute(
            select(table.c.number)
            .where(table.c.subject == subject)
            .where(table.c.actor == actor)
            .where(table.c.action == action)
            .where(table.c.at >= since)
            .limit(1)
        )
        return found.first() is not None

    def faults(self) -> Iterator[str]:
        """Yields what does not fit in the whole trail; nothing when it is as it was written."""
        number, digest = 0, _START
        for row in self._connection.execute(select(table).order_by(table.c.number)):
            if row.number != number + 1:
                yield f"Entries {number + 1} to {row.number - 1} are missing."
            elif row.hash != self._hash(digest, row._mapping):
                yield f"Entry {row.number} is not as it was written."
            number, digest = row.number, row.hash
        newest = self._connection.execute(select(head).where(head.c.id == _HEAD)).first()
        expected = (newest.number, newest.hash) if newest else (0, _START)
        if expected != (number, digest):
            yield f"The trail ends with entry {number}, it should end with entry {expected[0]}."

    def _lock_head(self) -> Row:
        """Returns the end of the chain; nobody else adds to it until the transaction ends."""
        self._connection.execute(
            self._insert(head).values(id=_HEAD, number=0, hash=_START).on_conflict_do_nothing()
        )
        return self._connection.execute(
            select(head).where(head.c.id == _HEAD).with_for_update()
        ).one()

    def _hash(self, before: str, row: Any) -> str:
        details = bytes(row["details"]).hex() if row["details"] else ""
        parts = (
            before,
            str(row["number"]),
            row["at"].isoformat(),
            row["actor"],
            row["action"],
            row["subject"],
            details,
        )
        return self._cipher.lookup_hash(json.dumps(parts))

    def _read(self, row: Row) -> AuditEntry:
        return AuditEntry(
            number=row.number,
            at=row.at,
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            details=json.loads(self._cipher.decrypt(bytes(row.details))) if row.details else {},
        )

"""Repository of the links under which patients read their own data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from clinic.adapters.database import Transaction
from clinic.adapters.tables.privacy import data_export as table


@dataclass(frozen=True)
class ExportLink:
    """A link that was offered."""

    contact_id: str
    language: str
    expires_at: datetime
    failures: int
    used_at: datetime | None


class Exports:
    """The links, within one transaction. Only a keyed hash of a link's token is stored."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._cipher = tx.cipher

    def add(
        self, token: str, contact_id: str, language: str, now: datetime, expires_at: datetime
    ) -> None:
        self._connection.execute(
            insert(table).values(
                token_hash=self._cipher.lookup_hash(token),
                contact_id=contact_id,
                language=language,
                created_at=now,
                expires_at=expires_at,
                failures=0,
            )
        )

    def get(self, token: str) -> ExportLink | None:
        """Returns a link; nobody else uses it until the transaction ends."""
        row = self._connection.execute(
            select(table)
            .where(table.c.token_hash == self._cipher.lookup_hash(token))
            .with_for_update()
        ).first()
        if row is None:
            return None
        return ExportLink(row.contact_id, row.language, row.expires_at, row.failures, row.used_at)

    def note_failure(self, token: str) -> None:
        self._set(token, failures=table.c.failures + 1)

    def note_use(self, token: str, now: datetime) -> None:
        self._set(token, used_at=now)

    def _set(self, token: str, **values: object) -> None:
        self._connection.execute(
            update(table)
            .where(table.c.token_hash == self._cipher.lookup_hash(token))
            .values(**values)
        )

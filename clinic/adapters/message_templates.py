"""Repository of template approvals: what the API last said of each template and language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from clinic.adapters.database import Transaction
from clinic.adapters.tables.messaging import message_template as table

APPROVED = "APPROVED"


class MessageTemplates:
    """The approvals, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert

    def status(self, name: str, language: str) -> str | None:
        """Returns Meta's status of a template, None when it is not known."""
        return self._connection.scalar(
            select(table.c.status).where(table.c.name == name).where(table.c.language == language)
        )

    def all(self) -> dict[tuple[str, str], str]:
        rows = self._connection.execute(select(table.c.name, table.c.language, table.c.status))
        return {(row.name, row.language): row.status for row in rows}

    def note(
        self, name: str, language: str, status: str, reason: str | None, now: datetime
    ) -> None:
        """Writes down a status; it may be the first for that template."""
        values = {
            "status": status[:32].upper(),
            "reason": reason[:200] if reason else None,
            "updated_at": now,
        }
        self._connection.execute(
            self._insert(table)
            .values(name=name[:200], language=language[:16], **values)
            .on_conflict_do_update(index_elements=["name", "language"], set_=values)
        )

    def replace_all(self, found: Iterable[tuple[str, str, str, str | None]], now: datetime) -> None:
        """Takes over the API's list of (name, language, status, reason); others are gone."""
        self._connection.execute(delete(table))
        for name, language, status, reason in found:
            self.note(name, language, status, reason, now)

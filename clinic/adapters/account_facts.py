"""Repository of what the API last said of the account: single values by name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from clinic.adapters.database import Transaction
from clinic.adapters.tables.messaging import account_fact as table


class AccountFacts:
    """The facts, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert

    def get(self, name: str) -> str | None:
        return self._connection.scalar(select(table.c.value).where(table.c.name == name))

    def note(self, name: str, value: str, now: datetime) -> None:
        values = {"value": value[:64], "updated_at": now}
        self._connection.execute(
            self._insert(table)
            .values(name=name, **values)
            .on_conflict_do_update(index_elements=["name"], set_=values)
        )

"""Repository of conversations: what Rasa remembers of a patient, encrypted."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from clinic.adapters.database import Transaction
from clinic.adapters.tables.messaging import conversation as table


class Conversations:
    """The conversations, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert
        self._cipher = tx.cipher

    def events(self, contact_id: str) -> list[dict[str, Any]] | None:
        """Returns the events of the last session as Rasa writes them, None without any."""
        row = self._connection.execute(
            select(table.c.events).where(table.c.contact_id == contact_id)
        ).first()
        return json.loads(self._cipher.decrypt(bytes(row.events))) if row else None

    def save(self, contact_id: str, events: list[dict[str, Any]], now: datetime) -> None:
        sealed = self._cipher.encrypt(json.dumps(events, ensure_ascii=False))
        statement = self._insert(table).values(contact_id=contact_id, events=sealed, updated_at=now)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["contact_id"], set_={"events": sealed, "updated_at": now}
            )
        )

    def move(self, from_contact: str, to_contact: str) -> None:
        """Gives what is remembered of a contact to another; it goes if the other has its own."""
        if self.events(to_contact) is None:
            self._connection.execute(
                update(table)
                .where(table.c.contact_id == from_contact)
                .values(contact_id=to_contact)
            )
        else:
            self._connection.execute(delete(table).where(table.c.contact_id == from_contact))

    def contact_ids(self) -> list[str]:
        return [row.contact_id for row in self._connection.execute(select(table.c.contact_id))]

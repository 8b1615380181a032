"""Repository of the inbox: every update of every webhook, once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.tables.messaging import inbox as table
from clinic.messaging.model import InboxItem, InboxStatus
from whatsapp.updates import Identity, Update, UpdateKind
from whatsapp.webhooks import read_message


class Inbox:
    """The inbox, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert
        self._cipher = tx.cipher

    def add(
        self,
        item: Update,
        *,
        status: InboxStatus,
        contact_id: str | None,
        now: datetime,
    ) -> bool:
        """Stores an update; False when it was there already."""
        added = self._connection.execute(
            self._insert(table)
            .values(
                key=item.key,
                kind=item.kind.value,
                field=item.field[:64],
                contact_id=contact_id,
                payload=self._cipher.encrypt(json.dumps(_envelope(item))),
                reason=item.reason[:200] if item.reason else None,
                status=status.value,
                written_at=item.timestamp,
                received_at=now,
                done_at=now if status is InboxStatus.DONE else None,
            )
            .on_conflict_do_nothing(index_elements=["key"])
        )
        return bool(added.rowcount)

    def waiting(self, contact_id: str) -> list[InboxItem]:
        """Returns a patient's waiting messages in the order in which they were written."""
        rows = self._connection.execute(
            select(table)
            .where(table.c.contact_id == contact_id)
            .where(table.c.status == InboxStatus.WAITING.value)
            .order_by(table.c.id)
        ).all()
        items = [
            InboxItem(row.id, read_message(self._update(row)), row.received_at) for row in rows
        ]
        # WhatsApp does not promise an order; its times are whole seconds.
        return sorted(items, key=lambda item: (item.written_at.replace(microsecond=0), item.id))

    def contacts_waiting(self) -> list[str]:
        """Returns the contacts with a waiting message, the longest wait first."""
        rows = self._connection.execute(
            select(table.c.contact_id)
            .where(table.c.status == InboxStatus.WAITING.value)
            .order_by(table.c.id)
        )
        return list(dict.fromkeys(row.contact_id for row in rows))

    def finish(self, ids: Sequence[int], now: datetime) -> bool:
        """Marks messages as answered; False when one of them was not waiting any more."""
        finished = self._connection.execute(
            update(table)
            .where(table.c.id.in_(ids))
            .where(table.c.status == InboxStatus.WAITING.value)
            .values(status=InboxStatus.DONE.value, done_at=now)
        )
        return bool(finished.rowcount == len(ids))

    def park(self, ids: Sequence[int], reason: str, now: datetime) -> None:
        self._connection.execute(
            update(table)
            .where(table.c.id.in_(ids))
            .values(status=InboxStatus.PARKED.value, reason=reason[:200], done_at=now)
        )

    def _update(self, row: Row) -> Update:
        envelope = json.loads(self._cipher.decrypt(bytes(row.payload)))
        identity = envelope["identity"]
        return Update(
            kind=UpdateKind(row.kind),
            key=row.key,
            field=row.field,
            phone_number_id=envelope["phone_number_id"],
            timestamp=row.written_at,
            identity=Identity(**identity) if identity else None,
            raw=envelope["raw"],
            reason=row.reason,
        )


def _envelope(item: Update) -> dict[str, Any]:
    return {
        "phone_number_id": item.phone_number_id,
        "identity": asdict(item.identity) if item.identity else None,
        "raw": item.raw,
    }

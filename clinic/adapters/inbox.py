"""Repository of the inbox: every update of every webhook, once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, cast, delete, func, select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.leases import has_turn_lease
from clinic.adapters.tables.messaging import inbox as table
from clinic.messaging.model import InboxItem, InboxStatus, ParkedItem
from whatsapp.updates import Identity, InboundMessage, MessageType, Update, UpdateKind
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
        urgent: bool = False,
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
                urgent=urgent,
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
            InboxItem(row.id, read_message(self._update(row)), row.received_at, row.urgent)
            for row in rows
        ]
        # WhatsApp does not promise an order; its times are whole seconds.
        return sorted(items, key=lambda item: (item.written_at.replace(microsecond=0), item.id))

    def read_message(self, row: Row) -> InboundMessage:
        """Returns the message of a row of the table."""
        return read_message(self._update(row))

    def contacts_waiting(
        self, now: datetime, *, limit: int | None = None, only_urgent: bool = False
    ) -> list[str]:
        """Returns contacts with a waiting message whom nobody serves.

        What sounded like an emergency comes first, then the longest wait.

        Args:
            now: by the clock of the leases.
        """
        is_urgent = func.max(cast(table.c.urgent, Integer))
        waiting = (
            select(table.c.contact_id)
            .where(
                table.c.status == InboxStatus.WAITING.value,
                ~has_turn_lease(table.c.contact_id, now),
            )
            .group_by(table.c.contact_id)
            .order_by(is_urgent.desc(), func.min(table.c.id))
            .limit(limit)
        )
        if only_urgent:
            waiting = waiting.having(is_urgent == 1)
        return list(self._connection.execute(waiting).scalars())

    def finish(self, ids: Sequence[int], contact_id: str, now: datetime) -> bool:
        """Marks messages as answered; False when one of them waits for this contact no more."""
        finished = self._connection.execute(
            update(table)
            .where(table.c.id.in_(ids))
            .where(table.c.contact_id == contact_id)
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

    def status_of(self, key: str) -> InboxStatus | None:
        """Returns how far a message is, None when there is none of that key."""
        row = self._message(key)
        return InboxStatus(row.status) if row else None

    def settle(self, key: str, reason: str, now: datetime, *, erase: bool) -> bool:
        """Ends what waits because its message was edited or taken back.

        Args:
            erase: whether its words go too, and those of its edits.

        Returns:
            Whether there is such a message.
        """
        row = self._message(key)
        if row is None:
            return False
        for found in (row, *(self._edits_of(row) if erase else ())):
            values: dict[str, Any] = {}
            if found.status == InboxStatus.WAITING.value:
                values |= {"status": InboxStatus.DONE.value, "done_at": now, "reason": reason[:200]}
            if erase:
                values |= {"payload": self._erased(found), "reason": reason[:200]}
            if values:
                self._connection.execute(
                    update(table).where(table.c.id == found.id).values(**values)
                )
        return True

    def _message(self, key: str) -> Row | None:
        return self._connection.execute(
            select(table).where(table.c.key == key).where(table.c.kind == UpdateKind.MESSAGE.value)
        ).first()

    def _edits_of(self, original: Row) -> list[Row]:
        """Returns the rows of a message's edits: what they are about stands in the payload."""
        rows = self._connection.execute(
            select(table)
            .where(table.c.contact_id == original.contact_id)
            .where(table.c.kind == UpdateKind.MESSAGE.value)
            .where(table.c.id != original.id)
        ).all()
        return [row for row in rows if self._edits(row, original.key)]

    def _edits(self, row: Row, key: str) -> bool:
        message = self.read_message(row)
        return message.type is MessageType.EDIT and message.context_id == key

    def expect_nothing(self, key: str, contact_id: str, reason: str, now: datetime) -> None:
        """Keeps a message from being answered that was taken back before it came."""
        self._connection.execute(
            self._insert(table)
            .values(
                key=key,
                kind=UpdateKind.MESSAGE.value,
                field="messages",
                contact_id=contact_id,
                payload=self._cipher.encrypt(json.dumps(_EMPTY)),
                reason=reason[:200],
                status=InboxStatus.DONE.value,
                received_at=now,
                done_at=now,
            )
            .on_conflict_do_nothing(index_elements=["key"])
        )

    def parked(self, limit: int) -> list[ParkedItem]:
        """Returns what could not be read or answered, the newest first."""
        rows = self._connection.execute(
            select(table)
            .where(table.c.status == InboxStatus.PARKED.value)
            .order_by(table.c.id.desc())
            .limit(limit)
        )
        return [
            ParkedItem(row.id, self._update(row), row.contact_id, row.received_at) for row in rows
        ]

    def parked_item(self, row_id: int) -> ParkedItem | None:
        row = self._connection.execute(
            select(table)
            .where(table.c.id == row_id)
            .where(table.c.status == InboxStatus.PARKED.value)
        ).first()
        if row is None:
            return None
        return ParkedItem(row.id, self._update(row), row.contact_id, row.received_at)

    def count_noted(self, reason: str, since: datetime) -> int:
        """Returns how many updates came since then that carry a note."""
        counted = (
            select(func.count())
            .select_from(table)
            .where(table.c.reason == reason, table.c.received_at >= since)
        )
        return int(self._connection.scalar(counted) or 0)

    def wait_again(self, row_id: int) -> None:
        """Lets a parked message of a patient be answered after all."""
        self._connection.execute(
            update(table)
            .where(table.c.id == row_id)
            .values(status=InboxStatus.WAITING.value, reason=None, done_at=None)
        )

    def remove(self, row_id: int) -> None:
        """Removes an item in whose place another one is stored."""
        self._connection.execute(delete(table).where(table.c.id == row_id))

    def drop(self, row_id: int, now: datetime) -> bool:
        """Gives a parked item up; its content goes, its key stays against copies."""
        row = self._connection.execute(
            select(table)
            .where(table.c.id == row_id)
            .where(table.c.status == InboxStatus.PARKED.value)
        ).first()
        if row is None:
            return False
        self._connection.execute(
            update(table)
            .where(table.c.id == row_id)
            .values(
                status=InboxStatus.DROPPED.value,
                payload=self._erased(row),
                done_at=now,
                reason=f"dropped: {row.reason or ''}"[:200],
            )
        )
        return True

    def _erased(self, row: Row) -> bytes:
        kept = {**_EMPTY, "phone_number_id": self._update(row).phone_number_id}
        return self._cipher.encrypt(json.dumps(kept))

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
            list_name=envelope.get("list_name", ""),
        )


_EMPTY: dict[str, Any] = {"phone_number_id": None, "identity": None, "raw": {}}


def _envelope(item: Update) -> dict[str, Any]:
    return {
        "phone_number_id": item.phone_number_id,
        "identity": asdict(item.identity) if item.identity else None,
        "raw": item.raw,
        "list_name": item.list_name,
    }

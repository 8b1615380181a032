"""What transcripts are read from: messages of both directions, part by part of the time."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Column, select, true, union_all
from sqlalchemy.sql import ColumnElement

from clinic.adapters.database import Transaction
from clinic.adapters.inbox import Inbox
from clinic.adapters.tables.messaging import inbox, outbox
from clinic.messaging.model import OutboxStatus, SentMessage, StoredMessage
from whatsapp.updates import UpdateKind

_CONVERSED = (UpdateKind.MESSAGE.value, UpdateKind.ECHO.value, UpdateKind.CALL.value)


class TranscriptRows:
    """The messages of one contact, within one transaction."""

    def __init__(self, tx: Transaction, contact_id: str) -> None:
        self._tx = tx
        self._connection = tx.connection
        self._contact_id = contact_id

    def start_of_page(self, length: int, before: datetime | None) -> datetime | None:
        """Returns where the last so many messages before an instant begin.

        None when there are no others before them. Messages of one instant are never parted.
        """
        received = select(inbox.c.received_at.label("at")).where(
            inbox.c.contact_id == self._contact_id,
            inbox.c.kind.in_(_CONVERSED),
            _within(inbox.c.received_at, None, before),
        )
        sent = select(outbox.c.created_at.label("at")).where(
            outbox.c.contact_id == self._contact_id,
            _within(outbox.c.created_at, None, before),
        )
        times = union_all(received, sent).subquery()
        newest = select(times.c.at).order_by(times.c.at.desc())
        page = self._connection.execute(newest.limit(2).offset(length - 1)).scalars().all()
        return page[0] if len(page) > 1 else None

    def received(self, start: datetime | None, end: datetime | None) -> list[StoredMessage]:
        """Returns messages of the contact and of the clinic's phone, oldest first.

        Args:
            start: None for all from the first on.
            end: exclusive; None for all until the last.
        """
        rows = self._connection.execute(
            select(inbox)
            .where(inbox.c.contact_id == self._contact_id)
            .where(inbox.c.kind.in_(_CONVERSED))
            .where(_within(inbox.c.received_at, start, end))
            .order_by(inbox.c.id)
        )
        reader = Inbox(self._tx)
        return [
            StoredMessage(
                row.key, UpdateKind(row.kind), reader.read_message(row), row.received_at, row.reason
            )
            for row in rows
        ]

    def sent(self, start: datetime | None, end: datetime | None) -> list[SentMessage]:
        """Returns messages to the contact, oldest first; see `received`."""
        rows = self._connection.execute(
            select(outbox)
            .where(outbox.c.contact_id == self._contact_id)
            .where(_within(outbox.c.created_at, start, end))
            .order_by(outbox.c.id)
        )
        return [
            SentMessage(
                id=row.id,
                body=json.loads(self._tx.cipher.decrypt(bytes(row.body))),
                status=OutboxStatus(row.status),
                author=row.author,
                created_at=row.created_at,
                updated_at=row.updated_at,
                error_code=row.error_code,
            )
            for row in rows
        ]


def _within(column: Column, start: datetime | None, end: datetime | None) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = true()
    if start is not None:
        condition = condition & (column >= start)
    if end is not None:
        condition = condition & (column < end)
    return condition

"""Repository of sending: which outbox row goes next, and what became of it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.tables.messaging import outbox as table
from clinic.messaging.model import OutboxKind, OutboxRow, OutboxStatus
from whatsapp.messages import OutgoingMessage
from whatsapp.updates import DeliveryStatus

_UNSENT = (OutboxStatus.QUEUED.value, OutboxStatus.SENDING.value)
_UNPROVEN = (
    OutboxStatus.QUEUED,
    OutboxStatus.SENDING,
    OutboxStatus.HELD,
    OutboxStatus.WITHHELD,
)
"""A status proves that it was sent, whatever of these is noted."""
_PROVEN = (
    OutboxStatus.SENT.value,
    OutboxStatus.DELIVERED.value,
    OutboxStatus.READ.value,
    OutboxStatus.PLAYED.value,
)
_ON_ITS_WAY = (OutboxStatus.ACCEPTED.value, OutboxStatus.SENT.value)


class SendQueue:
    """The outbox as the sender sees it, within one transaction.

    `now` is the clinic's clock in what is recorded, the computer's own (`timer`) in what attempts
    are counted by: a demo's clock differs between processes.
    """

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._cipher = tx.cipher

    def contacts_due(self, timer: datetime) -> list[tuple[str, OutboxKind]]:
        """Returns the contacts that something can be sent to now, answers first."""
        # "reply" comes after "notice" in the alphabet.
        most_urgent = func.max(table.c.kind).label("kind")
        rows = self._connection.execute(
            select(table.c.contact_id, most_urgent, func.min(table.c.id).label("first"))
            .where(table.c.status.in_(_UNSENT))
            .where(table.c.next_attempt_at <= timer)
            .group_by(table.c.contact_id)
            .order_by(most_urgent.desc(), "first")
        )
        return [(row.contact_id, OutboxKind(row.kind)) for row in rows]

    def next_for(self, contact_id: str, timer: datetime) -> OutboxRow | None:
        """Returns the first unsent row of a contact, None when there is none or it must wait.

        Rows behind one that waits wait too, so that a patient reads them in order; but an answer
        goes before notices, since somebody waits for it.
        """
        row = self._connection.execute(
            select(table)
            .where(table.c.contact_id == contact_id)
            .where(table.c.status.in_(_UNSENT))
            .order_by(table.c.kind.desc(), table.c.id)
            .limit(1)
        ).first()
        return self._read(row) if row and row.next_attempt_at <= timer else None

    def has_one_on_its_way(self, contact_id: str, since: datetime) -> bool:
        """Tells whether a message was accepted since then and is not delivered yet.

        WhatsApp keeps no order between two requests: the next one has to wait for it.
        """
        return self._exists(
            table.c.contact_id == contact_id,
            table.c.status.in_(_ON_ITS_WAY),
            table.c.accepted_at > since,
        )

    def later_one_was_sent(self, row: OutboxRow) -> bool:
        """Tells whether a delivery status came for anything attempted after this row.

        It shows that statuses arrive, and so that one for this row would have.
        """
        return row.attempted_at is not None and self._exists(
            table.c.attempted_at > row.attempted_at, table.c.status.in_(_PROVEN)
        )

    def mark_sending(
        self,
        row: OutboxRow,
        now: datetime,
        timer: datetime,
        look: timedelta,
        *,
        initiates: bool = False,
    ) -> None:
        """Notes an attempt before it is made.

        Args:
            look: after which time its status is looked for, should there be no answer.
            initiates: whether it is a template outside the customer service window.
        """
        self._set(
            row.id,
            now,
            status=OutboxStatus.SENDING.value,
            attempts=table.c.attempts + 1,
            attempted_at=timer,
            next_attempt_at=timer + look,
            initiated_at=timer if initiates else None,
        )

    def mark_uploading(self, row_id: int, now: datetime, until: datetime) -> None:
        """Notes that a row's file is on its way to WhatsApp; the message itself is not.

        Args:
            until: when it is tried again, should the process die meanwhile.
        """
        self._set_unsent(
            row_id,
            now,
            status=OutboxStatus.QUEUED.value,
            attempts=table.c.attempts + 1,
            next_attempt_at=until,
        )

    def mark_uploaded(self, row: OutboxRow, now: datetime, timer: datetime) -> None:
        """Notes that a row's file is there: the message can go, with all of its attempts."""
        self._set_unsent(row.id, now, attempts=row.attempts, next_attempt_at=timer)

    def mark_accepted(self, row_id: int, wamid: str, now: datetime, timer: datetime) -> None:
        """Notes the API's answer; what a status has told before it stands."""
        of_attempt = update(table).where(table.c.id == row_id)
        self._connection.execute(
            # A status has told that it failed, and it is queued again.
            of_attempt.where(table.c.status != OutboxStatus.QUEUED.value).values(
                wamid=wamid, accepted_at=timer, updated_at=now
            )
        )
        self._connection.execute(
            of_attempt.where(table.c.status == OutboxStatus.SENDING.value).values(
                status=OutboxStatus.ACCEPTED.value
            )
        )

    def mark_retry(
        self, row_id: int, code: int | None, raw: Any, now: datetime, at: datetime
    ) -> None:
        """Queues a row again; not one that a delivery status has shown to be sent meanwhile."""
        self._set_unsent(
            row_id,
            now,
            status=OutboxStatus.QUEUED.value,
            error_code=code,
            error=self._seal(raw),
            next_attempt_at=at,
        )

    def mark_uncertain(self, row_id: int, raw: Any, now: datetime, look_at: datetime) -> None:
        """Notes that the answer was lost: only a status can tell whether it was sent."""
        self._set_unsent(row_id, now, error=self._seal(raw), next_attempt_at=look_at)

    def postpone(self, row_id: int, now: datetime, at: datetime) -> None:
        """Puts a row off without an attempt."""
        self._set_unsent(row_id, now, next_attempt_at=at)

    def hold_back(self, row_id: int, code: int, now: datetime, at: datetime) -> None:
        """Puts a row off that may not be sent yet; the code says why."""
        self._set_unsent(row_id, now, error_code=code, next_attempt_at=at)

    def let_go(self, code: int, now: datetime, timer: datetime) -> None:
        """Makes due what was held back for the reason that a code stands for."""
        self._connection.execute(
            update(table)
            .where(table.c.status == OutboxStatus.QUEUED.value, table.c.error_code == code)
            .values(next_attempt_at=timer, updated_at=now)
        )

    def mark_held(self, row_id: int, now: datetime) -> None:
        """Keeps a row until the patient writes."""
        self._set_unsent(row_id, now, status=OutboxStatus.HELD.value)

    def mark_withheld(self, row_id: int, now: datetime) -> None:
        """Notes that a message is not sent: it is not allowed any more, or of no use."""
        self._set_unsent(row_id, now, status=OutboxStatus.WITHHELD.value)

    def requeue_withheld(self, row_id: int, code: int, now: datetime) -> None:
        """Queues a row again that was withheld while it was held back for a reason."""
        self._connection.execute(
            update(table)
            .where(table.c.id == row_id, table.c.error_code == code)
            .where(table.c.status == OutboxStatus.WITHHELD.value)
            .values(status=OutboxStatus.QUEUED.value, updated_at=now)
        )

    def mark_failed(self, row_id: int, code: int | None, raw: Any, now: datetime) -> bool:
        """Gives a row up; False when a status has shown meanwhile that it was sent."""
        return self._set_unsent(
            row_id, now, status=OutboxStatus.FAILED.value, error_code=code, error=self._seal(raw)
        )

    def of_status(self, wamid: str, reference: str | None) -> OutboxRow | None:
        """Returns the row that a delivery status is about, None when it is not ours.

        The reference finds the row of a request whose answer was lost.
        """
        match = table.c.wamid == wamid
        if reference:
            match = or_(match, table.c.reference == reference.split(_ATTEMPT)[0])
        found = self._connection.execute(select(table).where(match).with_for_update()).first()
        return self._read(found) if found else None

    def apply_status(
        self,
        row: OutboxRow,
        *,
        wamid: str,
        reference: str | None,
        status: DeliveryStatus,
        code: int | None,
        raw: Any,
        now: datetime,
    ) -> bool:
        """Writes a delivery status to its row, never backwards; False when it is no news."""
        unsent = row.status in _UNPROVEN
        stale = bool(reference) and reference != row.body.get("biz_opaque_callback_data")
        if stale and DeliveryStatus.DELIVERED.can_follow(status):
            # Of an earlier attempt, which had failed: only its arrival would still count.
            return False
        current = DeliveryStatus.ACCEPTED if unsent else DeliveryStatus(row.status.value)
        if not status.can_follow(current):
            return False
        values: dict[str, Any] = {
            "status": status.value,
            "wamid": func.coalesce(table.c.wamid, wamid),
        }
        if code is not None:
            values |= {"error_code": code, "error": self._seal(raw)}
        self._set(row.id, now, **values)
        return True

    def requeue(self, row: OutboxRow, now: datetime, at: datetime) -> None:
        """Queues a row again whose failure a status has told.

        It gets a reference of its own, so that late statuses of the failed attempt are not taken
        for those of the next.
        """
        reference = f"{row.reference}{_ATTEMPT}{row.attempts + 1}"
        self._set(
            row.id,
            now,
            status=OutboxStatus.QUEUED.value,
            wamid=None,
            body=self._seal({**row.body, "biz_opaque_callback_data": reference}),
            next_attempt_at=at,
        )

    def _exists(self, *conditions: Any) -> bool:
        return (
            self._connection.execute(select(table.c.id).where(*conditions).limit(1)).first()
            is not None
        )

    def _set(self, row_id: int, now: datetime, **values: Any) -> None:
        self._connection.execute(
            update(table).where(table.c.id == row_id).values(updated_at=now, **values)
        )

    def _set_unsent(self, row_id: int, now: datetime, **values: Any) -> bool:
        changed = self._connection.execute(
            update(table)
            .where(table.c.id == row_id)
            .where(table.c.status.in_(_UNSENT))
            .values(updated_at=now, **values)
        )
        return bool(changed.rowcount)

    def _seal(self, value: Any) -> bytes:
        return self._cipher.encrypt(json.dumps(value, ensure_ascii=False, default=str))

    def _open(self, sealed: bytes) -> Any:
        return json.loads(self._cipher.decrypt(bytes(sealed)))

    def _read(self, row: Row) -> OutboxRow:
        return OutboxRow(
            id=row.id,
            contact_id=row.contact_id,
            reference=row.reference,
            body=self._open(row.body),
            status=OutboxStatus(row.status),
            attempts=row.attempts,
            key=row.key,
            kind=OutboxKind(row.kind),
            attempted_at=row.attempted_at,
            purpose=row.purpose,
            expires_at=row.expires_at,
            fallback=OutgoingMessage.from_dict(self._open(row.fallback)) if row.fallback else None,
        )


_ATTEMPT = "."
"""Between the reference and the number of a repeated attempt; no UUID has one."""

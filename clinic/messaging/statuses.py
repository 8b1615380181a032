"""Delivery statuses: written back to the message, and acted upon when it failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Transaction
from clinic.adapters.handoffs import CONVERSATION, Handoffs
from clinic.adapters.live_events import LiveEvents
from clinic.adapters.send_queue import SendQueue
from clinic.clock import SystemClock
from clinic.messaging.delivery import tell_staff, use_template
from clinic.messaging.media_upload import forget_upload
from clinic.messaging.model import OutboxRow
from clinic.messaging.retries import Fate, may_be_the_media_id, outcome
from whatsapp.errors import ApiError, error_from_info
from whatsapp.updates import DeliveryStatus, Update
from whatsapp.webhooks import read_status

_MAX_ATTEMPTS = 6
"""After a failure that a status tells: it may have cost the patient a wait already."""


@dataclass(frozen=True)
class StatusNews:
    """What a status changed.

    Attributes:
        name: The status, when it moved a message on.
        reference: Our reference of that message.
        error: Why it failed.
        contact_id: Whose messages can go on, because this one failed.
    """

    name: str = ""
    reference: str = ""
    error: ApiError | None = None
    contact_id: str = ""


def apply_status(tx: Transaction, update: Update, now: datetime) -> StatusNews:
    """Writes a status back, never backwards; queues again or tells staff what failed."""
    status = read_status(update)
    queue = SendQueue(tx)
    row = queue.of_status(status.wamid, status.reference)
    if row is None:
        return StatusNews()
    error = None
    if status.status is DeliveryStatus.FAILED and status.errors:
        error = error_from_info(status.errors[0], raw=update.raw.get("errors"))
    is_news = queue.apply_status(
        row,
        wamid=status.wamid,
        reference=status.reference,
        status=status.status,
        code=error.code if error else None,
        raw=error.raw if error else None,
        now=now,
    )
    if not is_news:
        return StatusNews()
    if status.status is DeliveryStatus.FAILED:
        if error and may_be_the_media_id(error) and update.phone_number_id:
            # Whoever sends the file again uploads it again.
            forget_upload(tx, update.phone_number_id, row.body)
        _act(tx, row, error, now)
    if Handoffs(tx).open_of(row.contact_id):
        # Staff look at its ticks.
        LiveEvents(tx).add(CONVERSATION, now, row.contact_id)
    reference = str(row.body.get("biz_opaque_callback_data", row.reference))
    # What waits behind a message that failed can go on now.
    contact_id = row.contact_id if status.status is DeliveryStatus.FAILED else ""
    return StatusNews(status.status.value, reference, error, contact_id)


def _act(tx: Transaction, row: OutboxRow, error: ApiError | None, now: datetime) -> None:
    contact = Contacts(tx).get(row.contact_id)
    what = outcome(error, max(1, row.attempts)) if error else None
    if what and what.delay is not None and row.attempts < _MAX_ATTEMPTS:
        SendQueue(tx).requeue(row, now, at=SystemClock().now() + what.delay)
        return
    fate = what.fate if what else Fate.GIVEN_UP
    if fate is Fate.WINDOW_CLOSED and row.fallback and contact:
        SendQueue(tx).requeue(row, now, at=SystemClock().now())
        use_template(tx, row, contact, now)
        return
    tell_staff(tx, row, contact, fate, error.code if error else None, now)

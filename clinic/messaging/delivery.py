"""What is done about a message that can't be sent: held, told to staff, or queued again.

The sender (an answer of the API) and the intake (a `failed` status) share it.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from clinic.adapters.consents import Consents
from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Transaction
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.message_templates import MessageTemplates
from clinic.adapters.outbox import Outbox
from clinic.adapters.send_queue import SendQueue
from clinic.consent.model import Purpose
from clinic.handoff.model import Priority
from clinic.messaging.model import Contact, ContactKind, OutboxKind, OutboxRow
from clinic.messaging.retries import Fate

logger = logging.getLogger(__name__)

OPTED_OUT_CODE = 131050
"""The patient stopped the clinic's marketing messages in WhatsApp itself."""
SEND_FAILED = "send_failed"
"""Reason of the hand-off with which staff learn of it; the row in the outbox says which."""

_TEMPLATE_STATES = {132015: "PAUSED", 132016: "DISABLED"}


def give_up(
    tx: Transaction,
    row: OutboxRow,
    contact: Contact | None,
    fate: Fate,
    *,
    code: int | None,
    raw: Any,
    now: datetime,
) -> None:
    """Ends the attempts at a row and does what its fate asks for."""
    if fate is Fate.WITHHELD:
        SendQueue(tx).mark_withheld(row.id, now)
        return
    if fate is Fate.WINDOW_CLOSED and row.fallback and contact:
        use_template(tx, row, contact, now)
        return
    if not SendQueue(tx).mark_failed(row.id, code, raw, now):
        return
    tell_staff(tx, row, contact, fate, code, now)


def tell_staff(
    tx: Transaction,
    row: OutboxRow,
    contact: Contact | None,
    fate: Fate,
    code: int | None,
    now: datetime,
) -> None:
    """Makes a failure visible: a log line for whoever runs it, a hand-off for reception."""
    logger.error("Outbox row %d was not sent: %s, code %s.", row.id, fate.value, code)
    if fate is Fate.TEMPLATE_FAULT:
        _note_template(tx, row, code, now)
    if contact is None or contact.kind is not ContactKind.PATIENT:
        return
    if code == OPTED_OUT_CODE and _note_opt_out(tx, row, contact, now):
        # It was the patient's own wish.
        return
    if fate is Fate.IDENTITY_CHANGED and contact.recheck_since is None:
        Contacts(tx).ask_for_recheck(contact.id, now)
    # Somebody waits for an answer; of a notice the patient does not know.
    priority = Priority.ASAP if row.kind is OutboxKind.REPLY else Priority.ROUTINE
    Handoffs(tx).open(contact.id, priority, SEND_FAILED, now)


def use_template(tx: Transaction, row: OutboxRow, contact: Contact, now: datetime) -> None:
    """Sends a message's template, outside the customer service window.

    A notice's template says the same and takes the place of all its parts. An answer's template
    announces it: the answer itself waits until the patient writes.

    Raises:
        ValueError: The message has no template to fall back on.
    """
    if row.fallback is None:
        raise ValueError("Only a message with a fallback can be sent outside the window.")
    if row.kind is OutboxKind.NOTICE:
        SendQueue(tx).mark_withheld(row.id, now)
        # Each of its parts brings the template along; it is sent once.
        key = f"{row.message_key}:template"
    else:
        SendQueue(tx).mark_held(row.id, now)
        name = row.fallback.template.name if row.fallback.template else ""
        # Several answers that wait are announced once a day.
        key = f"window:{contact.id}:{name}:{now.date().isoformat()}"
    Outbox(tx).add(
        contact,
        row.fallback,
        key=key,
        kind=row.kind,
        now=now,
        purpose=row.purpose,
        expires_at=row.expires_at,
    )


def _note_opt_out(tx: Transaction, row: OutboxRow, contact: Contact, now: datetime) -> bool:
    return Consents(tx).withdraw_given(
        contact.id,
        Purpose.MARKETING,
        evidence=f"WhatsApp: {OPTED_OUT_CODE}",
        message_id=row.reference,
        now=now,
    )


def _note_template(tx: Transaction, row: OutboxRow, code: int | None, now: datetime) -> None:
    if row.template and code in _TEMPLATE_STATES:
        state = _TEMPLATE_STATES[code]
        MessageTemplates(tx).note(*row.template, state, f"code {code}", now)

"""Whether something that the clinic writes first may still be sent: checked when it is sent.

A place on the waiting list is itself the patient's wish to be written to about it. Such an
offer needs nothing more than live consent for `care`, an entry that still waits, and no STOP
since the patient joined; the next request to join counts again.
"""

from __future__ import annotations

from datetime import datetime

from clinic.adapters.consents import Consents
from clinic.adapters.database import Transaction
from clinic.adapters.waiting_list import WaitingListEntries
from clinic.consent.model import Decision, Purpose
from clinic.messaging.model import OutboxRow

WAITING_LIST = "waiting_list"
"""The purpose of the offers of the waiting list; the others are those of `Purpose`."""


def may_be_sent(tx: Transaction, row: OutboxRow, now: datetime) -> bool:
    """Tells whether a queued message is still allowed and still of use at `now`."""
    if row.expires_at is not None and now >= row.expires_at:
        return False
    if row.purpose is None:
        return True
    if row.purpose == WAITING_LIST:
        return may_offer_freed_slot(tx, row.contact_id)
    return Consents(tx).latest(row.contact_id, Purpose(row.purpose)) is Decision.GIVEN


def may_offer_freed_slot(tx: Transaction, contact_id: str) -> bool:
    """Tells whether a contact may be offered a slot of the waiting list."""
    consents = Consents(tx)
    if consents.latest(contact_id, Purpose.CARE) is not Decision.GIVEN:
        return False
    waiting = WaitingListEntries(tx).waiting_of(contact_id)
    return any(not consents.is_withdrawn_since(contact_id, entry.joined_at) for entry in waiting)

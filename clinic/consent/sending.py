"""Whether something that the clinic writes first may still be sent: checked when it is sent.

A place on the waiting list is itself the patient's wish to be written to about it. Such an
offer needs nothing more than live consent for `care`, an entry that still waits, and no STOP
since the patient joined; the next request to join counts again.

In the same way who books here is told when the clinic moves or cancels the appointment, unless
they said STOP since they last booked: then staff call.
"""

from __future__ import annotations

from datetime import datetime

from clinic.adapters.consents import Consents
from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Transaction
from clinic.adapters.scheduling import Appointments
from clinic.adapters.waiting_list import WaitingListEntries
from clinic.clock import UTC
from clinic.consent.model import Decision, Purpose, Reach
from clinic.messaging.model import OutboxRow

WAITING_LIST = "waiting_list"
"""The purpose of the offers of the waiting list; the others are those of `Purpose`."""

APPOINTMENT = "appointment"
"""The purpose of the news that staff booked, moved or cancelled somebody's appointment."""

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def may_be_sent(tx: Transaction, row: OutboxRow, now: datetime) -> bool:
    """Tells whether a queued message is still allowed and still of use at `now`."""
    if row.expires_at is not None and now >= row.expires_at:
        return False
    if row.purpose is None:
        return True
    if row.purpose == WAITING_LIST:
        return may_offer_freed_slot(tx, row.contact_id)
    if row.purpose == APPOINTMENT:
        return reach_about_appointment(tx, row.contact_id) is Reach.MESSAGE
    return Consents(tx).latest(row.contact_id, Purpose(row.purpose)) is Decision.GIVEN


def may_offer_freed_slot(tx: Transaction, contact_id: str) -> bool:
    """Tells whether a contact may be offered a slot of the waiting list."""
    consents = Consents(tx)
    if consents.latest(contact_id, Purpose.CARE) is not Decision.GIVEN:
        return False
    waiting = WaitingListEntries(tx).waiting_of(contact_id)
    return any(not consents.is_withdrawn_since(contact_id, entry.joined_at) for entry in waiting)


def reach_about_appointment(tx: Transaction, contact_id: str) -> Reach:
    """Tells whether a contact can be told what staff did with their appointment."""
    contact = Contacts(tx).get(contact_id)
    if contact is None or not contact.has_address:
        return Reach.NO_NUMBER
    consents = Consents(tx)
    if consents.latest(contact_id, Purpose.CARE) is not Decision.GIVEN:
        return Reach.NO_CONSENT
    since = Appointments(tx).newest_own_booking(contact_id) or _EVER
    return Reach.STOPPED if consents.is_withdrawn_since(contact_id, since) else Reach.MESSAGE

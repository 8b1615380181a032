"""Who writes: by number, by user id, by both; and whether it is still the same person.

When a number or user id changes the contact stays, and is verified again. WhatsApp tells it by a
`system` message or by `user_id_update`, before or after the first message from the new number.
Until the person is verified nothing personal is said (privacy note 18).
"""

from __future__ import annotations

import logging
import unicodedata
from datetime import datetime
from enum import Enum

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database, Transaction
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.joining import join_rows
from clinic.adapters.patients import Patients
from clinic.clock import Clock
from clinic.handoff.model import Priority
from clinic.messaging.model import Contact
from clinic.privacy.audit import Audit, AuditAction
from whatsapp.updates import Identity, IdentityChange

logger = logging.getLogger(__name__)

IDENTITY_CHANGED = "identity_changed"
NUMBER_OF_ANOTHER = "number_of_another_contact"
"""Reasons of hand-offs: staff decide who it is."""
_MAX_ATTEMPTS = 3


class Check(Enum):
    """What to say to somebody whose number or user id changed."""

    NOT_NEEDED = "not needed"
    ASK = "ask"
    ASK_AGAIN = "ask again"
    PASSED = "passed"
    PERSON = "person"


class IdentityCheck:
    """Verifies the person behind a contact by the name that the clinic knows."""

    def __init__(self, database: Database, clock: Clock, audit: Audit) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    def check(self, contact_id: str, words: str) -> Check:
        """Takes what the patient wrote; says what comes next.

        Nothing has to be verified for somebody of whom the clinic knows nothing.
        """
        with self._database.write() as tx:
            contacts = Contacts(tx)
            contact = contacts.get(contact_id)
            if contact is None or contact.recheck_since is None:
                return Check.NOT_NEEDED
            names = [patient.name for patient in Patients(tx).of_contact(contact_id)]
            if not names:
                contacts.end_recheck(contact_id)
                return Check.NOT_NEEDED
            attempts = contacts.recheck_attempts(contact_id)
            contacts.count_recheck(contact_id)
            if attempts == 0:
                return Check.ASK
            if attempts <= _MAX_ATTEMPTS and any(_is_same(name, words) for name in names):
                contacts.end_recheck(contact_id)
                return Check.PASSED
            if attempts < _MAX_ATTEMPTS:
                return Check.ASK_AGAIN
            Handoffs(tx).open(contact_id, Priority.ASAP, IDENTITY_CHANGED, self._clock.now())
            return Check.PERSON

    def confirm(self, contact_id: str, *, by: str) -> None:
        """Ends the verification: a member of staff knows who it is."""
        with self._database.write() as tx:
            Contacts(tx).end_recheck(contact_id)
            self._audit.record_in(tx, by, AuditAction.IDENTITY_CONFIRMED, contact_id)


def doubt_identity(tx: Transaction, identity: Identity, now: datetime) -> None:
    """Has the person behind a number verified again, without any change of the number."""
    contact = Contacts(tx).find(phone=identity.wa_id, user_id=identity.user_id)
    if contact is not None:
        Contacts(tx).ask_for_recheck(contact.id, now)


def apply_change(tx: Transaction, change: IdentityChange, now: datetime) -> str | None:
    """Gives a contact its new number or user id; returns its id, None when nobody is known.

    A contact that the new number has made meanwhile gives over what it has, unless patients are
    registered with it: then both stay and staff decide.
    """
    contacts = Contacts(tx)
    known = contacts.find(phone=change.previous.wa_id, user_id=change.previous.user_id)
    if known is None:
        return None
    phone = change.current.wa_id if change.current.wa_id != known.phone else None
    user_id = change.current.user_id if change.current.user_id != known.user_id else None
    for found in (
        contacts.find(phone=phone, user_id=None),
        contacts.find(phone=None, user_id=user_id),
    ):
        if found is None or found.id == known.id:
            continue
        if Patients(tx).of_contact(found.id):
            logger.warning("A changed number belongs to another contact with patients already.")
            Handoffs(tx).open(known.id, Priority.ROUTINE, IDENTITY_CHANGED, now)
            Handoffs(tx).open(found.id, Priority.ROUTINE, IDENTITY_CHANGED, now)
            contacts.ask_for_recheck(known.id, now)
            contacts.ask_for_recheck(found.id, now)
            return known.id
        _hand_over(tx, found, known, now, is_verified=False)
    if phone or user_id:
        contacts.rename(known.id, phone=phone, user_id=user_id)
        contacts.ask_for_recheck(known.id, now)
    return known.id


def contact_of(tx: Transaction, identity: Identity, now: datetime) -> Contact:
    """Returns whose message it is; the contact is made if nobody is known."""
    contacts = Contacts(tx)
    phone, user_id = identity.wa_id, identity.user_id
    by_number = contacts.find(phone=phone, user_id=None) if phone and user_id else None
    if by_number and by_number.user_id is None:
        by_user = contacts.find(phone=None, user_id=user_id)
        if by_user and by_user.id != by_number.id and by_user.phone is None:
            # Known by number once and by user id only another time.
            phone = None if _unite(tx, by_number, by_user, now).id == by_user.id else phone
    return contacts.find_or_create(
        phone=phone,
        user_id=user_id,
        profile_name=identity.profile_name,
        key_hash=identity.key_hash,
        now=now,
    )


def note_number(tx: Transaction, contact: Contact, phone: str, now: datetime) -> Contact:
    """Takes in the number that somebody without one gave us at our request.

    Returns:
        Who it is now: somebody who was known by that number gets the messages of this contact.
    """
    contacts = Contacts(tx)
    holder = contacts.find(phone=phone, user_id=None)
    if contact.phone is None and holder is None:
        contacts.rename(contact.id, phone=phone, user_id=None)
    elif contact.phone is None and holder is not None:
        return _unite(tx, holder, contact, now)
    elif contact.phone != phone:
        Handoffs(tx).open(contact.id, Priority.ROUTINE, NUMBER_OF_ANOTHER, now)
    return contacts.get(contact.id) or contact


def _unite(tx: Transaction, by_number: Contact, by_user: Contact, now: datetime) -> Contact:
    """Makes one contact of two; returns the one that a message of the user belongs to.

    The user id says who wrote now; that the same person had the number when its file was made
    only the person can tell. Where both have a file staff decide, and each keeps its own.
    """
    contacts = Contacts(tx)
    number_has_file = bool(Patients(tx).of_contact(by_number.id))
    user_has_file = bool(Patients(tx).of_contact(by_user.id))
    if number_has_file and user_has_file:
        told = (handoff.reason for handoff in Handoffs(tx).all_of(by_user.id))
        if NUMBER_OF_ANOTHER not in told:
            Handoffs(tx).open(by_user.id, Priority.ROUTINE, NUMBER_OF_ANOTHER, now)
        return by_user
    kept, gone = (by_user, by_number) if user_has_file else (by_number, by_user)
    is_verified = not number_has_file and kept.recheck_since is None
    _hand_over(tx, gone, kept, now, is_verified=is_verified)
    contacts.rename(kept.id, phone=by_number.phone, user_id=by_user.user_id)
    if number_has_file:
        contacts.ask_for_recheck(kept.id, now)
    return contacts.get(kept.id) or kept


def _hand_over(
    tx: Transaction, gone: Contact, kept: Contact, now: datetime, *, is_verified: bool
) -> None:
    """Gives what one contact has to another; number and user id are free then."""
    contacts = Contacts(tx)
    contacts.forget_identifiers(gone.id)
    join_rows(tx, gone.id, kept.id, now, is_verified=is_verified)
    if gone.last_inbound_at:
        contacts.mark_inbound(kept.id, gone.last_inbound_at)


def _is_same(known: str, given: str) -> bool:
    """Compares names without order, accents, case and signs; a first name alone is too little."""
    expected, words = _words(known), _words(given)
    if len(expected) < 2:
        return words == expected
    return expected <= words and len(words) <= len(expected) + 4


def _words(text: str) -> set[str]:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return set(letters.split())

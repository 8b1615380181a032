"""Taking webhooks in: verified bytes become rows, before anybody acknowledges them."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from sqlalchemy.exc import DataError, IntegrityError

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database, Transaction
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.inbox import Inbox
from clinic.adapters.media import MediaFiles
from clinic.adapters.outbox import Outbox
from clinic.clock import Clock
from clinic.handoff.model import HandoffStatus, Priority
from clinic.messaging.account_news import AccountNews
from clinic.messaging.identity import apply_change, contact_of, doubt_identity, note_number
from clinic.messaging.later_changes import LaterChanges
from clinic.messaging.model import InboxStatus
from clinic.messaging.statuses import StatusNews, apply_status
from clinic.metrics import Metrics
from whatsapp.errors import AccountError, ApiErrorInfo
from whatsapp.updates import Identity, InboundMessage, MessageType, Update, UpdateKind
from whatsapp.webhooks import (
    is_incoming_call,
    is_missed_call,
    is_new_identity_key,
    read_identity_change,
    read_message,
    read_updates,
)

logger = logging.getLogger(__name__)

CLINIC_PHONE = "clinic_phone"
"""Who claims a conversation that somebody answers from the clinic's own phone."""

OF_ANOTHER_NUMBER = "other_number"
"""Noted with updates that concern another number of the account."""
_CHANGES = (MessageType.EDIT, MessageType.REVOKE)
_UNSTORABLE = (
    ArithmeticError,
    AttributeError,
    DataError,
    IntegrityError,
    LookupError,
    TypeError,
    ValueError,
)
"""What one odd update can cause; a database that does not answer is none of them."""


class UnstorableError(Exception):
    """An update can be read, but not stored."""


@dataclass
class Arrival:
    """What a webhook brought.

    Attributes:
        messages: the new messages of patients, each with its contact's id.
        updates: how many updates the body held, known ones included.
        urgent: keys of those that go first.
        released: contacts to whom something can be sent now that could not before.
        references: our references whose status came.
        account_error: why the account may not send, if a status said so.
        has_media: whether files are to be fetched.
    """

    messages: list[tuple[str, InboundMessage]] = field(default_factory=list)
    updates: int = 0
    urgent: Collection[str] = ()
    released: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    account_error: AccountError | None = None
    has_media: bool = False


class Intake:
    """Stores webhooks and does at once what must not wait for a turn."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        phone_number_id: str,
        account: AccountNews,
        changes: LaterChanges,
        metrics: Metrics | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._phone_number_id = phone_number_id
        self._account = account
        self._changes = changes
        self._metrics = metrics or Metrics()

    def receive(self, body: bytes) -> Arrival:
        """Stores every update of a body in one transaction; returns after the commit.

        Raises:
            MalformedBodyError: the body is not a JSON object.
        """
        return self.take(read_updates(body))

    def take(self, updates: list[Update], urgent: Collection[str] = ()) -> Arrival:
        """Stores updates in one transaction; one that can't be stored is parked alone.

        Args:
            urgent: keys of updates that are to be answered before others.
        """
        try:
            return self._take(updates, urgent, one_by_one=False)
        except _UNSTORABLE:
            logger.exception("An update could not be stored; it is looked for.")
            return self._take(updates, urgent, one_by_one=True)

    def take_again(self, updates: list[Update], parked_id: int) -> None:
        """Stores what a parked item turned out to hold, in its place.

        Raises:
            UnstorableError: it can't be stored; the item stays as it is.
        """
        try:
            with self._database.write() as tx:
                # What could be read and not stored was parked under its own key.
                Inbox(tx).remove(parked_id)
                for update in updates:
                    self._store(tx, update, Arrival())
        except _UNSTORABLE as error:
            raise UnstorableError(_why(error)) from error

    def _take(self, updates: list[Update], urgent: Collection[str], *, one_by_one: bool) -> Arrival:
        arrival = Arrival(updates=len(updates), urgent=urgent)
        with self._database.write() as tx:
            for update in updates:
                if not one_by_one:
                    self._store(tx, update, arrival)
                    continue
                try:
                    with tx.connection.begin_nested():
                        self._store(tx, update, arrival)
                except _UNSTORABLE as error:
                    self._park(tx, update, _why(error))
        return arrival

    def _account_for(self, tx: Transaction, update: Update) -> None:
        """Counts what concerns another number of the account; its content is none of ours."""
        counted = replace(update, raw={}, identity=None, reason=OF_ANOTHER_NUMBER)
        if self._add(tx, counted, None):
            self._metrics.received(OF_ANOTHER_NUMBER)
            logger.warning("An update for another phone number id was counted and not kept.")

    def _park(self, tx: Transaction, update: Update, reason: str) -> None:
        parked = replace(update, kind=UpdateKind.MALFORMED, reason=reason)
        if Inbox(tx).add(parked, status=InboxStatus.PARKED, contact_id=None, now=self._clock.now()):
            self._metrics.parked()

    def _store(self, tx: Transaction, update: Update, arrival: Arrival) -> None:
        if not self._is_ours(update):
            self._account_for(tx, update)
            return
        self._metrics.received(update.kind.value, str(update.raw.get("type", ""))[:24])
        identity = update.identity
        if update.kind is UpdateKind.MALFORMED:
            self._park(tx, update, update.reason or "")
        elif update.kind in (UpdateKind.MESSAGE, UpdateKind.CALL) and identity and identity.key:
            self._store_message(tx, update, identity, arrival)
        elif update.kind is UpdateKind.MESSAGE:
            self._park(tx, update, "The message has no sender.")
        elif update.kind is UpdateKind.ECHO and identity and identity.key:
            self._store_echo(tx, update, identity)
        elif self._add(tx, update, None):
            self._apply(tx, update, arrival)

    def _store_message(
        self, tx: Transaction, update: Update, identity: Identity, arrival: Arrival
    ) -> None:
        now = self._clock.now()
        message = read_message(update)
        contact = contact_of(tx, identity, now)
        is_call = update.kind is UpdateKind.CALL
        is_urgent = update.key in arrival.urgent
        is_answered = is_missed_call(update) if is_call else message.type is not MessageType.SYSTEM
        if message.type in _CHANGES:
            is_answered = self._changes.is_answered(tx, message, urgent=is_urgent)
        status = InboxStatus.WAITING if is_answered else InboxStatus.DONE
        is_new = Inbox(tx).add(
            update,
            status=status,
            contact_id=contact.id,
            now=now,
            urgent=is_urgent,
        )
        if not is_new:
            return
        own_number = next((card.own_number for card in message.contacts if card.own_number), None)
        if own_number:
            contact = note_number(tx, contact, own_number, now)
        if not is_call or is_answered:
            Handoffs(tx).note_patient(contact.id, now)
        if not is_call or is_incoming_call(update):
            # A call opens the customer service window, whether somebody took it or not.
            Contacts(tx).mark_inbound(contact.id, message.timestamp or now)
            if Outbox(tx).release_held(contact.id, now):
                arrival.released.append(contact.id)
        if message.type in _CHANGES:
            arrival.has_media |= self._changes.apply(tx, message, contact, now)
        elif message.media:
            MediaFiles(tx).expect(contact.id, message, now)
            arrival.has_media = True
        if is_answered:
            arrival.messages.append((contact.id, message))

    def _store_echo(self, tx: Transaction, update: Update, identity: Identity) -> None:
        """Somebody answered from the clinic's own phone: it is a take-over."""
        now = self._clock.now()
        contact = contact_of(tx, identity, now)
        if not self._add(tx, update, contact.id):
            return
        handoffs = Handoffs(tx)
        handoff = handoffs.open(contact.id, Priority.ROUTINE, CLINIC_PHONE, now)
        if handoff.status is HandoffStatus.WAITING:
            handoffs.claim(handoff.id, CLINIC_PHONE, now)
        else:
            handoffs.touch(handoff.id, now)

    def _apply(self, tx: Transaction, update: Update, arrival: Arrival) -> None:
        now = self._clock.now()
        if update.kind is UpdateKind.STATUS:
            news = apply_status(tx, update, now)
            self._note_status(news, arrival)
        elif update.kind in (UpdateKind.SYSTEM, UpdateKind.USER_ID_UPDATE):
            if change := read_identity_change(update):
                apply_change(tx, change, now)
            elif is_new_identity_key(update) and update.identity:
                doubt_identity(tx, update.identity, now)
        elif update.kind is UpdateKind.ERROR:
            info = ApiErrorInfo.from_item(update.raw)
            logger.error("WhatsApp reports an error: code %s.", info.code)
            self._metrics.send_failed("webhook", info.code)
        else:
            self._account.apply(tx, update)

    def _note_status(self, news: StatusNews, arrival: Arrival) -> None:
        if news.name:
            self._metrics.delivery(news.name)
        if news.reference:
            arrival.references.append(news.reference)
        if news.error is not None:
            self._metrics.send_failed(type(news.error).__name__, news.error.code)
        if isinstance(news.error, AccountError):
            arrival.account_error = news.error
        if news.contact_id:
            arrival.released.append(news.contact_id)

    def _add(self, tx: Transaction, update: Update, contact_id: str | None) -> bool:
        return Inbox(tx).add(
            update, status=InboxStatus.DONE, contact_id=contact_id, now=self._clock.now()
        )

    def _is_ours(self, update: Update) -> bool:
        return update.phone_number_id in (None, self._phone_number_id)


def _why(error: Exception) -> str:
    """Returns the reason without the error's own words: they can hold what a patient wrote."""
    return f"{type(error).__name__} while it was stored."

"""Taking webhooks in: verified bytes become rows, before anybody acknowledges them."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.exc import DataError, IntegrityError

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database, Transaction
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.inbox import Inbox
from clinic.adapters.media import MediaFiles
from clinic.adapters.outbox import Outbox
from clinic.clock import Clock
from clinic.handoff.model import HandoffStatus, Priority
from clinic.messaging.identity import apply_change, doubt_identity
from clinic.messaging.later_changes import LaterChanges
from clinic.messaging.model import Contact, InboxStatus
from clinic.messaging.statuses import StatusNews, apply_status
from clinic.messaging.template_register import STATUS_FIELD, TemplateRegister
from clinic.metrics import Metrics
from whatsapp.errors import AccountError, ApiErrorInfo
from whatsapp.updates import Identity, InboundMessage, MessageType, Update, UpdateKind
from whatsapp.webhooks import (
    is_new_identity_key,
    is_unanswered_call,
    read_identity_change,
    read_message,
    read_updates,
)

logger = logging.getLogger(__name__)

CLINIC_PHONE = "clinic_phone"
"""Who claims a conversation that somebody answers from the clinic's own phone."""

_CHANGES = (MessageType.EDIT, MessageType.REVOKE)
_ACCOUNT_FIELDS = frozenset(
    {
        "account_alerts",
        "account_review_update",
        "account_update",
        "business_capability_update",
        "message_template_quality_update",
        "phone_number_name_update",
        "phone_number_quality_update",
        "security",
        "template_category_update",
    }
)
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
        templates: TemplateRegister,
        changes: LaterChanges,
        metrics: Metrics | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._phone_number_id = phone_number_id
        self._templates = templates
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

    def _park(self, tx: Transaction, update: Update, reason: str) -> None:
        parked = replace(update, kind=UpdateKind.MALFORMED, reason=reason)
        if Inbox(tx).add(parked, status=InboxStatus.PARKED, contact_id=None, now=self._clock.now()):
            self._metrics.parked()

    def _store(self, tx: Transaction, update: Update, arrival: Arrival) -> None:
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
        contact = self._contact(tx, identity, now)
        is_ours = self._is_ours(update)
        is_urgent = update.key in arrival.urgent
        is_answered = is_ours and message.type is not MessageType.SYSTEM
        if message.type in _CHANGES:
            is_answered = is_ours and self._changes.is_answered(tx, message, urgent=is_urgent)
        if update.kind is UpdateKind.CALL:
            is_answered = is_ours and is_unanswered_call(update)
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
        if not is_ours:
            logger.warning("A message for another phone number id was stored and not answered.")
            return
        if update.kind is not UpdateKind.CALL or is_unanswered_call(update):
            Contacts(tx).mark_inbound(contact.id, message.timestamp or now)
            Handoffs(tx).note_patient(contact.id, now)
            if Outbox(tx).release_held(contact.id, now):
                arrival.released.append(contact.id)
        if message.type in _CHANGES:
            arrival.has_media |= self._changes.apply(tx, message, contact, now)
        elif message.media:
            MediaFiles(tx).expect(contact.id, message, now)
            arrival.has_media = True
        own = next((card for card in message.contacts if card.is_own and card.wa_ids), None)
        if own and contact.phone is None:
            self._note_number(tx, contact, own.wa_ids[0], now)
        if is_answered:
            arrival.messages.append((contact.id, message))

    def _note_number(self, tx: Transaction, contact: Contact, phone: str, now: datetime) -> None:
        """Takes over the number that somebody without one sent us at our request."""
        if Contacts(tx).find(phone=phone, user_id=None) is None:
            Contacts(tx).rename(contact.id, phone=phone, user_id=None)
        else:
            Handoffs(tx).open(contact.id, Priority.ROUTINE, "number_of_another_contact", now)

    def _store_echo(self, tx: Transaction, update: Update, identity: Identity) -> None:
        """Somebody answered from the clinic's own phone: it is a take-over."""
        now = self._clock.now()
        contact = self._contact(tx, identity, now)
        is_new = self._add(tx, update, contact.id)
        if not is_new or not self._is_ours(update):
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
        elif update.field == STATUS_FIELD:
            self._templates.note_webhook(tx, update.raw)
        elif update.field in _ACCOUNT_FIELDS:
            event = str(update.raw.get("event", ""))[:40]
            logger.error("WhatsApp reports about the account: %s %s.", update.field, event)

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

    def _contact(self, tx: Transaction, identity: Identity, now: datetime) -> Contact:
        return Contacts(tx).find_or_create(
            phone=identity.wa_id,
            user_id=identity.user_id,
            profile_name=identity.profile_name,
            now=now,
        )

    def _add(self, tx: Transaction, update: Update, contact_id: str | None) -> bool:
        return Inbox(tx).add(
            update, status=InboxStatus.DONE, contact_id=contact_id, now=self._clock.now()
        )

    def _is_ours(self, update: Update) -> bool:
        return update.phone_number_id in (None, self._phone_number_id)


def _why(error: Exception) -> str:
    """Returns the reason without the error's own words: they can hold what a patient wrote."""
    return f"{type(error).__name__} while it was stored."

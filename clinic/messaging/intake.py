"""Taking webhooks in: verified bytes become rows, before anybody acknowledges them."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database, Transaction
from clinic.adapters.inbox import Inbox
from clinic.adapters.outbox import Outbox
from clinic.clock import Clock
from clinic.messaging.model import InboxStatus
from whatsapp.updates import InboundMessage, MessageType, Update, UpdateKind
from whatsapp.webhooks import read_message, read_status, read_updates

logger = logging.getLogger(__name__)

_UNANSWERED = {MessageType.SYSTEM, MessageType.REVOKE}
"""Messages that WhatsApp reports but that nobody wrote to the clinic."""


@dataclass(frozen=True)
class Arrival:
    """What a webhook brought.

    Attributes:
        messages: the new messages of patients, each with its contact's id.
        updates: how many updates the body held, known ones included.
    """

    messages: tuple[tuple[str, InboundMessage], ...]
    updates: int


class Intake:
    """Stores webhooks and writes delivery statuses back."""

    def __init__(self, database: Database, clock: Clock, phone_number_id: str) -> None:
        self._database = database
        self._clock = clock
        self._phone_number_id = phone_number_id

    def receive(self, body: bytes) -> Arrival:
        """Stores every update of a body in one transaction; returns after the commit.

        Raises:
            MalformedBodyError: the body is not a JSON object.
        """
        updates = read_updates(body)
        messages = []
        with self._database.write() as tx:
            for update in updates:
                message = self._store(tx, update)
                if message:
                    messages.append(message)
        return Arrival(tuple(messages), len(updates))

    def _store(self, tx: Transaction, update: Update) -> tuple[str, InboundMessage] | None:
        if update.kind is UpdateKind.MESSAGE and update.identity and update.identity.key:
            return self._store_message(tx, update)
        parked = update.kind in (UpdateKind.MALFORMED, UpdateKind.MESSAGE)
        status = InboxStatus.PARKED if parked else InboxStatus.DONE
        is_new = Inbox(tx).add(update, status=status, contact_id=None, now=self._clock.now())
        if is_new and update.kind is UpdateKind.STATUS:
            self._apply_status(tx, update)
        return None

    def _store_message(self, tx: Transaction, update: Update) -> tuple[str, InboundMessage] | None:
        now = self._clock.now()
        message = read_message(update)
        identity = message.identity
        contact = Contacts(tx).find_or_create(
            phone=identity.wa_id,
            user_id=identity.user_id,
            profile_name=identity.profile_name,
            now=now,
        )
        is_ours = update.phone_number_id in (None, self._phone_number_id)
        is_answered = is_ours and message.type not in _UNANSWERED
        status = InboxStatus.WAITING if is_answered else InboxStatus.DONE
        if not Inbox(tx).add(update, status=status, contact_id=contact.id, now=now):
            return None
        if not is_ours:
            logger.warning("A message for another phone number id was stored and not answered.")
            return None
        Contacts(tx).mark_inbound(contact.id, message.timestamp or now)
        return (contact.id, message) if is_answered else None

    def _apply_status(self, tx: Transaction, update: Update) -> None:
        status = read_status(update)
        Outbox(tx).apply_status(
            wamid=status.wamid,
            reference=status.reference,
            status=status.status,
            error_code=status.errors[0].code if status.errors else None,
            now=self._clock.now(),
        )

"""The sender's transactions: which row of a patient goes next, and what came of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database, Transaction
from clinic.adapters.leases import Leases
from clinic.adapters.send_queue import SendQueue
from clinic.clock import Clock
from clinic.messaging.delivery import give_up
from clinic.messaging.media_upload import MediaUploads
from clinic.messaging.model import Contact, OutboxKind, OutboxRow, OutboxStatus
from clinic.messaging.pace import RecipientRates
from clinic.messaging.retries import (
    UNCERTAIN_FOR_AT_LEAST,
    UNCERTAIN_FOR_AT_MOST,
    Fate,
    Outcome,
    outcome,
)
from clinic.messaging.sending_rules import TEMPLATE_CODE, Hold, SendingRules, initiates
from clinic.metrics import Metrics
from whatsapp.errors import WhatsAppError

logger = logging.getLogger(__name__)

_ANSWER_LOST_AFTER = timedelta(seconds=30)
_UPLOAD_WITHIN = timedelta(minutes=3)
_LOOK_AGAIN_AFTER = timedelta(seconds=5)
_ORDER_WAIT = timedelta(seconds=3)


class Step(Enum):
    """What came of looking at a contact's next row."""

    SENT = "sent"
    """Or its file was uploaded: the contact's next row may be looked at."""
    NOTHING = "nothing"
    MUST_WAIT = "must wait"
    MUST_LOOK_UP = "must look up"
    """What WhatsApp says of its template is not known yet."""


@dataclass(frozen=True)
class Taken:
    """A row that this process has marked as under way, and when; in which language.

    Attributes:
        body: the request; None when the row's file has to be uploaded first.
    """

    row: OutboxRow
    taken_at: datetime
    body: dict[str, Any] | None
    language: str = ""


class OutboxWork:
    """Takes rows for one sender and notes what became of them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        timer: Clock,
        rules: SendingRules,
        uploads: MediaUploads,
        metrics: Metrics,
        owner: str,
    ) -> None:
        """Takes, besides the clinic's clock, the timer of the attempts and the leases' owner."""
        self._database = database
        self._clock = clock
        self._timer = timer
        self._rules = rules
        self._uploads = uploads
        self._metrics = metrics
        self._owner = owner
        self._recipients = RecipientRates()

    def contacts_due(self) -> list[tuple[str, OutboxKind]]:
        """Returns the contacts that something can be sent to now, answers first."""
        with self._database.read() as tx:
            return SendQueue(tx).contacts_due(self._timer.now())

    def take(self, contact_id: str, in_order: bool) -> Taken | Step:
        """Returns the next row, marked as under way, or why there is none.

        The lease is held while there is something to send.
        """
        with self._database.write() as tx:
            timer = self._timer.now()
            if not Leases(tx).acquire(_lease(contact_id), self._owner, timer):
                return Step.NOTHING
            taken = self._next(tx, contact_id, timer, in_order)
            if taken in (Step.NOTHING, Step.MUST_LOOK_UP):
                Leases(tx).release(_lease(contact_id), self._owner)
            return taken

    def _next(
        self, tx: Transaction, contact_id: str, timer: datetime, in_order: bool
    ) -> Taken | Step:
        queue, now = SendQueue(tx), self._clock.now()
        while row := queue.next_for(contact_id, timer):
            contact = Contacts(tx).get(contact_id)
            if row.status is OutboxStatus.SENDING and not self._was_not_sent(tx, row, contact):
                return Step.NOTHING
            verdict = self._rules.verdict(tx, row, contact, now, timer)
            if isinstance(verdict, Hold):
                queue.hold_back(row.id, verdict.code, now, timer + verdict.wait)
                return Step.MUST_LOOK_UP if verdict.needs_look_up else Step.NOTHING
            if verdict:
                self._metrics.refused(verdict.fate.value)
                raw = {"refused_here": verdict.why}
                give_up(tx, row, contact, verdict.fate, code=verdict.code, raw=raw, now=now)
                continue
            body = self._uploads.complete(tx, row.body)
            if body is None:
                # It takes its time, before the message counts as under way.
                queue.mark_uploading(row.id, now, timer + _UPLOAD_WITHIN)
                return Taken(row, timer, None)
            if in_order and queue.has_one_on_its_way(contact_id, timer - _ORDER_WAIT):
                return Step.MUST_WAIT
            if (wait := self._recipients.take(contact_id, timer)) > timedelta(0):
                queue.postpone(row.id, now, timer + wait)
                return Step.NOTHING
            _address(body, contact)
            queue.mark_sending(
                row, now, timer, _ANSWER_LOST_AFTER, initiates=initiates(row, contact, now)
            )
            return Taken(row, timer, body, contact.language or "" if contact else "")
        return Step.NOTHING

    def _was_not_sent(self, tx: Transaction, row: OutboxRow, contact: Contact | None) -> bool:
        """Decides about a request whose answer was lost, with what statuses have told."""
        timer, now = self._timer.now(), self._clock.now()
        passed = timer - (row.attempted_at or timer)
        if passed >= UNCERTAIN_FOR_AT_LEAST and SendQueue(tx).later_one_was_sent(row):
            logger.warning("Outbox row %d was not sent: later ones have a status.", row.id)
            return True
        if passed >= UNCERTAIN_FOR_AT_MOST:
            give_up(tx, row, contact, Fate.UNCERTAIN, code=None, raw=None, now=now)
        else:
            SendQueue(tx).postpone(row.id, now, timer + _LOOK_AGAIN_AFTER)
        return False

    def templates_are_known(self) -> None:
        """Lets go what waited for the look-up of the templates."""
        with self._database.write() as tx:
            SendQueue(tx).let_go(TEMPLATE_CODE, self._clock.now(), self._timer.now())

    def note_accepted(self, row: OutboxRow, wamid: str) -> None:
        """Notes that the API took a row."""
        with self._database.write() as tx:
            SendQueue(tx).mark_accepted(row.id, wamid, self._clock.now(), self._timer.now())

    def note_uploaded(self, row: OutboxRow) -> None:
        """Notes that a row's file is with WhatsApp: the row itself goes next."""
        with self._database.write() as tx:
            SendQueue(tx).mark_uploaded(row, self._clock.now(), self._timer.now())

    def note_failure(self, row: OutboxRow, error: WhatsAppError) -> bool:
        """Notes an error; False when the row is tried again later."""
        now, timer = self._clock.now(), self._timer.now()
        what = outcome(error, row.attempts + 1)
        with self._database.write() as tx:
            if self._uploads.forget_stale(tx, row, error):
                what = Outcome(Fate.RETRY, timedelta(0))
            if what.fate is Fate.UNCERTAIN:
                look = timer + (what.delay or _LOOK_AGAIN_AFTER)
                SendQueue(tx).mark_uncertain(row.id, error.raw, now, look)
            elif what.delay is not None:
                SendQueue(tx).mark_retry(row.id, error.code, error.raw, now, at=timer + what.delay)
            else:
                contact = Contacts(tx).get(row.contact_id)
                give_up(tx, row, contact, what.fate, code=error.code, raw=error.raw, now=now)
        return what.delay is None


def _address(body: dict[str, Any], contact: Contact | None) -> None:
    """Addresses a request to what the contact's number or user id is now."""
    if contact and contact.phone:
        body.pop("recipient", None)
        body["to"] = f"+{contact.phone}"
    elif contact and contact.user_id:
        body.pop("to", None)
        body["recipient"] = contact.user_id


def _lease(contact_id: str) -> str:
    return f"send:{contact_id}"

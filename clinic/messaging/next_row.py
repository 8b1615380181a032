"""Which message goes next to a contact: looked at, decided upon and marked in one transaction."""

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
from clinic.adapters.tables.base import new_id
from clinic.clock import Clock
from clinic.messaging.delivery import give_up
from clinic.messaging.media_upload import MediaUploads
from clinic.messaging.model import Contact, OutboxRow, OutboxStatus
from clinic.messaging.pace import RecipientRates
from clinic.messaging.retries import UNCERTAIN_FOR_AT_LEAST, UNCERTAIN_FOR_AT_MOST, Fate
from clinic.messaging.sending_rules import SendingRules
from clinic.metrics import Metrics

logger = logging.getLogger(__name__)

LOOK_AGAIN_AFTER = timedelta(seconds=5)
_ANSWER_LOST_AFTER = timedelta(seconds=30)
_UPLOAD_WITHIN = timedelta(minutes=3)
_ORDER_WAIT = timedelta(seconds=3)


class Step(Enum):
    """What came of looking at a contact's next row."""

    SENT = "sent"
    """Or its file was uploaded: the contact's next row may be looked at."""
    NOTHING = "nothing"
    MUST_WAIT = "must wait"


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


class NextRows:
    """Takes the rows of one process, a contact's one after the other."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        rules: SendingRules,
        uploads: MediaUploads,
        timer: Clock,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules
        self._uploads = uploads
        self._timer = timer
        self._metrics = metrics
        self._owner = new_id()
        self._recipients = RecipientRates()

    def take(self, contact_id: str, in_order: bool) -> Taken | Step:
        """Returns the next row, marked as under way, or why there is none.

        The lease is held while there is something to send.
        """
        with self._database.write() as tx:
            timer = self._timer.now()
            if not Leases(tx).acquire(_lease(contact_id), self._owner, timer):
                return Step.NOTHING
            while row := SendQueue(tx).next_for(contact_id, timer):
                contact = Contacts(tx).get(contact_id)
                if row.status is OutboxStatus.SENDING and not self._was_not_sent(tx, row, contact):
                    break
                if refused := self._rules.refusal(tx, row, contact, self._clock.now()):
                    fate, code, why = refused
                    self._metrics.refused(fate.value)
                    give_up(
                        tx,
                        row,
                        contact,
                        fate,
                        code=code,
                        raw={"refused_here": why},
                        now=self._clock.now(),
                    )
                    continue
                body = self._uploads.complete(tx, row.body)
                if body is None:
                    # It takes its time, before the message counts as under way.
                    SendQueue(tx).mark_uploading(row.id, self._clock.now(), timer + _UPLOAD_WITHIN)
                    return Taken(row, timer, None)
                if in_order and SendQueue(tx).has_one_on_its_way(contact_id, timer - _ORDER_WAIT):
                    return Step.MUST_WAIT
                if (wait := self._recipients.take(contact_id, timer)) > timedelta(0):
                    SendQueue(tx).postpone(row.id, self._clock.now(), timer + wait)
                    break
                _address(body, contact)
                SendQueue(tx).mark_sending(row, self._clock.now(), timer, _ANSWER_LOST_AFTER)
                return Taken(row, timer, body, contact.language or "" if contact else "")
            Leases(tx).release(_lease(contact_id), self._owner)
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
            SendQueue(tx).postpone(row.id, now, timer + LOOK_AGAIN_AFTER)
        return False


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

"""Sending the outbox: in order for each patient, patients side by side, nothing lost or doubled.

A row is marked as under way before the request and done after its answer. When the process dies
in between, or the answer is lost, only a delivery status can tell whether the message was sent:
the row waits for one. It is sent again only when statuses of later messages came and none of
its own; when no status tells anything, staff are told instead.

Attempts and leases go by the computer's own clock, which all processes share and which goes
on when one of them starts anew; a demo's clock does neither.
"""

from __future__ import annotations

import asyncio
import contextlib
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
from clinic.clock import Clock, SystemClock
from clinic.messaging.breaker import CircuitBreaker
from clinic.messaging.delivery import give_up
from clinic.messaging.media_upload import MediaUploads
from clinic.messaging.model import Contact, OutboxKind, OutboxRow, OutboxStatus
from clinic.messaging.pace import NumberRate, Places, RecipientRates, Urgency
from clinic.messaging.queue import KeyedWorkers
from clinic.messaging.retries import (
    UNCERTAIN_FOR_AT_LEAST,
    UNCERTAIN_FOR_AT_MOST,
    Fate,
    Outcome,
    outcome,
)
from clinic.messaging.sending_rules import SendingRules
from clinic.metrics import Metrics
from whatsapp.client import SendResult
from whatsapp.errors import AccountError, RetryableError, WhatsAppError
from whatsapp.provider import MessagingProvider

logger = logging.getLogger(__name__)

_ANSWER_LOST_AFTER = timedelta(seconds=30)
_LOOK_AGAIN_AFTER = timedelta(seconds=5)
_SEND_WITHIN = timedelta(seconds=10)
_UPLOAD_WITHIN = timedelta(minutes=3)
_ORDER_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.5)
"""Seconds between looks whether the earlier message was delivered; 3 s in all."""
_ORDER_WAIT = timedelta(seconds=3)
_AT_ONCE = 16
"""Most requests under way at a time: below what the client's pool holds."""
_RATE_CODES = frozenset({4, 80007, 130429})
_ANSWER_AFTER_STATUS_SECONDS = 1.0


class _Step(Enum):
    """What came of looking at a contact's next row."""

    SENT = "sent"
    """Or its file was uploaded: the contact's next row may be looked at."""
    NOTHING = "nothing"
    MUST_WAIT = "must wait"


@dataclass(frozen=True)
class _Taken:
    """A row that this process has marked as under way, and when.

    Attributes:
        body: the request; None when the row's file has to be uploaded first.
    """

    row: OutboxRow
    taken_at: datetime
    body: dict[str, Any] | None


class Sender:
    """Sends what is queued."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        client: MessagingProvider,
        rules: SendingRules,
        uploads: MediaUploads,
        timer: Clock | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        """Takes the clinic's clock for what is recorded, and a timer for attempts."""
        self._database = database
        self._clock = clock
        self._client = client
        self._rules = rules
        self._uploads = uploads
        self._timer = timer or SystemClock()
        self._metrics = metrics or Metrics()
        self._owner = new_id()
        self._places = Places(_AT_ONCE)
        self._rate = NumberRate(rules.messages_per_second)
        self._recipients = RecipientRates()
        self.breaker = CircuitBreaker()
        self._urgency: dict[str, Urgency] = {}
        self._under_way: dict[str, asyncio.Event] = {}
        self._workers = KeyedWorkers(self._drain)

    def wake(self, contact_id: str) -> None:
        """Tells that an answer was queued for a contact."""
        self._urgency[contact_id] = Urgency.REPLY
        self._workers.wake(contact_id)

    async def wake_due(self) -> None:
        """Takes up everything that is due: retries, and what another process left behind."""
        for contact_id, kind in await asyncio.to_thread(self._contacts_due):
            urgency = Urgency.REPLY if kind is OutboxKind.REPLY else Urgency.BULK
            self._urgency[contact_id] = min(urgency, self._urgency.get(contact_id, urgency))
            self._workers.wake(contact_id)

    def status_came(self, reference: str) -> None:
        """Tells that a request's status is known, so that its lost answer isn't waited for."""
        if event := self._under_way.get(reference):
            event.set()

    def trip(self, error: AccountError) -> None:
        """Stops sending because a status told that the account may not send."""
        self.breaker.failed(error, self._timer.now())

    async def join(self) -> None:
        """Waits until nothing is under way."""
        await self._workers.join()

    async def stop(self) -> None:
        await self._workers.stop()

    def _contacts_due(self) -> list[tuple[str, OutboxKind]]:
        with self._database.read() as tx:
            return SendQueue(tx).contacts_due(self._timer.now())

    async def _drain(self, contact_id: str) -> None:
        pauses = list(_ORDER_PAUSES)
        try:
            while True:
                async with self._places.take(self._urgency.get(contact_id, Urgency.BULK)):
                    step = await self._send_next(contact_id, in_order=bool(pauses))
                if step is _Step.NOTHING:
                    return
                if step is _Step.MUST_WAIT:
                    await asyncio.sleep(pauses.pop(0))
                else:
                    pauses = list(_ORDER_PAUSES)
        finally:
            self._urgency.pop(contact_id, None)

    async def _send_next(self, contact_id: str, *, in_order: bool) -> _Step:
        # Before the row is taken: one that is marked as under way must be on its way at once.
        await self._rate.wait(self._urgency.get(contact_id, Urgency.BULK))
        if not self.breaker.allows(self._timer.now()):
            return _Step.NOTHING
        taken: _Taken | _Step = _Step.NOTHING
        try:
            taken = await asyncio.to_thread(self._take, contact_id, in_order)
        finally:
            if not isinstance(taken, _Taken):
                self.breaker.unused()
        if not isinstance(taken, _Taken):
            return taken
        if self._timer.now() - taken.taken_at > _SEND_WITHIN:
            # This process stood still: another may have taken the row over meanwhile.
            logger.warning(
                "Outbox row %d was not sent in time; it is looked at again.", taken.row.id
            )
            self.breaker.unused()
            return _Step.NOTHING
        if taken.body is None:
            return _Step.SENT if await self._upload(taken.row) else _Step.NOTHING
        self._rate.used()
        return _Step.SENT if await self._send(taken.row, taken.body) else _Step.NOTHING

    def _take(self, contact_id: str, in_order: bool) -> _Taken | _Step:
        """Returns the next row, marked as under way, or why there is none.

        The lease is held while there is something to send.
        """
        with self._database.write() as tx:
            timer = self._timer.now()
            if not Leases(tx).acquire(_lease(contact_id), self._owner, timer):
                return _Step.NOTHING
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
                    return _Taken(row, timer, None)
                if in_order and SendQueue(tx).has_one_on_its_way(contact_id, timer - _ORDER_WAIT):
                    return _Step.MUST_WAIT
                if (wait := self._recipients.take(contact_id, timer)) > timedelta(0):
                    SendQueue(tx).postpone(row.id, self._clock.now(), timer + wait)
                    break
                _address(body, contact)
                SendQueue(tx).mark_sending(row, self._clock.now(), timer, _ANSWER_LOST_AFTER)
                return _Taken(row, timer, body)
            Leases(tx).release(_lease(contact_id), self._owner)
            return _Step.NOTHING

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

    async def _send(self, row: OutboxRow, body: dict[str, Any]) -> bool:
        """Sends a row; False when it is tried again later, and those behind it wait."""
        try:
            result = await self._answer(row, body)
        except WhatsAppError as error:
            return await self._failed(row, error)
        self.breaker.succeeded()
        self._rate.accepted()
        self._metrics.sent(str(body.get("type", "")))
        if result is not None:
            await asyncio.to_thread(self._note_accepted, row, result.wamid)
        return True

    async def _upload(self, row: OutboxRow) -> bool:
        """Uploads a row's file; False when that is tried again later."""
        try:
            await self._uploads.upload(row.body)
        except WhatsAppError as error:
            return await self._failed(row, error)
        self.breaker.succeeded()
        await asyncio.to_thread(self._note_uploaded, row)
        return True

    async def _failed(self, row: OutboxRow, error: WhatsAppError) -> bool:
        self._metrics.send_failed(type(error).__name__, error.code)
        self.breaker.failed(error, self._timer.now())
        if isinstance(error, RetryableError) and error.code in _RATE_CODES:
            self._rate.too_fast()
        return await asyncio.to_thread(self._note_failure, row, error)

    async def _answer(self, row: OutboxRow, body: dict[str, Any]) -> SendResult | None:
        """Sends; returns None when a status told that it was sent before the API answered."""
        reference = str(body.get("biz_opaque_callback_data", row.reference))
        came = self._under_way[reference] = asyncio.Event()
        request = asyncio.ensure_future(self._client.send(body))
        status = asyncio.ensure_future(came.wait())
        try:
            await asyncio.wait({request, status}, return_when=asyncio.FIRST_COMPLETED)
            if not request.done():
                await asyncio.wait({request}, timeout=_ANSWER_AFTER_STATUS_SECONDS)
            return request.result() if request.done() else None
        finally:
            del self._under_way[reference]
            for task in (request, status):
                if not task.done():
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError, WhatsAppError):
                        await task

    def _note_accepted(self, row: OutboxRow, wamid: str) -> None:
        with self._database.write() as tx:
            SendQueue(tx).mark_accepted(row.id, wamid, self._clock.now(), self._timer.now())

    def _note_uploaded(self, row: OutboxRow) -> None:
        with self._database.write() as tx:
            SendQueue(tx).mark_uploaded(row, self._clock.now(), self._timer.now())

    def _note_failure(self, row: OutboxRow, error: WhatsAppError) -> bool:
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

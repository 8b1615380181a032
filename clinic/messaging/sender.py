"""Sending the outbox: in order for each patient, patients side by side, nothing lost.

A row is marked as under way before the request and done after its answer. When the process
dies in between, or the answer is lost, the row is sent again unless a delivery status has
shown meanwhile that it arrived: at most one repeat.

Attempts and leases go by the computer's own clock, which all processes share and which goes
on when one of them starts anew; a demo's clock does neither.
"""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import datetime, timedelta

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database
from clinic.adapters.leases import Leases
from clinic.adapters.outbox import Outbox
from clinic.adapters.tables.base import new_id
from clinic.clock import Clock, SystemClock
from clinic.consent.sending import may_be_sent
from clinic.messaging.model import OutboxRow
from clinic.messaging.queue import KeyedWorkers
from whatsapp.client import CloudApiClient
from whatsapp.errors import (
    AccountError,
    RetryableError,
    TimeoutMaybeSentError,
    TransportError,
    WhatsAppError,
    WindowClosedError,
)

logger = logging.getLogger(__name__)

_ANSWER_LOST_AFTER = timedelta(seconds=30)
_STATUS_WAIT = timedelta(seconds=5)
"""For the status of a request that may have been carried out."""
_ACCOUNT_PAUSE = timedelta(seconds=60)
_WINDOW_RECHECK = timedelta(seconds=5)
_MAX_BACKOFF_SECONDS = 300.0
_MAX_ATTEMPTS_UNREACHABLE = 300
"""About a day: then the customer service window is closed anyway."""
_MAX_ATTEMPTS_BUSY = 40
"""About two hours: a message that the API never takes must not hold back the next ones for ever."""
_MAX_ATTEMPTS_MAYBE_SENT = 5
"""Each of them may have reached the patient."""
_AT_ONCE = 16
"""Most requests under way at a time: below what the client's pool holds."""


class Sender:
    """Sends what is queued."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        client: CloudApiClient,
        timer: Clock | None = None,
    ) -> None:
        """Takes the clinic's clock for what is recorded, and a timer for attempts."""
        self._database = database
        self._clock = clock
        self._client = client
        self._timer = timer or SystemClock()
        self._owner = new_id()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._paused_until: datetime | None = None
        self._workers = KeyedWorkers(self._drain)

    def wake(self, contact_id: str) -> None:
        """Tells that something was queued for a contact."""
        self._workers.wake(contact_id)

    async def wake_due(self) -> None:
        """Takes up everything that is due: retries, and what another process left behind."""
        for contact_id in await asyncio.to_thread(self._contacts_due):
            self._workers.wake(contact_id)

    async def join(self) -> None:
        """Waits until nothing is under way."""
        await self._workers.join()

    async def stop(self) -> None:
        await self._workers.stop()

    def _contacts_due(self) -> list[str]:
        with self._database.read() as tx:
            return Outbox(tx).contacts_due(self._timer.now())

    async def _drain(self, contact_id: str) -> None:
        more = True
        while more:
            async with self._slots:
                more = await self._send_next(contact_id)

    async def _send_next(self, contact_id: str) -> bool:
        if self._is_paused():
            return False
        row = await asyncio.to_thread(self._take, contact_id)
        if row:
            await self._send(row)
        return row is not None

    def _is_paused(self) -> bool:
        return self._paused_until is not None and self._timer.now() < self._paused_until

    def _take(self, contact_id: str) -> OutboxRow | None:
        """Returns the next row, marked as under way; None when nothing can be sent now.

        The lease is held while there is something to send.
        """
        with self._database.write() as tx:
            now = self._timer.now()
            if not Leases(tx).acquire(_lease(contact_id), self._owner, now):
                return None
            row = Outbox(tx).next_for(contact_id, now)
            while row and not may_be_sent(tx, row, self._clock.now()):
                Outbox(tx).mark_withheld(row.id, self._clock.now())
                row = Outbox(tx).next_for(contact_id, now)
            if row is None:
                Leases(tx).release(_lease(contact_id), self._owner)
                return None
            Outbox(tx).mark_sending(row.id, self._clock.now(), retry_at=now + _ANSWER_LOST_AFTER)
            contact = Contacts(tx).get(contact_id)
            if contact and contact.phone:
                row.body["to"] = f"+{contact.phone}"
            return row

    async def _send(self, row: OutboxRow) -> None:
        try:
            result = await self._client.send(row.body)
        except WhatsAppError as error:
            await asyncio.to_thread(self._note_failure, row, error)
        else:
            await asyncio.to_thread(self._note_accepted, row, result.wamid)

    def _note_accepted(self, row: OutboxRow, wamid: str) -> None:
        with self._database.write() as tx:
            Outbox(tx).mark_accepted(row.id, wamid, self._clock.now())

    def _note_failure(self, row: OutboxRow, error: WhatsAppError) -> None:
        now, timer = self._clock.now(), self._timer.now()
        if isinstance(error, AccountError):
            logger.error("Sending is stopped by the account: code %s.", error.code)
            self._paused_until = timer + _ACCOUNT_PAUSE
        delay = _retry_delay(error, row.attempts + 1)
        with self._database.write() as tx:
            if delay is None:
                logger.error("Outbox row %d was refused: code %s.", row.id, error.code)
                Outbox(tx).mark_failed(row.id, error.code, error.raw, now)
            else:
                Outbox(tx).mark_retry(row.id, error.code, error.raw, now, at=timer + delay)


def _retry_delay(error: WhatsAppError, attempts: int) -> timedelta | None:
    """Returns how long to wait before the next attempt; None when there is none."""
    if isinstance(error, AccountError):
        # Nothing can be sent until somebody repairs the account: everything stays queued.
        return _ACCOUNT_PAUSE
    if isinstance(error, WindowClosedError):
        # At times the API is wrong about it: it is asked once more.
        return _WINDOW_RECHECK if attempts == 1 else None
    backoff = timedelta(seconds=backoff_seconds(attempts))
    if isinstance(error, TimeoutMaybeSentError):
        return max(backoff, _STATUS_WAIT) if attempts < _MAX_ATTEMPTS_MAYBE_SENT else None
    if isinstance(error, TransportError):
        return backoff if attempts < _MAX_ATTEMPTS_UNREACHABLE else None
    if isinstance(error, RetryableError):
        return backoff if attempts < _MAX_ATTEMPTS_BUSY else None
    return None


def backoff_seconds(attempts: int) -> float:
    """Returns a wait that doubles with every attempt, with jitter against herds."""
    ceiling = min(_MAX_BACKOFF_SECONDS, 2.0 ** min(attempts - 1, 16))
    return ceiling * random.uniform(0.5, 1.0)


def _lease(contact_id: str) -> str:
    return f"send:{contact_id}"

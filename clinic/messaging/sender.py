"""Sending the outbox: in order for each patient, patients side by side, nothing lost.

A row is marked as under way before the request and done after its answer. When the process
dies in between, or the answer is lost, the row is sent again unless a delivery status has
shown meanwhile that it arrived: at most one repeat.
"""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import timedelta

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database
from clinic.adapters.leases import Leases
from clinic.adapters.outbox import Outbox
from clinic.adapters.tables.base import new_id
from clinic.clock import Clock
from clinic.messaging.model import OutboxRow
from clinic.messaging.queue import KeyedWorkers
from whatsapp.client import CloudApiClient
from whatsapp.errors import AccountError, RetryableError, TransportError, WhatsAppError

logger = logging.getLogger(__name__)

_ANSWER_LOST_AFTER = timedelta(seconds=30)
_ACCOUNT_PAUSE = timedelta(seconds=60)
_MAX_BACKOFF_SECONDS = 300.0
_MAX_ATTEMPTS = 12


class Sender:
    """Sends what is queued."""

    def __init__(self, database: Database, clock: Clock, client: CloudApiClient) -> None:
        self._database = database
        self._clock = clock
        self._client = client
        self._owner = new_id()
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
            return Outbox(tx).contacts_due(self._clock.now())

    async def _drain(self, contact_id: str) -> None:
        while row := await asyncio.to_thread(self._take, contact_id):
            await self._send(row)
        await asyncio.to_thread(self._release, contact_id)

    def _take(self, contact_id: str) -> OutboxRow | None:
        """Returns the next row, marked as under way; None when nothing can be sent now."""
        with self._database.write() as tx:
            now = self._clock.now()
            if not Leases(tx).acquire(_lease(contact_id), self._owner, now):
                return None
            row = Outbox(tx).next_for(contact_id, now)
            if row is None:
                return None
            Outbox(tx).mark_sending(row.id, now, retry_at=now + _ANSWER_LOST_AFTER)
            contact = Contacts(tx).get(contact_id)
            if contact and contact.phone:
                row.body["to"] = f"+{contact.phone}"
            return row

    def _release(self, contact_id: str) -> None:
        with self._database.write() as tx:
            Leases(tx).release(_lease(contact_id), self._owner)

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
        now = self._clock.now()
        attempts = row.attempts + 1
        if isinstance(error, AccountError):
            # Nothing can be sent until somebody repairs the account: everything stays queued.
            logger.error("Sending is stopped by the account: code %s.", error.code)
            delay: timedelta | None = _ACCOUNT_PAUSE
        elif isinstance(error, RetryableError | TransportError) and attempts < _MAX_ATTEMPTS:
            delay = timedelta(seconds=backoff_seconds(attempts))
        else:
            delay = None
        with self._database.write() as tx:
            if delay is None:
                logger.error("Outbox row %d was refused: code %s.", row.id, error.code)
                Outbox(tx).mark_failed(row.id, error.code, error.raw, now)
            else:
                Outbox(tx).mark_retry(row.id, error.code, error.raw, now, at=now + delay)


def backoff_seconds(attempts: int) -> float:
    """Returns a wait that doubles with every attempt, with jitter against herds."""
    ceiling = min(_MAX_BACKOFF_SECONDS, 2.0 ** (attempts - 1))
    return ceiling * random.uniform(0.5, 1.0)


def _lease(contact_id: str) -> str:
    return f"send:{contact_id}"

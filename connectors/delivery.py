"""Everything between us and the API but the dialogue: sending, read marks, patients' files."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from functools import partial
from typing import Any

import httpx

from clinic.bootstrap import Services, make_fetcher, make_sender
from clinic.clock import Clock
from clinic.messaging.intake import Arrival
from whatsapp.errors import WhatsAppError
from whatsapp.providers import make_client
from whatsapp.updates import MessageType

logger = logging.getLogger(__name__)

_READ_MARKS_AT_ONCE = 4


class Delivery:
    """Sends what is queued and does what an arrival asks for at once."""

    def __init__(
        self,
        services: Services,
        api_transport: httpx.AsyncBaseTransport | None = None,
        timer: Clock | None = None,
        owner: str | None = None,
    ) -> None:
        """Wires it.

        Args:
            api_transport: carries requests to the API, in tests.
            timer: the clock of attempts, in tests.
            owner: whose leases it takes; None for a name of its own.
        """
        self._client = make_client(services.settings.whatsapp, api_transport)
        look_up = partial(services.account_look_up.refresh, api_transport)
        self.sender = make_sender(services, self._client, timer, look_up, owner)
        self._media = make_fetcher(services, self._client, timer)
        self._tasks: set[asyncio.Task[None]] = set()
        self._read_marks = asyncio.Semaphore(_READ_MARKS_AT_ONCE)

    def take_up(self, arrival: Arrival) -> None:
        """Does what an arrival asks for, beside its answers; returns at once."""
        # Marking a message read marks the earlier ones too.
        latest = {
            contact_id: message.wamid
            for contact_id, message in arrival.messages
            if message.type is not MessageType.CALL
        }
        for wamid in latest.values():
            self._spawn(self._mark_read(wamid))
        if arrival.has_media:
            self._spawn(self._fetch_media())
        for reference in arrival.references:
            self.sender.status_came(reference)
        if arrival.account_error:
            self.sender.trip(arrival.account_error)
        for contact_id in dict.fromkeys(arrival.released):
            self.sender.wake(contact_id)

    def stopped_because(self) -> str | None:
        """Returns why nothing is sent at the moment: `account` or `outage`; None otherwise."""
        reason = self.sender.breaker.reason
        return reason.value if reason else None

    async def join(self) -> None:
        """Waits until nothing is under way; for tests."""
        await self.sender.join()
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sender.stop()
        await self._client.close()

    async def _mark_read(self, wamid: str) -> None:
        try:
            async with self._read_marks:
                await self._client.mark_read(wamid, typing=True)
        except WhatsAppError as error:
            # A courtesy: the answer matters, not its announcement.
            logger.info("A message could not be marked as read: code %s.", error.code)

    async def _fetch_media(self) -> None:
        try:
            await self._media.fetch_due()
        except Exception:
            logger.exception("Fetching files failed; the worker tries again.")

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

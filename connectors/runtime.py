"""What runs beside the webhook in the assistant's process: dispatcher, sender, read marks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from rasa.core.channels.channel import OutputChannel, UserMessage

from clinic.bootstrap import Services
from clinic.clock import Clock
from clinic.messaging.intake import Arrival
from clinic.messaging.media_fetcher import MediaFetcher
from clinic.messaging.model import Turn
from clinic.messaging.sender import Sender
from connectors.conversation import RasaConversation
from connectors.dispatcher import Dispatcher
from whatsapp.errors import WhatsAppError
from whatsapp.providers import make_client
from whatsapp.updates import MessageType

logger = logging.getLogger(__name__)

_SWEEP_SECONDS = 2.0
"""How often work that another process left behind, or that is due again, is looked for."""
_READ_MARKS_AT_ONCE = 4


class AssistantRuntime:
    """Answers what the webhook stored."""

    def __init__(
        self,
        services: Services,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
        output: Callable[[Turn], OutputChannel],
        api_transport: httpx.AsyncBaseTransport | None = None,
        timer: Clock | None = None,
    ) -> None:
        """Takes, for tests, what carries requests to the API and the clock of attempts."""
        self._client = make_client(services.settings.whatsapp, api_transport)
        self.sender = Sender(
            services.database,
            services.clock,
            self._client,
            services.sending_rules,
            timer,
            services.metrics,
        )
        self.dispatcher = Dispatcher(
            services, RasaConversation(on_new_message, output), self.sender.wake, timer
        )
        self._media = MediaFetcher(
            services.database,
            services.clock,
            self._client,
            services.files,
            services.scanner,
            timer,
            services.metrics,
        )
        self._clinic_file = services.clinic_file
        self._tasks: set[asyncio.Task[None]] = set()
        self._read_marks = asyncio.Semaphore(_READ_MARKS_AT_ONCE)

    async def start(self) -> None:
        """Takes up what a former process left behind, now and every few seconds."""
        self._spawn(self._sweep())

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.dispatcher.stop()
        await self.sender.stop()
        await self._client.close()

    def take_up(self, arrival: Arrival) -> None:
        """Starts the turns of new messages; returns at once."""
        # Marking a message read marks the earlier ones too.
        latest = {
            contact_id: message.wamid
            for contact_id, message in arrival.messages
            if message.type is not MessageType.CALL
        }
        for wamid in latest.values():
            self._spawn(self._mark_read(wamid))
        for contact_id in dict.fromkeys(contact_id for contact_id, _ in arrival.messages):
            self.dispatcher.wake(contact_id)
        if arrival.has_media:
            self._spawn(self._fetch_media())
        for reference in arrival.references:
            self.sender.status_came(reference)
        if arrival.account_error:
            self.sender.trip(arrival.account_error)
        for contact_id in dict.fromkeys(arrival.released):
            self.sender.wake(contact_id)

    async def join(self) -> None:
        """Waits until everything that arrived is answered and sent; for tests."""
        await self.dispatcher.join()
        await self.sender.join()
        while self._tasks:
            await asyncio.gather(*self._tasks)

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

    async def _sweep(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._clinic_file.refresh)
                await self.dispatcher.wake_waiting()
                await self.sender.wake_due()
            except Exception:
                logger.exception("Looking for work left behind failed; it is tried again.")
            await asyncio.sleep(_SWEEP_SECONDS)

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

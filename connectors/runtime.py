"""Dialogue and delivery in one process: what Rasa's channel runs beside its webhook.

`make run` has them apart, see `connectors/gateway.py` and `connectors/assistant.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from rasa.core.channels.channel import OutputChannel, UserMessage

from clinic.adapters.tables.base import new_id
from clinic.bootstrap import Services
from clinic.clock import Clock
from clinic.messaging.intake import Arrival
from clinic.messaging.model import Turn
from connectors.conversation import RasaConversation
from connectors.delivery import Delivery
from connectors.dispatcher import Dispatcher
from connectors.presence import bury
from connectors.repeating import repeat

_SWEEP_SECONDS = 2.0
"""How often work that another process left behind, or that is due again, is looked for."""


class AssistantRuntime:
    """Answers what the webhook stored, and sends the answers."""

    def __init__(
        self,
        services: Services,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
        output: Callable[[Turn], OutputChannel],
        api_transport: httpx.AsyncBaseTransport | None = None,
        timer: Clock | None = None,
    ) -> None:
        """Takes, for tests, what carries requests to the API and the clock of attempts."""
        self._lifelines = services.lifelines
        self._owner = new_id()
        self.delivery = Delivery(services, api_transport, timer, self._owner)
        self.sender = self.delivery.sender
        self.dispatcher = Dispatcher(
            services,
            RasaConversation(on_new_message, output),
            self.sender.wake,
            timer,
            owner=self._owner,
        )
        self._sweep: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Takes up what a former process left behind, now and every few seconds."""
        self._lifelines.hold(self._owner)
        self._sweep = asyncio.create_task(repeat(self._look, every=_SWEEP_SECONDS))

    async def stop(self) -> None:
        if self._sweep:
            self._sweep.cancel()
        await self.dispatcher.stop()
        await self.delivery.stop()
        self._lifelines.let_go(self._owner)

    def take_up(self, arrival: Arrival) -> None:
        """Starts the turns of new messages; returns at once."""
        self.delivery.take_up(arrival)
        for contact_id in dict.fromkeys(contact_id for contact_id, _ in arrival.messages):
            self.dispatcher.wake(contact_id)

    async def join(self) -> None:
        """Waits until everything that arrived is answered and sent; for tests."""
        await self.dispatcher.join()
        await self.delivery.join()

    async def _look(self) -> None:
        await bury(self._lifelines)
        await self.dispatcher.wake_waiting()
        await self.sender.wake_due()

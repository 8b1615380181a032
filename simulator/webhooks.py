"""Delivers signed webhooks, in order for each patient, until the assistant takes them."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import httpx

from simulator.events import EventLog
from simulator.faults import FaultSwitch
from simulator.payloads import webhook_body
from simulator.settings import Settings
from simulator.stats import Stats
from whatsapp.signature import sign

#: Most deliveries under way at a time.
AT_ONCE = 24

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Update:
    """One change to announce.

    Attributes:
        key: Updates with the same key are delivered one after the other: the patient's id.
        change: An element of `entry[].changes`.
        on_acknowledged: Called when the assistant has answered 200.
    """

    key: str
    change: dict[str, Any]
    on_acknowledged: Callable[[], None] | None = None


class WebhookSender:
    """One queue and, while there is something in it, one worker per patient.

    Like Meta it tries again whenever the answer is not 200. A success after an outage wakes all
    that wait, so a restarted assistant gets everything at once.
    """

    def __init__(
        self,
        settings: Settings,
        faults: FaultSwitch,
        events: EventLog,
        stats: Stats,
        client: httpx.AsyncClient,
    ) -> None:
        self._settings = settings
        self._faults = faults
        self._events = events
        self._stats = stats
        self._client = client
        self._queues: dict[str, deque[Update]] = {}
        self._workers: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._recovered = asyncio.Event()
        # Waiting here is much cheaper than in the client's pool.
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._pending = 0
        self.reachable = True

    @property
    def pending(self) -> int:
        """Deliveries that have not been acknowledged."""
        return self._pending

    def send(self, update: Update) -> None:
        """Queues an update, as often and in the order that the faults say."""
        for _ in range(self._faults.copies()):
            self._pending += 1
            if self._faults.overtaken():
                self._start(self._deliver_late(update))
                continue
            self._queues.setdefault(update.key, deque()).append(update)
            if update.key not in self._workers:
                self._workers.add(update.key)
                self._start(self._work(update.key))

    async def drop_all(self) -> None:
        """Forgets what is waiting and stops the workers."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._queues.clear()
        self._workers.clear()
        self._pending = 0

    async def handshake(self) -> bool:
        """Asks the assistant to prove that it owns the address, as Meta does at set-up."""
        challenge = str(time.monotonic_ns())
        query = {
            "hub.mode": "subscribe",
            "hub.verify_token": self._settings.verify_token,
            "hub.challenge": challenge,
        }
        try:
            answer = await self._client.get(self._settings.webhook_url, params=query)
        except httpx.TransportError:
            return False
        return answer.status_code == 200 and answer.text == challenge

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, key: str) -> None:
        queue = self._queues[key]
        try:
            while queue:
                await asyncio.sleep(self._faults.delay())
                size = min(len(queue), self._faults.faults.batch)
                await self._deliver([queue.popleft() for _ in range(size)])
        finally:
            self._workers.discard(key)
            if not queue:
                self._queues.pop(key, None)

    async def _deliver_late(self, update: Update) -> None:
        await asyncio.sleep(self._faults.delay() + self._faults.overtaken_delay())
        await self._deliver([update])

    async def _deliver(self, updates: list[Update]) -> None:
        body = webhook_body(self._settings, [update.change for update in updates])
        # Meta signs and sends the form with escapes for all that is not ASCII.
        raw = json.dumps(body, separators=(",", ":")).encode()
        delays = self._settings.retry_delays
        attempt = 0
        while not await self._attempt(raw):
            await self._pause(delays[min(attempt, len(delays) - 1)])
            attempt += 1
        self._pending -= len(updates)
        for update in updates:
            if update.on_acknowledged:
                update.on_acknowledged()

    async def _attempt(self, raw: bytes) -> bool:
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": sign(raw, self._settings.app_secret),
        }
        try:
            async with self._slots:
                started = time.perf_counter()
                answer = await self._client.post(
                    self._settings.webhook_url, content=raw, headers=headers
                )
        except httpx.TransportError as error:
            self._note_failure(type(error).__name__)
            return False
        if answer.status_code != 200:
            self._note_failure(f"HTTP {answer.status_code}")
            return False
        self._stats.webhook_acknowledged(time.perf_counter() - started)
        if not self.reachable:
            self.reachable = True
            self._events.add("assistant", {"reachable": True})
            self._recovered.set()
            self._recovered = asyncio.Event()
        return True

    def _note_failure(self, reason: str) -> None:
        self._stats.webhook_failed()
        if self.reachable:
            self.reachable = False
            logger.warning("The assistant does not take webhooks: %s", reason)
            self._events.add("assistant", {"reachable": False, "reason": reason})

    async def _pause(self, seconds: float) -> None:
        # A message that the assistant refuses for good must not spin when others get through,
        # so even a recovery is answered after a short time.
        await asyncio.sleep(min(seconds, 0.5))
        if seconds > 0.5:
            try:
                await asyncio.wait_for(self._recovered.wait(), seconds - 0.5)
            except asyncio.TimeoutError:
                return

"""Takes a message of the clinic through sent, delivered, read, or failed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from simulator.clock import RunningClock
from simulator.faults import FaultSwitch
from simulator.payloads import status_change
from simulator.settings import Settings
from simulator.store import Message, Patient, Status
from simulator.webhooks import Update, WebhookSender


class StatusFlow:
    """Moves messages on after small delays and announces each step."""

    def __init__(
        self,
        settings: Settings,
        clock: RunningClock,
        faults: FaultSwitch,
        webhooks: WebhookSender,
        on_change: Callable[[Message], None],
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._faults = faults
        self._webhooks = webhooks
        self._on_change = on_change
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, patient: Patient, message: Message) -> None:
        """Begins the way of a message that was just accepted."""
        task = asyncio.get_running_loop().create_task(self._run(patient, message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def read(self, patient: Patient, message: Message) -> bool:
        """Notes that the patient has seen a message; the status waits for `delivered`.

        Returns:
            Whether that is news.
        """
        if message.read:
            return False
        message.read = True
        if message.status == "delivered":
            self._step(patient, message, "read")
        return True

    async def drop_all(self) -> None:
        """Stops all messages where they are."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, patient: Patient, message: Message) -> None:
        failure = self._faults.failed_status()
        sent_after, delivered_after = self._settings.status_delays
        await asyncio.sleep(sent_after)
        if failure is not None:
            self._step(patient, message, "failed", failure)
            return
        self._step(patient, message, "sent")
        await asyncio.sleep(delivered_after)
        self._step(patient, message, "delivered")
        if message.read:
            self._step(patient, message, "read")

    def _step(
        self, patient: Patient, message: Message, status: str, error_code: int | None = None
    ) -> None:
        now = self._clock.now()
        message.statuses.append(Status(status, now))
        self._on_change(message)
        if not self._faults.drops_status():
            change = status_change(self._settings, patient, message, status, now, error_code)
            self._webhooks.send(Update(patient.id, change))

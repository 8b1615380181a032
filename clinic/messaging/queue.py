"""One worker per key: the work of a key is never done twice at a time, keys run side by side."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)


class KeyedWorkers:
    """Runs `work(key)` for every key that is woken; wakes during a run cause one more run."""

    def __init__(self, work: Callable[[str], Awaitable[None]]) -> None:
        self._work = work
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def wake(self, key: str) -> None:
        if key in self._tasks:
            self._again.add(key)
            return
        self._tasks[key] = asyncio.create_task(self._run(key))

    def __len__(self) -> int:
        """How many keys are being worked on."""
        return len(self._tasks)

    def __contains__(self, key: str) -> bool:
        return key in self._tasks

    async def join(self) -> None:
        """Waits until there is nothing left to do."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values())

    async def stop(self) -> None:
        """Cancels what is running; what is not done stays in the database."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, key: str) -> None:
        try:
            while True:
                self._again.discard(key)
                try:
                    await self._work(key)
                except Exception:
                    logger.exception("Background work failed; it is taken up again later.")
                    break
                if key not in self._again:
                    break
        finally:
            self._again.discard(key)
            del self._tasks[key]

"""Everything that happens, in order, for pages that follow along."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

KEPT = 5000


@dataclass(frozen=True)
class Event:
    """One thing that happened; `id` grows by one with each."""

    id: int
    kind: str
    data: dict[str, Any]


class EventLog:
    """Keeps the latest events and hands new ones to all followers."""

    def __init__(self, kept: int = KEPT) -> None:
        self._events: deque[Event] = deque(maxlen=kept)
        self._next_id = 1
        self._followers: set[asyncio.Queue[Event]] = set()

    @property
    def last_id(self) -> int:
        """The id of the newest event, 0 before the first."""
        return self._next_id - 1

    def add(self, kind: str, data: dict[str, Any]) -> Event:
        """Records an event and wakes the followers."""
        event = Event(self._next_id, kind, data)
        self._next_id += 1
        self._events.append(event)
        for follower in self._followers:
            follower.put_nowait(event)
        return event

    def since(self, last_seen: int) -> list[Event]:
        """Returns the events after `last_seen`.

        A single `resync` event is returned when they are not all there any more, or when
        `last_seen` comes from an earlier run of the simulator.
        """
        oldest = self._events[0].id if self._events else self._next_id
        if last_seen > self.last_id or last_seen < oldest - 1:
            return [Event(self.last_id, "resync", {})]
        return [event for event in self._events if event.id > last_seen]

    async def follow(self, last_seen: int) -> AsyncIterator[Event]:
        """Yields the events after `last_seen` and then each new one, without end."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._followers.add(queue)
        try:
            for event in self.since(last_seen):
                yield event
            while True:
                yield await queue.get()
        finally:
            self._followers.discard(queue)

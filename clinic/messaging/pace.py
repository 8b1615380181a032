"""How fast may be sent: per number, per recipient, and answers before bulk.

Limits of Meta ("Throughput", "Pair rate limits"): 80 messages a second per number (20 with
coexistence) and one per 6 seconds to a recipient, with bursts of 45.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

_RECIPIENT_BURST = 45.0
_RECIPIENT_SECONDS = 6.0
_MAX_RECIPIENTS = 10_000
_BULK_SHARE = 0.75
"""What bulk sends may take of the places and of the rate: an answer always finds some free."""
_LONGEST_HOLD_SECONDS = 60.0


class Urgency(IntEnum):
    """The smaller goes first."""

    REPLY = 0
    BULK = 1


class Places:
    """A limited number of requests at a time, given to the most urgent that waits."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._bulk_free = max(1, int(places * _BULK_SHARE))
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._count = itertools.count()

    @asynccontextmanager
    async def take(self, urgency: Urgency) -> AsyncIterator[None]:
        """Holds a place for the length of the block."""
        if self._can_go(urgency) and not self._waiting:
            self._occupy(urgency)
        else:
            granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            heapq.heappush(self._waiting, (int(urgency), next(self._count), granted))
            self._grant()
            try:
                await granted
            except asyncio.CancelledError:
                if granted.done() and not granted.cancelled():
                    self._leave(urgency)
                raise
        try:
            yield
        finally:
            self._leave(urgency)

    def _can_go(self, urgency: int) -> bool:
        return self._free > 0 and (urgency == Urgency.REPLY or self._bulk_free > 0)

    def _occupy(self, urgency: int) -> None:
        self._free -= 1
        self._bulk_free -= urgency == Urgency.BULK

    def _leave(self, urgency: int) -> None:
        self._free += 1
        self._bulk_free += urgency == Urgency.BULK
        self._grant()

    def _grant(self) -> None:
        while self._waiting and self._can_go(self._waiting[0][0]):
            urgency, _, granted = heapq.heappop(self._waiting)
            if not granted.done():
                self._occupy(urgency)
                granted.set_result(None)


class NumberRate:
    """The rate of the clinic's number, within this process."""

    def __init__(self, per_second: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Takes the messages per second, and for tests the clock."""
        self._per_second = per_second
        self._monotonic = monotonic
        self._tokens = per_second
        self._at = monotonic()
        self._held_until = 0.0
        self._hold = 0.5

    async def wait(self, urgency: Urgency) -> None:
        """Waits until another message may be sent; `used` then counts it."""
        while (seconds := self.seconds_to_wait(urgency)) > 0:
            await asyncio.sleep(seconds)

    def used(self) -> None:
        """Counts a message that is sent now."""
        self._tokens -= 1

    def seconds_to_wait(self, urgency: Urgency) -> float:
        """Returns how long to wait at least; 0 when a message may go now."""
        now = self._monotonic()
        self._tokens = min(self._per_second, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        if now < self._held_until:
            return self._held_until - now
        needed = 1.0
        if urgency is Urgency.BULK:
            needed += (1 - _BULK_SHARE) * self._per_second
        needed = min(needed, self._per_second)
        return max(0.0, (needed - self._tokens) / self._per_second)

    def too_fast(self) -> None:
        """Notes that the API refused for the rate: everybody pauses, each time longer."""
        self._held_until = max(self._held_until, self._monotonic() + self._hold)
        self._hold = min(2 * self._hold, _LONGEST_HOLD_SECONDS)

    def accepted(self) -> None:
        """Notes that the API took a message."""
        self._hold = 0.5


@dataclass
class _Bucket:
    tokens: float
    at: datetime


class RecipientRates:
    """The rate to each recipient, within this process; the API's own refusal catches the rest."""

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}

    def take(self, contact_id: str, now: datetime) -> timedelta:
        """Takes one message's share; returns how long to wait when there is none left."""
        bucket = self._buckets.pop(contact_id, None) or _Bucket(_RECIPIENT_BURST, now)
        passed = max(0.0, (now - bucket.at).total_seconds())
        bucket.tokens = min(_RECIPIENT_BURST, bucket.tokens + passed / _RECIPIENT_SECONDS)
        bucket.at = now
        # Put back at the end: the first of the dictionary is the one unused for longest.
        self._buckets[contact_id] = bucket
        if len(self._buckets) > _MAX_RECIPIENTS:
            del self._buckets[next(iter(self._buckets))]
        if bucket.tokens < 1:
            return timedelta(seconds=(1 - bucket.tokens) * _RECIPIENT_SECONDS)
        bucket.tokens -= 1
        return timedelta(0)

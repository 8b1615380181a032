"""The clock that services ask, so that tests and demos can choose the time."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import Protocol

UTC = timezone.utc


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Returns the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """A clock that starts at a chosen instant and then runs at normal speed."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("The start of the clock needs a UTC offset.")
        self._start = start.astimezone(UTC)
        self._origin = time.monotonic()

    def advance(self, by: timedelta) -> None:
        """Jumps forward."""
        self._start += by

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._origin)

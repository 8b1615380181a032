"""The simulator's own clock: it can start at a chosen instant and be moved forward."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

UTC = timezone.utc


class RunningClock:
    """Runs at normal speed from its start; `advance` jumps forward."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start
        self.reset()

    def now(self) -> datetime:
        """Returns the present instant, aware, in UTC."""
        return self._base + timedelta(seconds=time.monotonic() - self._origin)

    def advance(self, seconds: float) -> None:
        """Moves the clock forward (or back, with a negative number)."""
        self._base += timedelta(seconds=seconds)

    def reset(self) -> None:
        """Goes back to the chosen start, or to the computer's time."""
        self._base = (self._start or datetime.now(UTC)).astimezone(UTC)
        self._origin = time.monotonic()


def iso(instant: datetime) -> str:
    """Returns an ISO 8601 text in UTC with milliseconds."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds")


def unix(instant: datetime) -> str:
    """Returns whole Unix seconds as text, the form of every Meta timestamp."""
    return str(int(instant.timestamp()))

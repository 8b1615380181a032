"""The limit of messages from one business to one recipient (error 131056)."""

from __future__ import annotations

from datetime import datetime

BURST = 45
SECONDS_PER_MESSAGE = 6.0


class PairRate:
    """A bucket of 45 messages per recipient that fills by one every 6 seconds."""

    def __init__(self) -> None:
        self._level: dict[str, tuple[float, datetime]] = {}

    def take(self, recipient: str, now: datetime) -> bool:
        """Counts a message; returns False when the recipient has had too many."""
        level, since = self._level.get(recipient, (float(BURST), now))
        level = min(BURST, level + (now - since).total_seconds() / SECONDS_PER_MESSAGE)
        allowed = level >= 1
        self._level[recipient] = (level - 1 if allowed else level, now)
        return allowed

    def clear(self) -> None:
        """Forgets everything."""
        self._level.clear()

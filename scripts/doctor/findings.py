"""What a check finds, and the check that every provider has: it answers, and the clock is right."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from typing import Any

from whatsapp.errors import ApiError, TransportError

_MOST_CLOCK_SECONDS = 60


class Level(str, Enum):
    FINE = "ok"
    CARE = "care"
    WRONG = "WRONG"


@dataclass(frozen=True)
class Finding:
    """One check: what was found and, if it is not fine, what to do."""

    level: Level
    what: str
    advice: str = ""


def report(findings: list[Finding], write: Callable[[str], Any]) -> int:
    """Writes the findings; returns the exit code."""
    for finding in findings:
        write(f"{finding.level.value:6} {finding.what}\n")
        if finding.advice:
            write(f"       → {finding.advice}\n")
    return 1 if any(finding.level is Level.WRONG for finding in findings) else 0


async def check_clock(server_time: Callable[[], Awaitable[datetime | None]]) -> Finding:
    """Asks the provider for its time."""
    try:
        theirs = await server_time()
    except (TransportError, ApiError) as error:
        return Finding(
            Level.WRONG,
            f"The API does not answer: {error}",
            "Check the network, the proxy and WHATSAPP_API_URL; outages of Meta stand at "
            "metastatus.com.",
        )
    if theirs is None:
        return Finding(Level.CARE, "The API does not tell its time; the clock is not checked.")
    apart = abs((datetime.now(timezone.utc) - theirs).total_seconds())
    if apart > _MOST_CLOCK_SECONDS:
        return Finding(
            Level.WRONG,
            f"This machine's clock is {apart:.0f} s off.",
            "Switch time synchronisation on: windows of 24 h and reminders go by the clock.",
        )
    return Finding(Level.FINE, "The API answers, and the clock is right.")

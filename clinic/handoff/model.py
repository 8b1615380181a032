"""When a person is needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Priority(str, Enum):
    """FHIR's request priority, the most pressing first."""

    STAT = "stat"
    URGENT = "urgent"
    ASAP = "asap"
    ROUTINE = "routine"

    @property
    def rank(self) -> int:
        """0 is the most pressing."""
        return list(Priority).index(self)


class HandoffStatus(str, Enum):
    WAITING = "waiting"
    CLAIMED = "claimed"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Handoff:
    """A conversation that waits for a person, or is in a person's hands."""

    id: str
    contact_id: str
    priority: Priority
    reason: str
    status: HandoffStatus
    claimed_by: str | None
    opened_at: datetime

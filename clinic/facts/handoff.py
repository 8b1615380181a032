"""How long conversations that need a person may wait, and who learns when they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from types import MappingProxyType


class Alerted(str, Enum):
    """Who learns that a conversation waits for too long; who is marked as away does not."""

    DUTY = "duty"
    """Reception, nurses and doctors."""
    MANAGER = "manager"


DEFAULT_MINUTES = {"stat": 2, "urgent": 10, "asap": 30, "routine": 120}
DEFAULT_ALERTED = {
    "stat": (Alerted.DUTY, Alerted.MANAGER),
    "urgent": (Alerted.DUTY, Alerted.MANAGER),
    "asap": (Alerted.DUTY, Alerted.MANAGER),
    "routine": (Alerted.DUTY,),
}


@dataclass(frozen=True)
class HandoffRules:
    """What the clinic file says under `handoff`; what it leaves out has these defaults.

    Attributes:
        within_minutes: by priority, how long somebody may wait for a person while the clinic
            is open; an emergency at any hour.
        escalate_to: by priority, who learns of it when that time is over.
        promise_minutes: within how long a patient who has waited that long is promised an answer.
    """

    within_minutes: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType(DEFAULT_MINUTES)
    )
    escalate_to: Mapping[str, tuple[Alerted, ...]] = field(
        default_factory=lambda: MappingProxyType(DEFAULT_ALERTED)
    )
    promise_minutes: int = 30

    def within(self, priority: str) -> timedelta:
        return timedelta(minutes=self.within_minutes[priority])

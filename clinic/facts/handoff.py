"""How long conversations that need a person may wait, and who learns when they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The reader needs the model, and the model these rules.
    from clinic.facts.reader import Section

_DEFAULT_MINUTES = {"stat": 2, "urgent": 10, "asap": 30, "routine": 120}
_LONGEST_MINUTES = 7 * 24 * 60


@dataclass(frozen=True)
class HandoffRules:
    """What the clinic file says under `handoff`; what it leaves out has these defaults.

    Attributes:
        within_minutes: by priority, how long somebody may wait for a person while the clinic
            is open; an emergency at any hour.
        promise_minutes: within how long a patient who has waited that long is promised an answer.
    """

    within_minutes: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType(_DEFAULT_MINUTES)
    )
    promise_minutes: int = 30

    def within(self, priority: str) -> timedelta:
        return timedelta(minutes=self.within_minutes[priority])


def read_handoff(root: Section) -> HandoffRules:
    """Returns the rules; notes their faults."""
    if not root.has("handoff"):
        return HandoffRules()
    section = root.section("handoff")
    limits = section.section("within_minutes")
    rules = HandoffRules(
        within_minutes=MappingProxyType(
            {name: limits.value(name).integer(1, _LONGEST_MINUTES) for name in _DEFAULT_MINUTES}
        ),
        promise_minutes=section.value("promise_minutes").integer(5, _LONGEST_MINUTES),
    )
    limits.done()
    section.done()
    return rules

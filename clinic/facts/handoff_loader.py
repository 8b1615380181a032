"""Reads the part of the clinic file that is about waiting for a person; it may be left out."""

from __future__ import annotations

from types import MappingProxyType

from clinic.facts.handoff import DEFAULT_MINUTES, HandoffRules
from clinic.facts.reader import Section

_LONGEST_MINUTES = 7 * 24 * 60


def read_handoff(root: Section) -> HandoffRules:
    """Returns the rules; notes their faults."""
    if not root.has("handoff"):
        return HandoffRules()
    section = root.section("handoff")
    limits = section.section("within_minutes")
    rules = HandoffRules(
        within_minutes=MappingProxyType(
            {name: limits.value(name).integer(1, _LONGEST_MINUTES) for name in DEFAULT_MINUTES}
        ),
        promise_minutes=section.value("promise_minutes").integer(5, _LONGEST_MINUTES),
    )
    limits.done()
    section.done()
    return rules

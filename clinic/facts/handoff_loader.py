"""Reads the part of the clinic file that is about waiting for a person; it may be left out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from clinic.facts.handoff import DEFAULT_ALERTED, DEFAULT_MINUTES, Alerted, HandoffRules
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
        escalate_to=_alerted(section),
        promise_minutes=section.value("promise_minutes").integer(5, _LONGEST_MINUTES),
    )
    limits.done()
    section.done()
    return rules


def _alerted(section: Section) -> Mapping[str, tuple[Alerted, ...]]:
    """Returns who learns of it; a priority that is left out has its default."""
    if not section.has("escalate_to"):
        return MappingProxyType(DEFAULT_ALERTED)
    named = section.section("escalate_to")
    read = {}
    for priority, usual in DEFAULT_ALERTED.items():
        codes = [value.code(Alerted, "group") for value in named.values(priority, optional=True)]
        read[priority] = tuple(code for code in codes if code) if named.has(priority) else usual
        if named.has(priority) and not codes:
            named.problem_at(priority, "no_entry")
    named.done()
    return MappingProxyType(read)

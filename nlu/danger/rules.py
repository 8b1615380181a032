"""Rules over concepts: which combination of mentions is a sign of danger.

The rules stand in `rules.yml`; their notation is explained there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from nlu.danger.vocabulary import Mention

RULES = Path(__file__).parent / "rules.yml"
_RULE = re.compile(r"^(?P<slots>.+?)(?: @(?P<gap>\d+))?(?: unless (?P<unless>\S+))?$")
_MAX_MENTIONS = 60  # of one concept in one message; a patient needs a handful


@dataclass(frozen=True)
class Slot:
    """Concepts of which one must be mentioned, denied or not."""

    alternatives: tuple[tuple[str, bool], ...]  # concept, denied


@dataclass(frozen=True)
class Rule:
    """A combination of slots.

    Attributes:
        category: Value of `EmergencyCategory`.
        slots: What must be mentioned.
        gap: Most words between neighbouring mentions.
        ordered: The slots must follow one another as written.
        unless: Concepts that take the rule away when they stand in the same sentence.
    """

    category: str
    slots: tuple[Slot, ...]
    gap: int
    ordered: bool
    unless: frozenset[str]


@dataclass(frozen=True)
class Hit:
    """The mentions that fulfilled a rule."""

    rule: Rule
    mentions: tuple[Mention, ...]

    @property
    def first(self) -> int:
        """First token."""
        return min(m.first for m in self.mentions)

    @property
    def last(self) -> int:
        """Last token."""
        return max(m.last for m in self.mentions)


class MentionIndex:
    """Mentions by concept, with the denied ones apart."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        """Index the mentions of one message."""
        self._by_concept: dict[tuple[str, bool], list[Mention]] = {}
        for mention in mentions:
            found = self._by_concept.setdefault((mention.concept, mention.negated), [])
            if len(found) < _MAX_MENTIONS:
                found.append(mention)

    def of(self, slot: Slot) -> list[Mention]:
        """Mentions that fill a slot."""
        if len(slot.alternatives) == 1:
            return self._by_concept.get(slot.alternatives[0], [])
        return [m for key in slot.alternatives for m in self._by_concept.get(key, ())]

    def named(self, concept: str, *, denied: bool = False) -> list[Mention]:
        """Mentions of one concept."""
        return self._by_concept.get((concept, denied), [])


def hits(rule: Rule, index: MentionIndex) -> Iterator[Hit]:
    """All combinations of mentions that fulfil the rule, context not yet considered."""
    choices = []
    for slot in rule.slots:
        found = index.of(slot)
        if not found:
            return
        choices.append(found)
    for chosen in _combine(rule, choices, ()):
        yield Hit(rule, chosen)


def _combine(
    rule: Rule, choices: Sequence[Sequence[Mention]], chosen: tuple[Mention, ...]
) -> Iterator[tuple[Mention, ...]]:
    if len(chosen) == len(choices):
        yield chosen
        return
    for mention in choices[len(chosen)]:
        if any(mention.first <= m.last and m.first <= mention.last for m in chosen):
            continue
        if chosen and rule.ordered and not 0 < mention.first - chosen[-1].last <= rule.gap + 1:
            continue
        if chosen and min(_distance(mention, m) for m in chosen) > rule.gap:
            continue
        yield from _combine(rule, choices, (*chosen, mention))


def _distance(one: Mention, other: Mention) -> int:
    """Words between two mentions that do not overlap."""
    return max(one.first - other.last, other.first - one.last) - 1


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """The rules in the order of `rules.yml`, read at the first call."""
    loaded: Mapping[str, Sequence[str]] = yaml.safe_load(RULES.read_text("utf-8"))
    return tuple(_parse(category, line) for category, lines in loaded.items() for line in lines)


def _parse(category: str, line: str) -> Rule:
    match = _RULE.match(line)
    if match is None:
        raise ValueError(f"rule of {category} cannot be read: {line}")
    ordered = ">" in match["slots"]
    parts = re.split(r"\s*[>+]\s*", match["slots"].strip())
    slots = tuple(
        Slot(tuple((c.removeprefix("-"), c.startswith("-")) for c in part.split("|")))
        for part in parts
    )
    unless = frozenset((match["unless"] or "").split("|")) - {""}
    return Rule(category, slots, int(match["gap"] or 0), ordered, unless)

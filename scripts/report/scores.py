"""Arithmetic of the report: accuracy, F1, calibration, entities, percentiles.

Everything here works on plain values and needs no model. Shares and F1 are between 0 and 1; of
nothing they are None rather than a number that looks good or bad.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scripts.report.held_out import Entity

Pair = tuple[str, str]
"""The expected intent and the one that was answered."""


@dataclass(frozen=True)
class Counts:
    """True positives, false positives and false negatives of one class."""

    right: int = 0
    extra: int = 0
    missed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.right + other.right, self.extra + other.extra, self.missed + other.missed
        )

    @property
    def support(self) -> int:
        """How many are expected."""
        return self.right + self.missed

    @property
    def precision(self) -> float | None:
        """Share of the answers that are right."""
        return share(self.right, self.right + self.extra)

    @property
    def recall(self) -> float | None:
        """Share of what is expected that was found."""
        return share(self.right, self.support)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both; None when nothing is expected and nothing was answered."""
        return share(2 * self.right, 2 * self.right + self.extra + self.missed)


@dataclass(frozen=True)
class Bin:
    """Messages whose confidence lies between `low` and `high`; the means are None when empty."""

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


def share(part: int, whole: int) -> float | None:
    """Returns part of whole; None of nothing."""
    return part / whole if whole else None


def accuracy(pairs: Sequence[Pair]) -> float | None:
    """Returns the share of pairs with the expected answer."""
    return share(sum(expected == answered for expected, answered in pairs), len(pairs))


def class_counts(pairs: Iterable[Pair]) -> dict[str, Counts]:
    """Returns the counts of every class that is expected or answered, by its name."""
    counts: Counter[tuple[str, str]] = Counter()
    names: set[str] = set()
    for expected, answered in pairs:
        names |= {expected, answered}
        if expected == answered:
            counts[expected, "right"] += 1
        else:
            counts[expected, "missed"] += 1
            counts[answered, "extra"] += 1
    return {
        name: Counts(counts[name, "right"], counts[name, "extra"], counts[name, "missed"])
        for name in sorted(names)
    }


def macro_f1(counts: dict[str, Counts]) -> float | None:
    """Returns the mean F1 of the classes that are expected at least once."""
    values = [each.f1 or 0.0 for each in counts.values() if each.support]
    return sum(values) / len(values) if values else None


def confusions(pairs: Iterable[Pair]) -> list[tuple[Pair, int]]:
    """Returns the wrong pairs with their number, the most frequent first, then by name."""
    wrong = Counter(pair for pair in pairs if pair[0] != pair[1])
    return sorted(wrong.items(), key=lambda item: (-item[1], item[0]))


def calibration_bins(points: Sequence[tuple[float, bool]], number: int = 10) -> list[Bin]:
    """Sorts (confidence, right) into bins of equal width from 0 to 1."""
    sorted_in: list[list[tuple[float, bool]]] = [[] for _ in range(number)]
    for confidence, right in points:
        sorted_in[min(int(confidence * number), number - 1)].append((confidence, right))
    return [
        Bin(
            index / number,
            (index + 1) / number,
            len(inside),
            sum(confidence for confidence, _ in inside) / len(inside) if inside else None,
            sum(right for _, right in inside) / len(inside) if inside else None,
        )
        for index, inside in enumerate(sorted_in)
    ]


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Returns the expected calibration error: the mean distance of confidence and accuracy,
    weighted by the number of messages (Naeini, Cooper and Hauskrecht, 2015)."""
    total = sum(each.count for each in bins)
    if not total:
        return None
    return sum(
        each.count / total * abs(each.accuracy - each.confidence)
        for each in bins
        if each.accuracy is not None and each.confidence is not None
    )


@dataclass(frozen=True)
class EntityMatch:
    """How the entities of one message compare."""

    right: tuple[Entity, ...]
    missed: tuple[Entity, ...]
    extra: tuple[Entity, ...]


def match_entities(expected: Sequence[Entity], found: Sequence[Entity]) -> EntityMatch:
    """Pairs each expected entity with a found one of its name and value that overlaps it.

    Values compare without case and spaces. An entity found once counts once.
    """
    left = list(found)
    right, missed = [], []
    for wanted in expected:
        hit = next((each for each in left if _is_same(wanted, each)), None)
        if hit is None:
            missed.append(wanted)
        else:
            left.remove(hit)
            right.append(wanted)
    return EntityMatch(tuple(right), tuple(missed), tuple(left))


def percentile(values: Sequence[float], percent: float) -> float | None:
    """Returns the smallest value that at least `percent` of the values do not exceed."""
    if not values:
        return None
    position = math.ceil(percent / 100 * len(values)) - 1
    return sorted(values)[max(position, 0)]


def _is_same(wanted: Entity, found: Entity) -> bool:
    return (
        wanted.name == found.name
        and _plain(wanted.value) == _plain(found.value)
        and wanted.start < found.end
        and found.start < wanted.end
    )


def _plain(value: str) -> str:
    return "".join(value.casefold().split())

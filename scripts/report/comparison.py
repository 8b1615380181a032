"""The difference between two runs: figures that moved and messages that changed side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scripts.report.metrics import ALL, METRICS, Metric

Key = tuple[str, str, str]
_NOISE = {"share": 0.0005, "ms": 1.0, "s": 1.0}
"""Smaller moves are not shown: rounding, or another load of the machine."""


@dataclass(frozen=True)
class Move:
    """A figure that moved."""

    metric: Metric
    group: str
    before: float
    after: float

    @property
    def better(self) -> bool:
        """Whether it moved to the good side."""
        return (self.after < self.before) == self.metric.lower_is_better


@dataclass(frozen=True)
class IntentMove:
    """An intent whose F1 over all languages moved."""

    intent: str
    before: float
    after: float


@dataclass(frozen=True)
class Comparison:
    """What changed since the last run.

    Attributes:
        made: when the last run was, ISO.
        moves: headline figures that moved.
        intents: intents whose F1 moved by a point or more, the worst loss first.
        fixed: verdicts of now that are right and were wrong.
        broken: verdicts of now that are wrong and were right.
        new: how many messages were not there.
        gone: how many are no longer there.
    """

    made: str
    moves: list[Move]
    intents: list[IntentMove]
    fixed: list[dict[str, Any]]
    broken: list[dict[str, Any]]
    new: int
    gone: int


def compare(before: dict[str, Any], after: dict[str, Any]) -> Comparison:
    """Compares two runs' figures.

    Messages are the same when kind, group and text are; what is new or gone has not changed side.
    """
    old, now = _by_key(before["verdicts"]), _by_key(after["verdicts"])
    changed = [
        verdict
        for key, verdict in now.items()
        if key in old and old[key]["right"] != verdict["right"]
    ]
    with_former = [{**verdict, "formerly": old[_key(verdict)]["answered"]} for verdict in changed]
    return Comparison(
        made=before["made"],
        moves=list(_moves(before["metrics"], after["metrics"])),
        intents=_intent_moves(before["intents"], after["intents"]),
        fixed=[verdict for verdict in with_former if verdict["right"]],
        broken=[verdict for verdict in with_former if not verdict["right"]],
        new=len(now.keys() - old.keys()),
        gone=len(old.keys() - now.keys()),
    )


def _moves(before: dict[str, Any], after: dict[str, Any]) -> Iterable[Move]:
    for metric in METRICS:
        old, now = before.get(metric.key, {}), after.get(metric.key, {})
        for group, value in now.items():
            former = old.get(group)
            if value is None or former is None:
                continue
            if abs(value - former) >= _NOISE[metric.unit]:
                yield Move(metric, group, former, value)


def _intent_moves(before: dict[str, Any], after: dict[str, Any]) -> list[IntentMove]:
    moves = []
    for intent, groups in after.items():
        old = before.get(intent, {}).get(ALL, {}).get("f1")
        now = groups.get(ALL, {}).get("f1")
        if old is not None and now is not None and abs(now - old) >= 0.01:
            moves.append(IntentMove(intent, old, now))
    return sorted(moves, key=lambda move: (move.after - move.before, move.intent))


def _by_key(verdicts: Iterable[dict[str, Any]]) -> dict[Key, dict[str, Any]]:
    return {_key(verdict): verdict for verdict in verdicts}


def _key(verdict: dict[str, Any]) -> Key:
    return verdict["kind"], verdict["group"], verdict["text"]

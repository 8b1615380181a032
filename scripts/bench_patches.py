"""What the two patches of `connectors/rasa_patches.py` change, measured on Rasa's own functions."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_EVENTS = 2000
_ACTION_RUNS = 30
_ACTION_RESULT = {
    "events": [{"event": "slot", "name": "language", "value": "fr", "timestamp": None}],
    "responses": [{"text": "Bonjour", "buttons": [{"title": "Oui", "payload": "/affirm"}]}],
}


@dataclass(frozen=True)
class PatchTimes:
    """Milliseconds before and after: checking an action's answer, resolving 2000 events."""

    validate: tuple[float, float]
    resolve: tuple[float, float]


def measure_patches() -> PatchTimes:
    """Measures Rasa's functions, applies the patches and measures again."""
    import skops.io  # noqa: F401 - before TensorFlow, as the assistant does it
    from rasa.core.actions.action import RemoteAction
    from rasa.shared.core.events import Event

    from connectors.rasa_patches import apply_patches

    def validate() -> None:
        RemoteAction("action_measured", None)._validate_action_result(_ACTION_RESULT)

    def resolve() -> None:
        for _ in range(_EVENTS):
            Event.resolve_by_type("slot")

    before = _milliseconds(validate, _ACTION_RUNS), _milliseconds(resolve, 1)
    apply_patches()
    after = _milliseconds(validate, _ACTION_RUNS), _milliseconds(resolve, 1)
    return PatchTimes((before[0], after[0]), (before[1], after[1]))


def _milliseconds(work: Callable[[], Any], runs: int) -> float:
    """Returns the median of several runs, after one that fills caches."""
    work()
    times = []
    for _ in range(max(runs, 3)):
        started = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - started))
    return sorted(times)[len(times) // 2]

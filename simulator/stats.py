"""Counts and times of what went through the simulator."""

from __future__ import annotations

import statistics
import time
from collections import deque
from typing import Any

KEPT = 20_000


class Stats:
    """Counters, and the latest times in seconds."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Starts over."""
        self._counts = {
            "incoming": 0,
            "outgoing": 0,
            "refused": 0,
            "webhooks_acknowledged": 0,
            "webhooks_failed": 0,
        }
        self._acknowledge: deque[float] = deque(maxlen=KEPT)
        self._answer: deque[float] = deque(maxlen=KEPT)
        self._waiting: dict[str, float] = {}

    def patient_wrote(self, patient_id: str) -> None:
        """Counts a patient's message; the time to the answer runs from the first unanswered one."""
        self._counts["incoming"] += 1
        self._waiting.setdefault(patient_id, time.perf_counter())

    def clinic_wrote(self, patient_id: str) -> None:
        """Counts a message of the clinic, and takes the time when it is an answer."""
        self._counts["outgoing"] += 1
        started = self._waiting.pop(patient_id, None)
        if started is not None:
            self._answer.append(time.perf_counter() - started)

    def send_refused(self) -> None:
        """Counts a send that was answered with an error."""
        self._counts["refused"] += 1

    def webhook_acknowledged(self, seconds: float) -> None:
        """Counts a POST that was answered with 200."""
        self._counts["webhooks_acknowledged"] += 1
        self._acknowledge.append(seconds)

    def webhook_failed(self) -> None:
        """Counts a POST that was not answered with 200."""
        self._counts["webhooks_failed"] += 1

    def json(self) -> dict[str, Any]:
        """Returns counts, and times in milliseconds."""
        return {
            **self._counts,
            "acknowledge_ms": _summary(self._acknowledge),
            "answer_ms": _summary(self._answer),
        }


def _summary(seconds: deque[float]) -> dict[str, float | int | None]:
    if not seconds:
        return {"count": 0, "median": None, "p95": None, "max": None}
    ordered = sorted(value * 1000 for value in seconds)
    return {
        "count": len(ordered),
        "median": round(statistics.median(ordered), 2),
        "p95": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 2),
        "max": round(ordered[-1], 2),
    }

"""Counters and times of this process, in the text format that Prometheus reads.

Nothing personal is a label: kinds, codes and states only. What the database knows (queues and
their ages) is asked at each scrape, see `clinic/messaging/queue_metrics.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ACKNOWLEDGE = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_ANSWER = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
_MAX_SERIES = 200
"""Of one name: labels come from outside, and a million odd types must not fill the memory."""

Labels = tuple[tuple[str, str], ...]


@dataclass
class _Histogram:
    bounds: tuple[float, ...]
    counts: list[int] = field(default_factory=list)
    total: float = 0.0

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)

    def observe(self, seconds: float) -> None:
        place = next((n for n, b in enumerate(self.bounds) if seconds <= b), len(self.bounds))
        self.counts[place] += 1
        self.total += seconds


class Metrics:
    """What happened since this process began."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counters: dict[str, dict[Labels, int]] = {}
        self._acknowledged = _Histogram(_ACKNOWLEDGE)
        self._answered = _Histogram(_ANSWER)

    def received(self, kind: str, type_: str = "") -> None:
        """An update was stored: `message`, `status`..., of a type such as `text`."""
        self._count("whatsapp_received_total", kind=kind, type=type_)

    def parked(self) -> None:
        """An update could not be read, or its turn failed."""
        self._count("whatsapp_parked_total")

    def webhook(self, status: int, seconds: float) -> None:
        """A webhook was acknowledged or refused."""
        self._count("whatsapp_webhooks_total", status=str(status))
        with self._lock:
            self._acknowledged.observe(seconds)

    def answered(self, seconds: float) -> None:
        """A turn was answered, so long after its message came."""
        with self._lock:
            self._answered.observe(max(0.0, seconds))

    def delivery(self, status: str) -> None:
        """A delivery status moved a message on."""
        self._count("whatsapp_statuses_total", status=status)

    def send_failed(self, error: str, code: int | None) -> None:
        """A request to the API failed."""
        self._count("whatsapp_send_errors_total", error=error, code=str(code or ""))

    def refused(self, fate: str) -> None:
        """A message was not even tried: window, template, identity."""
        self._count("whatsapp_send_refused_total", reason=fate)

    def media(self, status: str) -> None:
        """A patient's file was stored, refused or lost."""
        self._count("whatsapp_media_total", status=status)

    def text(self, gauges: Iterable[tuple[str, Mapping[str, str], float]] = ()) -> str:
        """Returns everything in Prometheus' text format.

        Args:
            gauges: name, labels and value of what is measured at the moment.
        """
        lines: list[str] = []
        with self._lock:
            for name, series in sorted(self._counters.items()):
                lines.append(f"# TYPE {name} counter")
                lines += [f"{name}{_labels(k)} {v}" for k, v in sorted(series.items())]
            lines += _histogram("whatsapp_webhook_seconds", self._acknowledged)
            lines += _histogram("whatsapp_answer_seconds", self._answered)
        seen: set[str] = set()
        for name, labels, value in gauges:
            if name not in seen:
                lines.append(f"# TYPE {name} gauge")
                seen.add(name)
            lines.append(f"{name}{_labels(tuple(sorted(labels.items())))} {value:g}")
        return "\n".join(lines) + "\n"

    def _count(self, name: str, **labels: str) -> None:
        key = tuple(sorted(labels.items()))
        with self._lock:
            series = self._counters.setdefault(name, {})
            if key not in series and len(series) >= _MAX_SERIES:
                key = tuple((label, "other") for label, _ in key)
            series[key] = series.get(key, 0) + 1


def _histogram(name: str, histogram: _Histogram) -> list[str]:
    lines, sum_ = [f"# TYPE {name} histogram"], 0
    for bound, count in zip((*histogram.bounds, "+Inf"), histogram.counts, strict=True):
        sum_ += count
        lines.append(f'{name}_bucket{{le="{bound}"}} {sum_}')
    return [*lines, f"{name}_sum {histogram.total:g}", f"{name}_count {sum_}"]


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    quoted = (f'{name}="{_escaped(value)}"' for name, value in labels)
    return "{" + ",".join(quoted) + "}"


def _escaped(value: str) -> str:
    return value[:64].replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")

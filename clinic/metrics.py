"""Counters and times, for Prometheus.

Nothing personal is a label: kinds, codes and states only. What the database knows (queues and
their ages) is asked at each scrape, see `clinic/messaging/queue_metrics.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_ACKNOWLEDGE = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_ANSWER = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
_MAX_SERIES = 200
"""Of one name: labels come from outside, and a million odd types must not fill the memory."""

Gauge = tuple[str, Mapping[str, str], float]
"""Name, labels and value of what is measured at the moment."""

_GAUGES = {
    "whatsapp_outbox_messages": "Messages to patients and staff, by status.",
    "whatsapp_inbox_updates": "What came in, by status.",
    "whatsapp_media_files": "Patients' files, by status.",
    "whatsapp_queue_depth": "What waits for an answer (inbox) or to be sent (outbox).",
    "whatsapp_queue_oldest_seconds": "For how long the oldest of a queue has waited.",
    "whatsapp_sending_stopped": "1 while nothing is sent, by reason.",
    "whatsapp_new_recipients": "People written to first in the last 24 hours.",
    "whatsapp_new_recipients_limit": "How many people may be written to first in 24 hours.",
    "whatsapp_new_recipients_waiting": "Messages that wait for room under that limit.",
}
"""What is measured at the moment, in words."""


class Metrics:
    """What happened since the processes began."""

    def __init__(self, folder: Path | None = None) -> None:
        """Takes the folder in which this machine's processes add up what they count.

        prometheus_client itself must know it when it is imported: PROMETHEUS_MULTIPROC_DIR.
        """
        self._folder = folder
        self._registry = CollectorRegistry(auto_describe=False)
        self._lock = threading.Lock()
        self._series: dict[str, set[tuple[str, ...]]] = {}
        self._received = self._counter(
            "whatsapp_received", "Updates stored, by kind and type.", "kind", "type"
        )
        self._parked = self._counter(
            "whatsapp_parked", "Updates that could not be read, or whose turn failed."
        )
        self._webhooks = self._counter(
            "whatsapp_webhooks", "Webhooks acknowledged or refused.", "status"
        )
        self._statuses = self._counter(
            "whatsapp_statuses", "Delivery statuses that moved a message on.", "status"
        )
        self._sent = self._counter("whatsapp_sent", "Messages that the API took, by type.", "type")
        self._send_errors = self._counter(
            "whatsapp_send_errors", "Requests to the API that failed.", "error", "code"
        )
        self._refused = self._counter(
            "whatsapp_send_refused", "Messages that were not even tried.", "reason"
        )
        self._media = self._counter("whatsapp_media", "Patients' files.", "status")
        self._acknowledged = Histogram(
            "whatsapp_webhook_seconds",
            "From a webhook to its acknowledgement.",
            buckets=_ACKNOWLEDGE,
            registry=self._registry,
        )
        self._answered = Histogram(
            "whatsapp_answer_seconds",
            "From the arrival of a message to its queued answer.",
            buckets=_ANSWER,
            registry=self._registry,
        )

    def received(self, kind: str, type_: str = "") -> None:
        """An update was stored: `message`, `status`..., of a type such as `text`."""
        self._count(self._received, kind, type_)

    def parked(self) -> None:
        """An update could not be read, or its turn failed."""
        self._parked.inc()

    def webhook(self, status: int, seconds: float) -> None:
        """A webhook was acknowledged or refused."""
        self._count(self._webhooks, str(status))
        self._acknowledged.observe(seconds)

    def answered(self, seconds: float) -> None:
        """A turn was answered, so long after its message came."""
        self._answered.observe(max(0.0, seconds))

    def delivery(self, status: str) -> None:
        """A delivery status moved a message on."""
        self._count(self._statuses, status)

    def sent(self, type_: str) -> None:
        """The API took a message of a type such as `text`, `template`, `document`."""
        self._count(self._sent, type_)

    def send_failed(self, error: str, code: int | None) -> None:
        """A request to the API failed."""
        self._count(self._send_errors, error, str(code or ""))

    def refused(self, fate: str) -> None:
        """A message was not even tried: consent, window, template, identity."""
        self._count(self._refused, fate)

    def media(self, status: str) -> None:
        """A patient's file was stored, refused or lost."""
        self._count(self._media, status)

    def text(self, gauges: Iterable[Gauge] = ()) -> str:
        """Returns everything in Prometheus' text format, of all processes that share a folder."""
        counted = self._registry
        if self._folder:
            counted = CollectorRegistry(auto_describe=False)
            MultiProcessCollector(counted, path=str(self._folder))  # type: ignore[no-untyped-call]
        of_now = CollectorRegistry(auto_describe=False)
        of_now.register(_Gauges(gauges))
        return (generate_latest(counted) + generate_latest(of_now)).decode()

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        self._series[name] = set()
        return Counter(name, what, labels, registry=self._registry)

    def _count(self, counter: Counter, *labels: str) -> None:
        values = tuple(label[:64] for label in labels)
        with self._lock:
            known = self._series[counter._name]
            if values not in known:
                if len(known) >= _MAX_SERIES:
                    values = ("other",) * len(values)
                known.add(values)
        counter.labels(*values).inc()


class _Gauges(Collector):
    """Values that are known at the moment of a scrape only."""

    def __init__(self, gauges: Iterable[Gauge]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for name, labels, value in self._gauges:
            family = families.setdefault(
                name, GaugeMetricFamily(name, _GAUGES[name], labels=list(labels))
            )
            family.add_metric(list(labels.values()), value)
        return iter(families.values())

"""Metrics in Prometheus' format, bounded; log lines as JSON."""

from __future__ import annotations

import json
import logging
import sys

from clinic.logs import JsonFormatter
from clinic.metrics import Metrics


def test_counters_histograms_and_gauges_are_written() -> None:
    metrics = Metrics()
    metrics.received("message", "text")
    metrics.received("message", "text")
    metrics.webhook(200, 0.004)
    metrics.answered(1.5)
    text = metrics.text([("whatsapp_queue_depth", {"queue": "inbox"}, 3.0)])
    assert 'whatsapp_received_total{kind="message",type="text"} 2.0\n' in text
    assert 'whatsapp_webhook_seconds_bucket{le="0.005"} 1.0\n' in text
    assert 'whatsapp_answer_seconds_bucket{le="1.0"} 0.0\n' in text
    assert 'whatsapp_answer_seconds_bucket{le="2.0"} 1.0\n' in text
    assert "whatsapp_answer_seconds_count 1.0\n" in text
    assert '# TYPE whatsapp_queue_depth gauge\nwhatsapp_queue_depth{queue="inbox"} 3.0\n' in text


def test_a_million_odd_types_do_not_fill_the_memory() -> None:
    metrics = Metrics()
    for n in range(5000):
        metrics.received("message", f'type"\n{n}')
    text = metrics.text()
    assert text.count("whatsapp_received_total{") == 201
    assert 'kind="other",type="other"} 4800.0\n' in text
    assert '\\"' in text


def test_a_log_line_is_one_json_object_without_what_an_error_says() -> None:
    patient = "Sal" + "ma"
    try:
        raise ValueError(patient)
    except ValueError:
        record = logging.LogRecord(
            "clinic", logging.ERROR, __file__, 1, "Row %d failed.", (7,), sys.exc_info()
        )
    line = JsonFormatter().format(record)
    found = json.loads(line)
    assert (found["level"], found["message"]) == ("ERROR", "Row 7 failed.")
    assert "ValueError" in found["error"]
    assert "Salma" not in line

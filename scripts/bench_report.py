"""Words and tables of `docs/benchmarks.md`."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scripts.bench import Figures, Spread
    from scripts.bench_patches import PatchTimes

_ROWS = (
    ("Message to answer, one patient", "answer", "alone"),
    ("Message to answer, 20 patients at a time", "answer", "20 patients"),
    ("Message to answer, one patient, default quiet time", "answer", "alone, quiet time"),
    (
        "Message to answer, 20 patients, default quiet time",
        "answer",
        "20 patients, quiet time",
    ),
    ("Webhook acknowledgement, one at a time", "acknowledge", "alone"),
    ("Webhook acknowledgement, 20 patients at a time", "acknowledge", "20 patients"),
)


def machine() -> str:
    """Returns a line about this machine, with what else it was busy with."""
    cpu = _first("/proc/cpuinfo", "model name") or platform.processor() or "unknown processor"
    memory = _first("/proc/meminfo", "MemTotal")
    gigabytes = f"{int(memory.split()[0]) / 1024**2:.0f} GB" if memory else "unknown"
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({cpu}), {gigabytes} memory, {platform.system()} "
        f"{platform.release()}, Python {sys.version.split()[0]}; load average before the start: "
        f"{load:.2f}"
    )


def report(
    command: str,
    where: str,
    measured: Sequence[Figures],
    patches: PatchTimes,
    training: float | None,
) -> str:
    """Returns the whole page."""
    date = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    names = [figures.database for figures in measured]
    lines = [
        "# Benchmarks",
        "",
        f"Written by `{command}` on {date}.",
        "",
        f"Machine: {where}.",
        "",
        "Assistant, worker, simulator and the measuring program share this machine; all traffic",
        "is on the loopback interface. Times are milliseconds, median / 95th percentile.",
        "",
        _row(["", *names]),
        _row(["---"] * (len(names) + 1)),
    ]
    for title, kind, key in _ROWS:
        lines.append(_row([title, *(_spread(getattr(f, kind).get(key)) for f in measured)]))
    lines += [
        _row(["Messages answered per second, 20 patients at a time",
              *(f"{f.messages_per_second:.1f}" for f in measured)]),
        _row(["Memory of the assistant after that (MB)",
              *(f"{f.memory_mb['assistant']:.0f}" for f in measured)]),
        _row(["Memory of the worker (MB)", *(f"{f.memory_mb['worker']:.0f}" for f in measured)]),
        _row(["Start of the assistant to `/ready` (s)",
              *(f"{f.start_seconds:.1f}" for f in measured)]),
        "",
        f"Training, forced: {training:.0f} s." if training else
        "Training was not measured in this run (`python -m scripts.bench --train` does it).",
        "",
        "## Rasa patches (`connectors/rasa_patches.py`)",
        "",
        _row(["", "Rasa 3.6.21", "patched"]),
        _row(["---"] * 3),
        _row(["Check of one action's answer (ms)", *(f"{t:.2f}" for t in patches.validate)]),
        _row(["Types of 2000 events of a conversation (ms)",
              *(f"{t:.2f}" for t in patches.resolve)]),
        "",
        "## What is measured",
        "",
        "- Message to answer: from the patient's tap on send to the arrival of the first answer at",
        "  the simulator, by the simulator's clock. It holds the signed webhook, its commit, the",
        "  emergency gate, language understanding, the action and the request to the API. Each of",
        "  the 20 patients writes the next message when the last one is answered. Messages are",
        "  greetings, facts and first words of a booking in all languages.",
        "- Default quiet time: the assistant waits until a patient has stopped typing",
        "  (`BURST_WINDOW_MS`, 600 ms); the other rows are without it.",
        "- Acknowledgement, one at a time: from the request to the 200 over an open connection,",
        "  after the commit, by the measuring program. With 20 patients: by the simulator, over",
        "  messages and delivery statuses together, while their turns are being answered.",
        "- Turns run on one core: Rasa's process answers them one after the other, so that with 20",
        "  patients each waits for the others' turns. More messages per second need more processes",
        "  (they share the work by leases in the database).",
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def _spread(spread: Spread | None) -> str:
    return f"{spread.median:.1f} / {spread.p95:.1f}" if spread else "–"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _first(path: str, name: str) -> str | None:
    """Returns the value of the first line `name: value` of a file."""
    if not Path(path).exists():
        return None
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return None

"""Evaluates language understanding on held-out messages: `make nlu-report` runs it.

    python -m scripts.nlu_report [--stale] [--model FILE] [--output FOLDER]

It writes a page that opens from disk (`results/nlu-report/index.html`) and the figures behind it
(`figures.json`); those of the last run stay beside them as `figures.previous.json` and the page
shows the difference.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import warnings
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from clinic.logs import configure_logging
from scripts.report.comparison import Comparison, compare
from scripts.report.errors import HeldOutError, ReportError
from scripts.report.figures import Run, make_figures
from scripts.report.gibberish import gibberish
from scripts.report.held_out import (
    CASABLANCA,
    EmergencyCase,
    HeldOut,
    emergency_cases,
    held_out_messages,
    time_cases,
)
from scripts.report.page import write_page
from scripts.report.readings import EMERGENCY, Reader, check_model
from scripts.report.terminal import print_summary
from scripts.report.verdicts import judge_times
from scripts.train import MODEL, ROOT

OUTPUT = ROOT / "results" / "nlu-report"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, default=MODEL, help="the model to evaluate")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="folder of the report")
    parser.add_argument(
        "--stale", action="store_true", help="evaluate although data or code changed since training"
    )
    arguments = parser.parse_args()
    configure_logging()
    logging.disable(logging.INFO)  # Rasa would write a line for each message
    try:
        if not arguments.stale or not arguments.model.exists():
            check_model(arguments.model)
        # Recorded and dropped: deprecations in the packages that Rasa pins. Filters do not last,
        # since Sanic sets its own.
        with warnings.catch_warnings(record=True):
            run = asyncio.run(_evaluate(arguments.model))
    except ReportError as error:
        sys.exit(str(error))
    figures = {
        "made": datetime.now(CASABLANCA).isoformat(timespec="seconds"),
        "model": _about(arguments.model),
        "machine": {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)},
        **make_figures(run),
    }
    comparison = _store(figures, arguments.output)
    page = write_page(figures, comparison, arguments.output)
    print_summary(figures, comparison, page, Console())


async def _evaluate(model: Path) -> Run:
    messages, cases = list(held_out_messages()), list(emergency_cases())
    if not messages:
        raise HeldOutError("There are no held-out messages in tests/nlu/<language>/.")
    console = Console(stderr=True)
    with console.status("Loading the model"):
        reader = await Reader.load(model)
    noise = [HeldOut(text, "all", "out_of_scope") for text in gibberish()]
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    ) as progress:
        total = len(messages) + len(cases) + len(noise)
        task = progress.add_task("Reading messages", total=total)

        def advance() -> None:
            progress.advance(task)

        readings = await reader.read_all(messages, advance)
        dangers = await reader.read_all(map(_as_message, cases), advance)
        return Run(
            readings=readings,
            noise=await reader.read_all(noise, advance),
            dangers=list(zip(cases, dangers, strict=True)),
            times=list(judge_times(time_cases())),
            load_seconds=reader.load_seconds,
        )


def _as_message(case: EmergencyCase) -> HeldOut:
    return HeldOut(case.text, case.group, EMERGENCY if case.category else "")


def _about(model: Path) -> dict[str, Any]:
    trained = datetime.fromtimestamp(model.stat().st_mtime, CASABLANCA)
    return {
        "name": model.name,
        "trained": trained.isoformat(timespec="seconds"),
        "bytes": model.stat().st_size,
    }


def _store(figures: dict[str, Any], folder: Path) -> Comparison | None:
    """Writes the figures and moves the former ones aside; returns the difference."""
    folder.mkdir(parents=True, exist_ok=True)
    path, previous = folder / "figures.json", folder / "figures.previous.json"
    comparison = None
    if path.exists():
        path.replace(previous)
        try:
            comparison = compare(json.loads(previous.read_text(encoding="utf-8")), figures)
        except (KeyError, TypeError, ValueError):
            # Written by another version of this report: nothing to compare with.
            comparison = None
    path.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    return comparison


if __name__ == "__main__":
    main()

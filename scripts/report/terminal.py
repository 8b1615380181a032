"""The short table on the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from scripts.check_data import LANGUAGES
from scripts.report.comparison import Comparison
from scripts.report.metrics import ALL, METRICS, Metric

_SHOWN = 5
_UNITS = {"share": "%", "ms": "ms", "s": "s"}


def print_summary(
    figures: dict[str, Any], comparison: Comparison | None, page: Path, console: Console
) -> None:
    """Prints the headline figures, what moved, and where the page is."""
    messages = figures["counts"]["messages"][ALL]
    table = Table(
        title=f"Language understanding on {messages} held-out messages",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("", no_wrap=True)
    for group in (ALL, *LANGUAGES):
        table.add_column(group, justify="right", no_wrap=True)
    table.add_column("aim", justify="right", style="dim", no_wrap=True)
    for metric in METRICS:
        values = figures["metrics"][metric.key]
        cells = [_cell(metric, values.get(group)) for group in (ALL, *LANGUAGES)]
        table.add_row(metric.label, *cells, metric.show_aim() or _UNITS[metric.unit])
    console.print(table)
    if comparison:
        console.print(
            f"Since {comparison.made[:16].replace('T', ' ')}: "
            f"[green]{len(comparison.fixed)} put right[/], "
            f"[red]{len(comparison.broken)} broken[/], "
            f"{comparison.new} new, {comparison.gone} gone."
        )
        for move in comparison.intents[:_SHOWN]:
            if move.after < move.before:
                console.print(f"  {move.intent}: F1 {move.before:.2f} to [red]{move.after:.2f}[/]")
    console.print(f"The whole report: {page.resolve().as_uri()}", soft_wrap=True)


def _cell(metric: Metric, value: float | None) -> str:
    """Writes a value without its unit, which stands in the aim's column: 80 signs are narrow."""
    meets = metric.meets(value)
    if value is None:
        return "–"
    shown = f"{100 * value:.1f}" if metric.unit == "share" else f"{value:.1f}"
    return shown if meets is None else f"[{'green' if meets else 'red'}]{shown}[/]"

"""Writes the page: one HTML file without anything from elsewhere."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import jinja2

from scripts.check_data import LANGUAGES
from scripts.report.comparison import Comparison
from scripts.report.metrics import AIMED_ENTITIES, ALL, BY_KEY, ENTITY_AIM, METRICS
from scripts.report.readings import REFUSALS
from scripts.report.reliability import reliability_plot
from scripts.report.scores import confusions

_HERE = Path(__file__).parent
_NAMES = {
    ALL: "All",
    "fr": "French",
    "ary": "Darija, Arabic script",
    "ary-Latn": "Darija, Latin letters",
    "en": "English",
}
_WORST_PAIRS = 25

Verdict = dict[str, Any]


def write_page(figures: dict[str, Any], comparison: Comparison | None, folder: Path) -> Path:
    """Writes `index.html` into a folder that exists and returns its path."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = lambda value: "–" if value is None else f"{100 * value:.1f}"
    environment.filters["score"] = lambda value: "–" if value is None else f"{value:.2f}"
    environment.filters["heat"] = _heat
    page = environment.get_template("page.html.j2").render(
        figures=figures,
        metrics=METRICS,
        metric=BY_KEY,
        languages=LANGUAGES,
        groups=(ALL, *LANGUAGES),
        names=_NAMES,
        aimed_entities=AIMED_ENTITIES,
        entity_aim=ENTITY_AIM,
        comparison=comparison,
        plots={
            group: reliability_plot(bins, f"Reliability, {_NAMES[group]}")
            for group, bins in figures["calibration"].items()
        },
        wrong=_wrong_by_kind(figures["verdicts"]),
        refusals=_refusals(figures["verdicts"]),
        pairs=_worst_pairs(figures["verdicts"]),
        style=(_HERE / "page.css").read_text(encoding="utf-8"),
        script=(_HERE / "page.js").read_text(encoding="utf-8"),
        matrix=_for_script(_matrix(figures["verdicts"])),
    )
    path = folder / "index.html"
    path.write_text(page, encoding="utf-8")
    return path


def _wrong_by_kind(verdicts: Iterable[Verdict]) -> dict[str, list[Verdict]]:
    wrong: dict[str, list[Verdict]] = {
        kind: [] for kind in ("intent", "language", "entity", "emergency", "time", "noise")
    }
    for verdict in verdicts:
        if not verdict["right"]:
            wrong[verdict["kind"]].append(verdict)
    return wrong


def _refusals(verdicts: Iterable[Verdict]) -> dict[str, list[Verdict]]:
    """Returns the foreign messages that were answered and the good ones that were not."""
    wrong = _wrong_by_kind(verdicts)["intent"]
    return {
        "answered": [
            v for v in wrong if v["expected"] in REFUSALS and v["answered"] not in REFUSALS
        ],
        "refused": [
            v for v in wrong if v["expected"] not in REFUSALS and v["answered"] in REFUSALS
        ],
    }


def _worst_pairs(verdicts: Iterable[Verdict]) -> list[dict[str, Any]]:
    """Returns the most frequent confusions with their messages, the surest mistakes first."""
    intents = [verdict for verdict in verdicts if verdict["kind"] == "intent"]
    worst = confusions((v["expected"], v["answered"]) for v in intents)[:_WORST_PAIRS]
    return [
        {
            "expected": expected,
            "answered": answered,
            "count": count,
            "languages": Counter(v["group"] for v in messages).most_common(),
            "messages": sorted(messages, key=lambda v: -v["confidence"]),
        }
        for (expected, answered), count in worst
        if (
            messages := [
                v for v in intents if (v["expected"], v["answered"]) == (expected, answered)
            ]
        )
    ]


def _matrix(verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """Returns the confusion matrix: intents, and for each cell its messages by language."""
    intents = [verdict for verdict in verdicts if verdict["kind"] == "intent"]
    expected = list(dict.fromkeys(v["expected"] for v in intents))
    answered = [*expected, *sorted({v["answered"] for v in intents} - set(expected))]
    cells = Counter((v["expected"], v["answered"], v["group"]) for v in intents)
    return {
        "expected": expected,
        "answered": answered,
        "cells": [
            [expected.index(row), answered.index(column), group, count]
            for (row, column, group), count in sorted(cells.items())
        ],
        "wrong": [
            [
                expected.index(v["expected"]),
                answered.index(v["answered"]),
                v["group"],
                v["text"],
                v["confidence"],
            ]
            for v in intents
            if not v["right"]
        ],
    }


def _heat(value: float | None, good: float = 0.93, bad: float = 0.6) -> str:
    """Returns the CSS class of a score: h0 (bad) to h5 (good); "" of nothing."""
    if value is None:
        return ""
    steps: Sequence[float] = [bad + step * (good - bad) / 4 for step in range(5)]
    return f"h{sum(value >= step for step in steps)}"


def _for_script(value: Any) -> str:
    """Returns JSON that may stand inside a script element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")

"""Recall and false alarms of the emergency gate on message files, for tests and reports.

A file `<language>.yml` has two lists: `danger`, each with `text` and, where it was judged, its
`category`, and `safe`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nlu.emergency import EmergencySign, assess_emergency

Assess = Callable[[str], EmergencySign | None]


@dataclass(frozen=True)
class GateScore:
    """The result on one file.

    Attributes:
        language: Stem of the file.
        danger: Number of messages that are an emergency.
        safe: Number of messages that are none.
        missed: Emergencies without a sign, as category (empty where none is stated) and text.
        false_alarms: Messages with a sign that are no emergency, with the sign.
        other_category: Emergencies found under another category than stated.
    """

    language: str
    danger: int
    safe: int
    missed: tuple[tuple[str, str], ...]
    false_alarms: tuple[tuple[str, EmergencySign], ...]
    other_category: tuple[tuple[str, str, EmergencySign], ...]

    @property
    def recall(self) -> float:
        """Share of the emergencies that were found; 1 when there are none."""
        return 1 - len(self.missed) / self.danger if self.danger else 1.0

    @property
    def false_alarm_rate(self) -> float:
        """Share of the safe messages that raised an alarm."""
        return len(self.false_alarms) / self.safe if self.safe else 0.0


def score_file(path: Path, assess: Assess = assess_emergency) -> GateScore:
    """Run the gate over one message file."""
    content: dict[str, list[Any]] = yaml.safe_load(path.read_text("utf-8"))
    missed, other, alarms = [], [], []
    for item in content.get("danger", []):
        sign, category = assess(item["text"]), item.get("category", "")
        if sign is None:
            missed.append((category, item["text"]))
        elif category and sign.category.value != category:
            other.append((category, item["text"], sign))
    for text in content.get("safe", []):
        if (sign := assess(text)) is not None:
            alarms.append((text, sign))
    return GateScore(
        path.stem,
        len(content.get("danger", [])),
        len(content.get("safe", [])),
        tuple(missed),
        tuple(alarms),
        tuple(other),
    )


def score_folder(folder: Path, assess: Assess = assess_emergency) -> list[GateScore]:
    """Run the gate over every message file of a folder."""
    return [score_file(path, assess) for path in sorted(folder.glob("*.yml"))]


def table(scores: Sequence[GateScore]) -> str:
    """The scores as a Markdown table, with a line for all files together."""
    lines = [
        "| language | danger | missed | recall | safe | false alarms | rate |",
        "|---|---|---|---|---|---|---|",
    ]
    total = GateScore(
        "all",
        sum(s.danger for s in scores),
        sum(s.safe for s in scores),
        tuple(m for s in scores for m in s.missed),
        tuple(a for s in scores for a in s.false_alarms),
        (),
    )
    lines += [
        f"| {s.language} | {s.danger} | {len(s.missed)} | {s.recall:.3f}"
        f" | {s.safe} | {len(s.false_alarms)} | {s.false_alarm_rate:.3f} |"
        for s in (*scores, total)
    ]
    return "\n".join(lines)

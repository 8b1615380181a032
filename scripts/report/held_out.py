"""Held-out messages and cases, as they stand below `tests/nlu/`.

- `<language>/<topic>.yml`: messages in Rasa's format, with their intent and annotated entities.
- `time/<language>.yml`: `cases` of `message`, `now` and the `expected` times.
- `emergency/<language>.yml`: `danger`, each with `category` and `text`, and `safe`, texts without a
  danger now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from scripts.check_data import LANGUAGES, read_examples
from scripts.report.errors import HeldOutError
from scripts.train import ROOT

FOLDER = ROOT / "tests" / "nlu"
CASABLANCA = ZoneInfo("Africa/Casablanca")


@dataclass(frozen=True)
class Entity:
    """An entity that is expected or found; `start` and `end` are character offsets."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class HeldOut:
    """A message with what it means."""

    text: str
    language: str
    intent: str
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True)
class TimeCase:
    """A message written at `now`, with the times that it names: (start, end, grain)."""

    text: str
    group: str
    now: datetime
    expected: tuple[tuple[datetime, datetime, str], ...]


@dataclass(frozen=True)
class EmergencyCase:
    """A message and the category of its danger; None when there is none now."""

    text: str
    group: str
    category: str | None


def held_out_messages() -> Iterator[HeldOut]:
    """Yields the messages of all languages."""
    for language in LANGUAGES:
        for example in read_examples(FOLDER / language):
            yield parse_annotated(example.text, language, example.intent)


def parse_annotated(line: str, language: str, intent: str) -> HeldOut:
    """Reads one message with Rasa's annotations, `[fils]{"entity": ..., "value": ...}`."""
    # Here and not above: a command can then silence the warnings of Rasa's imports.
    from rasa.shared.nlu.training_data import entities_parser

    entities = tuple(
        Entity(found["entity"], str(found["value"]), found["start"], found["end"])
        for found in entities_parser.find_entities_in_training_example(line)
    )
    return HeldOut(entities_parser.replace_entities(line), language, intent, entities)


def time_cases(folder: Path = FOLDER / "time") -> Iterator[TimeCase]:
    """Yields the cases of time expressions; none when the folder is not there.

    Raises:
        HeldOutError: a case lacks a field or a time cannot be read.
    """
    for path in sorted(folder.glob("*.yml")):
        for case in _list(path, "cases"):
            try:
                expected = tuple(
                    (_time(time["start"]), _time(time["end"]), time["grain"])
                    for time in case["expected"]
                )
                yield TimeCase(case["message"], path.stem, _time(case["now"]), expected)
            except (KeyError, TypeError, ValueError) as error:
                raise HeldOutError(f"{path}: cannot read {case}: {error!r}") from error


def emergency_cases(folder: Path = FOLDER / "emergency") -> Iterator[EmergencyCase]:
    """Yields the cases of danger signs; none when the folder is not there.

    Raises:
        HeldOutError: a list or a field is missing.
    """
    for path in sorted(folder.glob("*.yml")):
        for case in _list(path, "danger"):
            try:
                yield EmergencyCase(case["text"], path.stem, case["category"])
            except (KeyError, TypeError) as error:
                raise HeldOutError(f"{path}: cannot read {case}: {error!r}") from error
        for text in _list(path, "safe"):
            yield EmergencyCase(text, path.stem, None)


def _list(path: Path, name: str) -> list[Any]:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = document.get(name) if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise HeldOutError(f"{path}: a list `{name}` is expected.")
    return found


def _time(written: str) -> datetime:
    """Reads a time of a case; without an offset it is on the clock of Casablanca."""
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=CASABLANCA)

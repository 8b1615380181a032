"""Judges single messages: what was expected, what came, and whether that is right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from nlu.time_expressions import resolve_time
from scripts.report.held_out import CASABLANCA, EmergencyCase, Entity, TimeCase
from scripts.report.readings import EMERGENCY, Reading
from scripts.report.scores import match_entities

LANGUAGE_WORDS = 3
_WORD = re.compile(r"[^\W\d_]+(?:['’]?[^\W_]+)*")


@dataclass(frozen=True)
class Verdict:
    """One message judged for one thing.

    Attributes:
        kind: `intent`, `entity`, `language`, `emergency`, `time` or `noise`.
        group: the language, or the file of cases.
        text: the message.
        expected: what its author says.
        answered: what came.
        right: whether that is right.
        confidence: 0 to 1, of an intent.
        note: what else tells messages of the same text apart, or explains the verdict.
    """

    kind: str
    group: str
    text: str
    expected: str
    answered: str
    right: bool
    confidence: float | None = None
    note: str = ""


def judge_intent(reading: Reading) -> Verdict:
    """Judges the intent that the model answers, without the gate."""
    message = reading.message
    doubt = "" if reading.intent == reading.guess else f"in doubt, best guess {reading.guess}"
    return Verdict(
        "intent",
        message.language,
        message.text,
        message.intent,
        reading.intent,
        message.intent == reading.intent,
        round(reading.confidence, 4),
        doubt,
    )


def judge_language(reading: Reading) -> Verdict | None:
    """Judges the language; None for messages of under three words and foreign ones.

    Out-of-scope messages are left out: those that mean nothing have no language.
    """
    message = reading.message
    words = _WORD.findall(message.text)
    if len(words) < LANGUAGE_WORDS or message.intent == "out_of_scope":
        return None
    right = reading.language == message.language
    return Verdict(
        "language", message.language, message.text, message.language, reading.language, right
    )


def judge_entities(reading: Reading) -> Verdict | None:
    """Judges the entities; None where none is expected and none was found."""
    expected, found = reading.message.entities, reading.entities
    if not expected and not found:
        return None
    match = match_entities(expected, found)
    text = reading.message.text
    return Verdict(
        "entity",
        reading.message.language,
        text,
        _write_entities(text, expected),
        _write_entities(text, found),
        not match.missed and not match.extra,
        note="missed: " + _write_entities(text, match.missed) if match.missed else "",
    )


def judge_emergency(case: EmergencyCase, reading: Reading) -> Verdict:
    """Judges the gate alone; the note says what the classifier would have answered."""
    return Verdict(
        "emergency",
        case.group,
        case.text,
        case.category or "no danger",
        reading.danger or "no danger",
        (case.category is None) == (reading.danger is None),
        note="classifier: danger" if reading.intent == EMERGENCY else "",
    )


def judge_noise(reading: Reading, refused: bool) -> Verdict:
    """Judges a message that means nothing."""
    return Verdict(
        "noise",
        "all",
        reading.message.text,
        "refused",
        reading.intent,
        refused,
        round(reading.confidence, 4),
    )


def judge_times(cases: Iterable[TimeCase]) -> Iterator[Verdict]:
    """Resolves and judges times; the note is `wrong day` when a day came that is not expected."""
    for case in cases:
        found = [
            (each.start, each.end, str(each.grain))
            for each in resolve_time(case.text, now=case.now)
        ]
        days = {_day(start) for start, _, _ in case.expected}
        wrong_day = any(_day(start) not in days for start, _, _ in found)
        yield Verdict(
            "time",
            case.group,
            f"{case.text} @ {case.now:%a %Y-%m-%d %H:%M}",
            _write_times(case.expected),
            _write_times(found),
            found == list(case.expected),
            note="wrong day" if wrong_day else "",
        )


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(CASABLANCA):%Y-%m-%d}"


def _write_times(times: Iterable[tuple[datetime, datetime, str]]) -> str:
    written = [
        f"{start.astimezone(CASABLANCA):%a %Y-%m-%d %H:%M}"
        f" to {end.astimezone(CASABLANCA):%a %Y-%m-%d %H:%M} ({grain})"
        for start, end, grain in times
    ]
    return "; ".join(written) or "nothing"


def _write_entities(text: str, entities: Iterable[Entity]) -> str:
    written = [f"{each.name}={each.value} “{text[each.start : each.end]}”" for each in entities]
    return ", ".join(written) or "nothing"

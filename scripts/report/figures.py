"""Puts all figures of a run together, in the shape of `figures.json`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from scripts.check_data import LANGUAGES
from scripts.report.held_out import EmergencyCase
from scripts.report.metrics import AIMED_ENTITIES, ALL
from scripts.report.readings import EMERGENCY, ENTITIES, REFUSALS, Reading
from scripts.report.scores import (
    Counts,
    accuracy,
    calibration_bins,
    calibration_error,
    class_counts,
    macro_f1,
    match_entities,
    percentile,
    share,
)
from scripts.report.verdicts import (
    Verdict,
    judge_emergency,
    judge_entities,
    judge_intent,
    judge_language,
    judge_noise,
)

Figures = dict[str, Any]
Danger = tuple[EmergencyCase, Reading]
T = TypeVar("T")

_ALARM_FIGURES = {
    "gate_recall": (True, True),
    "emergency_recall": (True, False),
    "gate_false_alarms": (False, True),
    "emergency_false_alarms": (False, False),
}
"""For each figure: whether it is about messages with a danger, and whether about the gate alone."""


@dataclass(frozen=True)
class Run:
    """What a run read.

    Attributes:
        readings: the held-out messages.
        noise: messages that mean nothing.
        dangers: the emergency cases with their readings.
        times: the verdicts on time expressions.
        load_seconds: how long the model took to load.
    """

    readings: Sequence[Reading]
    noise: Sequence[Reading]
    dangers: Sequence[Danger]
    times: Sequence[Verdict]
    load_seconds: float


def make_figures(run: Run) -> Figures:
    """Returns the figures of a run, ready for JSON.

    Those of emergencies are over the held-out messages; the cases, against which the gate was
    corrected, stand apart under `emergency`.
    """
    held_out = _as_dangers(run.readings)
    dangers = [*run.dangers, *held_out]
    return {
        "metrics": _metrics(run, held_out),
        "counts": {
            "messages": _sizes(run.readings, _language),
            "time": _sizes(run.times, lambda verdict: verdict.group),
        },
        "intents": _intents(run.readings),
        "calibration": {
            group: [asdict(each) for each in _bins(readings)]
            for group, readings in _grouped(run.readings, _language).items()
        },
        "entities": _entities(run.readings),
        "emergency": {"held-out messages": _alarms(held_out), "cases": _alarms(run.dangers)},
        "verdicts": [asdict(verdict) for verdict in _verdicts(run, dangers)],
    }


def _metrics(run: Run, held_out: Sequence[Danger]) -> dict[str, dict[str, float | None]]:
    by_language = _grouped(run.readings, _language)
    alarms = _alarms(held_out)

    def over_readings(
        figure: Callable[[Sequence[Reading]], float | None],
    ) -> dict[str, float | None]:
        return {group: figure(readings) for group, readings in by_language.items()}

    times = _grouped(run.times, lambda verdict: verdict.group)
    languages = _grouped(
        [verdict for reading in run.readings if (verdict := judge_language(reading))],
        lambda verdict: verdict.group,
    )
    return {
        "accuracy": over_readings(lambda all_: accuracy(_pairs(all_))),
        "macro_f1": over_readings(lambda all_: macro_f1(class_counts(_pairs(all_)))),
        "answered_accuracy": over_readings(
            lambda all_: accuracy([(each.message.intent, each.answer) for each in all_])
        ),
        "refused_out_of_scope": over_readings(lambda all_: _refused(all_, foreign=True)),
        "refused_gibberish": {ALL: _share_of(_is_refused, run.noise)},
        "refused_good": over_readings(lambda all_: _refused(all_, foreign=False)),
        "calibration_error": over_readings(lambda all_: calibration_error(_bins(all_))),
        **{key: {group: inside[key] for group, inside in alarms.items()} for key in _ALARM_FIGURES},
        "entity_f1": over_readings(
            lambda all_: sum((_counts(all_, name) for name in AIMED_ENTITIES), Counts()).f1
        ),
        "time": {group: _share_of(lambda v: v.right, inside) for group, inside in times.items()},
        "wrong_day": {
            group: _share_of(lambda v: v.note == "wrong day", inside)
            for group, inside in times.items()
        },
        "language": {
            group: _share_of(lambda v: v.right, inside) for group, inside in languages.items()
        },
        "parse_median": over_readings(
            lambda all_: _milliseconds([each.seconds for each in all_], 50)
        ),
        "parse_p95": over_readings(lambda all_: _milliseconds([each.seconds for each in all_], 95)),
        "gate_p95": over_readings(
            lambda all_: _milliseconds([each.gate_seconds for each in all_], 95)
        ),
        "load": {ALL: run.load_seconds},
    }


def _intents(readings: Sequence[Reading]) -> dict[str, dict[str, Figures]]:
    """Returns precision, recall, F1 and support by intent and group."""
    found: dict[str, dict[str, Figures]] = {}
    for group, inside in _grouped(readings, _language).items():
        for intent, counts in class_counts(_pairs(inside)).items():
            found.setdefault(intent, {})[group] = _written(counts)
    return dict(sorted(found.items()))


def _entities(readings: Sequence[Reading]) -> dict[str, dict[str, Figures]]:
    groups = _grouped(readings, _language)
    return {
        name: {group: _written(_counts(inside, name)) for group, inside in groups.items()}
        for name in ENTITIES
    }


def _verdicts(run: Run, dangers: Sequence[Danger]) -> list[Verdict]:
    found: list[Verdict | None] = [judge_intent(each) for each in run.readings]
    found += [judge_language(each) for each in run.readings]
    found += [judge_entities(each) for each in run.readings]
    found += [judge_emergency(case, reading) for case, reading in dangers]
    found += [judge_noise(each, refused=_is_refused(each)) for each in run.noise]
    return [verdict for verdict in [*found, *run.times] if verdict]


def _as_dangers(readings: Iterable[Reading]) -> list[Danger]:
    """Returns the held-out messages as emergency cases."""
    return [
        (
            EmergencyCase(
                each.message.text,
                each.message.language,
                EMERGENCY if each.message.intent == EMERGENCY else None,
            ),
            each,
        )
        for each in readings
    ]


def _alarms(dangers: Sequence[Danger]) -> dict[str, Figures]:
    """Returns the numbers of messages and the shares of alarms, by group."""
    return {
        group: {
            "danger": sum(bool(case.category) for case, _ in inside),
            "harmless": sum(not case.category for case, _ in inside),
            **{
                key: _alarm_share(inside, danger=danger, gate_only=gate_only)
                for key, (danger, gate_only) in _ALARM_FIGURES.items()
            },
        }
        for group, inside in _grouped(dangers, _group).items()
    }


def _alarm_share(dangers: Sequence[Danger], *, danger: bool, gate_only: bool) -> float | None:
    """Returns the share of alarms among the messages with (or without) danger."""
    inside = [reading for case, reading in dangers if (case.category is not None) == danger]
    return _share_of(
        lambda reading: bool(reading.danger) or (not gate_only and reading.intent == EMERGENCY),
        inside,
    )


def _refused(readings: Sequence[Reading], *, foreign: bool) -> float | None:
    inside = [each for each in readings if (each.message.intent == "out_of_scope") == foreign]
    return _share_of(_is_refused, inside)


def _is_refused(reading: Reading) -> bool:
    return reading.intent in REFUSALS


def _counts(readings: Iterable[Reading], name: str) -> Counts:
    total = Counts()
    for reading in readings:
        match = match_entities(
            [each for each in reading.message.entities if each.name == name],
            [each for each in reading.entities if each.name == name],
        )
        total += Counts(len(match.right), len(match.extra), len(match.missed))
    return total


def _bins(readings: Iterable[Reading]) -> list[Any]:
    return calibration_bins(
        [
            (each.confidence, each.guess == each.message.intent)
            for each in readings
            if not each.by_gate  # the gate is always sure
        ]
    )


def _pairs(readings: Iterable[Reading]) -> list[tuple[str, str]]:
    return [(each.message.intent, each.intent) for each in readings]


def _written(counts: Counts) -> Figures:
    return {
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
        "support": counts.support,
    }


def _milliseconds(seconds: Sequence[float], percent: float) -> float | None:
    found = percentile(seconds, percent)
    return None if found is None else 1000 * found


def _share_of(is_so: Callable[[T], bool], values: Sequence[T]) -> float | None:
    return share(sum(map(is_so, values)), len(values))


def _grouped(values: Sequence[T], group_of: Callable[[T], str]) -> dict[str, list[T]]:
    """Returns all values under `all`, and those of each group: the languages first."""
    found: dict[str, list[T]] = {ALL: list(values)}
    names = {group_of(value) for value in values}
    for name in [*LANGUAGES, *sorted(names - set(LANGUAGES))]:
        if name in names:
            found[name] = [value for value in values if group_of(value) == name]
    return found


def _sizes(values: Sequence[T], group_of: Callable[[T], str]) -> dict[str, int]:
    return {name: len(inside) for name, inside in _grouped(values, group_of).items()}


def _language(reading: Reading) -> str:
    return reading.message.language


def _group(danger: Danger) -> str:
    return danger[0].group

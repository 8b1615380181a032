"""Compares ways to classify intents, by cross-validation and on the held-out messages.

    python -m scripts.compare_nlu [--systems NAME ...] [--folds 5] [--rounds 5] [--csv FILE]
                                  [--sample N]

`--rounds` trains only so many of the folds, 0 none. `--csv` cross-validates on a file with the
columns text, label and language. `--sample` keeps slow systems within minutes. Peak memory is
that of the process: compare one system a run. The figures go to the terminal, as the table in
docs/nlu-comparison.md. Nothing is trained or chosen on held-out messages.
"""

from __future__ import annotations

import argparse
import csv
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from nlu.sentence_vectors import shared_encoder
from scripts.check_data import LANGUAGES, read_examples
from scripts.nlu_systems import SEED, SYSTEMS, System
from scripts.report.gibberish import gibberish
from scripts.report.held_out import held_out_messages, parse_annotated
from scripts.train import ROOT

if TYPE_CHECKING:
    from numpy.typing import NDArray

_OUTSIDE = "out_of_scope"
_THRESHOLDS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)


@dataclass(frozen=True)
class Labelled:
    """A message with its language and intent."""

    text: str
    language: str
    intent: str


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--sample", type=int, help="train on so many of the messages")
    arguments = parser.parse_args()
    messages = _read_csv(arguments.csv) if arguments.csv else _training_messages()
    messages = _sample(messages, arguments.sample or len(messages))
    held_out = [] if arguments.csv else _held_out(messages)
    shared_encoder().encode(["warm"])
    for name in arguments.systems:
        _say(f"\n{name}: {len(messages)} messages")
        _cross_validate(SYSTEMS[name], messages, arguments.folds, arguments.rounds)
        if held_out:
            started = time.monotonic()
            system = SYSTEMS[name](*_columns(messages))
            _say(f"  trained on all in {time.monotonic() - started:.0f} s")
            found = system.probabilities([message.text for message in held_out])
            _show("held out", system.intents, found, held_out)
            noise = system.probabilities(gibberish())
            _show_refusals(system.intents, found, held_out, noise)
            _say(f"  {_milliseconds(system, held_out):.1f} CPU ms a message")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        _say(f"  peak memory {peak:.0f} MB")


def _sample(messages: list[Labelled], size: int) -> list[Labelled]:
    """Returns so many messages, the same share of each intent and language."""
    ordered = sorted(messages, key=lambda message: (message.language, message.intent))
    return [ordered[row * len(ordered) // size] for row in range(min(size, len(ordered)))]


def _cross_validate(
    train: Callable[[list[str], list[str]], System],
    messages: list[Labelled],
    folds: int,
    rounds: int,
) -> None:
    groups = [f"{message.language} {message.intent}" for message in messages]
    splitter = StratifiedKFold(folds, shuffle=True, random_state=SEED)
    found, truth, noise, seconds, single = [], [], [], [], []
    for learned, kept in list(splitter.split(groups, groups))[:rounds]:
        started = time.process_time()
        system = train(*_columns([messages[row] for row in learned]))
        seconds.append(time.process_time() - started)
        tested = [messages[row] for row in kept]
        found.append(system.probabilities([message.text for message in tested]))
        truth.extend(tested)
        noise.append(system.probabilities(gibberish(seed=SEED)))
        single.append(_milliseconds(system, tested))
    if not found:
        return
    probabilities = np.vstack(found)
    _show("cross-validated", system.intents, probabilities, truth)
    if _OUTSIDE in system.intents:
        _show_refusals(system.intents, probabilities, truth, np.vstack(noise))
    _say(f"  training {np.mean(seconds):.0f} CPU s, {np.median(single):.1f} CPU ms a message")


def _milliseconds(system: System, messages: list[Labelled]) -> float:
    """Returns the median CPU time of single messages, all threads counted."""
    times = []
    for message in messages[:: max(1, len(messages) // 100)]:
        started = time.process_time()
        system.probabilities([message.text])
        times.append(time.process_time() - started)
    return float(np.median(times)) * 1000


def _show(
    title: str, intents: list[str], found: NDArray[np.float64], truth: list[Labelled]
) -> None:
    predicted = np.asarray(intents)[found.argmax(axis=1)]
    expected = np.asarray([message.intent for message in truth])
    languages = np.asarray([message.language for message in truth])
    cells = []
    for language in ["all", *sorted(set(languages))]:
        rows = (languages == language) | (language == "all")
        accuracy = (predicted[rows] == expected[rows]).mean()
        f1 = f1_score(expected[rows], predicted[rows], average="macro")
        cells.append(f"{language} {accuracy:.3f} / {f1:.3f}")
    error = _calibration_error(found.max(axis=1), predicted == expected)
    _say(f"  {title}: {' | '.join(cells)} | ECE {error:.3f}")


def _calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Returns the expected calibration error over ten equal ranges of confidence."""
    ranges = np.minimum((confidence * 10).astype(int), 9)
    return sum(
        abs(confidence[ranges == number].mean() - right[ranges == number].mean())
        * (ranges == number).mean()
        for number in set(ranges.tolist())
    )


def _show_refusals(
    intents: list[str],
    found: NDArray[np.float64],
    truth: list[Labelled],
    noise: NDArray[np.float64],
) -> None:
    outside = np.asarray([message.intent == _OUTSIDE for message in truth])
    column = intents.index(_OUTSIDE)
    for threshold in _THRESHOLDS:
        refused = (found.argmax(axis=1) == column) | (found.max(axis=1) < threshold)
        noise_refused = (noise.argmax(axis=1) == column) | (noise.max(axis=1) < threshold)
        _say(
            f"    below {threshold:.2f}: refused {refused[outside].mean():.3f} of out_of_scope, "
            f"{refused[~outside].mean():.3f} of good messages, {noise_refused.mean():.3f} of noise"
        )


def _training_messages() -> list[Labelled]:
    return list(_messages(ROOT / "data" / "nlu"))


def _held_out(training: list[Labelled]) -> list[Labelled]:
    known = {message.text.casefold() for message in training}
    return [
        Labelled(message.text, message.language, message.intent)
        for message in held_out_messages()
        if message.text.casefold() not in known
    ]


def _messages(folder: Path) -> Iterator[Labelled]:
    for language in LANGUAGES:
        for example in read_examples(folder / language):
            message = parse_annotated(example.text, language, example.intent)
            yield Labelled(message.text, language, message.intent)


def _read_csv(path: Path) -> list[Labelled]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Labelled(row["text"], row["language"], row["label"]) for row in csv.DictReader(file)
        ]


def _columns(messages: list[Labelled]) -> tuple[list[str], list[str]]:
    return [message.text for message in messages], [message.intent for message in messages]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

"""Compares ways to classify intents, by cross-validation and on the held-out messages.

    python -m scripts.compare_nlu [--systems NAME ...] [--folds 5] [--rounds 5] [--csv FILE]

`--rounds` trains only so many of the folds, for slow systems. `--csv` cross-validates on a file
with the columns text, label and language. The figures go to the terminal, as the
table in docs/nlu-comparison.md. Nothing is trained or chosen on held-out messages.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import scipy.sparse
from scipy.special import softmax
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from nlu.intent_model import Evidence, IntentModel
from nlu.sentence_vectors import sentence_vectors, shared_encoder
from nlu.spelling_features import SpellingFeatures
from scripts.check_data import LANGUAGES, read_examples
from scripts.report.gibberish import gibberish
from scripts.report.held_out import held_out_messages, parse_annotated
from scripts.train import ROOT

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SEED = 3
_OUTSIDE = "out_of_scope"
_THRESHOLDS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)


@dataclass(frozen=True)
class Labelled:
    """A message with its language and intent."""

    text: str
    language: str
    intent: str


class System(Protocol):
    """One way to classify."""

    intents: list[str]

    def probabilities(self, texts: list[str]) -> NDArray[np.float64]:
        """Returns one row a text and one column an intent."""


class Chosen:
    """What config.yml has: kernel ridge regression on spellings and glossed sentence vectors."""

    def __init__(self, texts: list[str], intents: list[str]) -> None:
        """Trains."""
        self._spellings = SpellingFeatures.fit(texts)
        self._model = IntentModel.fit(self._evidence(texts), intents)
        self.intents = self._model.intents

    def probabilities(self, texts: list[str]) -> NDArray[np.float64]:
        """Returns one row a text and one column an intent."""
        return self._model.probabilities(self._evidence(texts))

    def _evidence(self, texts: list[str]) -> Evidence:
        return Evidence(self._spellings.transform(texts), self._vectors(texts))

    def _vectors(self, texts: list[str]) -> NDArray[np.float32]:
        return sentence_vectors(texts)


class WithoutGloss(Chosen):
    """The same, with vectors of the text as written only."""

    def _vectors(self, texts: list[str]) -> NDArray[np.float32]:
        return shared_encoder().encode(texts)


class SpellingsOnly(Chosen):
    """The same, without sentence vectors."""

    def _vectors(self, texts: list[str]) -> NDArray[np.float32]:
        return np.zeros((len(texts), 0), dtype=np.float32)


class LinearMachine:
    """Support vector machines on spellings and glossed vectors, one temperature for all."""

    _TEMPERATURE = 0.2

    def __init__(self, texts: list[str], intents: list[str]) -> None:
        """Trains."""
        self._spellings = SpellingFeatures.fit(texts)
        self._machine = LinearSVC(C=0.2, tol=1e-3, random_state=_SEED)
        self._machine.fit(self._features(texts), intents)
        self.intents = self._machine.classes_.tolist()

    def probabilities(self, texts: list[str]) -> NDArray[np.float64]:
        """Returns one row a text and one column an intent."""
        scores = self._machine.decision_function(self._features(texts))
        return softmax(scores / self._TEMPERATURE, axis=1)

    def _features(self, texts: list[str]) -> scipy.sparse.csr_matrix:
        vectors = scipy.sparse.csr_matrix(2 * sentence_vectors(texts))
        return scipy.sparse.hstack([self._spellings.transform(texts), vectors], format="csr")


class Counts:
    """Rasa's stock pipeline: counted words and characters, logistic regression."""

    def __init__(self, texts: list[str], intents: list[str]) -> None:
        """Trains."""
        self._words = CountVectorizer().fit(texts)
        self._characters = CountVectorizer(analyzer="char_wb", ngram_range=(1, 4)).fit(texts)
        self._regression = LogisticRegression(max_iter=60, class_weight="balanced", tol=1e-4)
        self._regression.fit(self._features(texts), intents)
        self.intents = self._regression.classes_.tolist()

    def probabilities(self, texts: list[str]) -> NDArray[np.float64]:
        """Returns one row a text and one column an intent."""
        return self._regression.predict_proba(self._features(texts))

    def _features(self, texts: list[str]) -> scipy.sparse.csr_matrix:
        parts = [self._words.transform(texts), self._characters.transform(texts)]
        return scipy.sparse.hstack(parts, format="csr", dtype=np.float64)


class CountsAndVectors(Counts):
    """The stock pipeline with sentence vectors beside its counts."""

    def _features(self, texts: list[str]) -> scipy.sparse.csr_matrix:
        vectors = scipy.sparse.csr_matrix(shared_encoder().encode(texts))
        return scipy.sparse.hstack([super()._features(texts), vectors], format="csr")


SYSTEMS: dict[str, Callable[[list[str], list[str]], System]] = {
    "counts": Counts,
    "counts+vectors": CountsAndVectors,
    "linear": LinearMachine,
    "kernel-spellings": SpellingsOnly,
    "kernel-no-gloss": WithoutGloss,
    "chosen": Chosen,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--csv", type=Path)
    arguments = parser.parse_args()
    messages = _read_csv(arguments.csv) if arguments.csv else _training_messages()
    held_out = [] if arguments.csv else _held_out(messages)
    shared_encoder().encode(["warm"])
    for name in arguments.systems:
        _say(f"\n{name}: {len(messages)} messages")
        _cross_validate(SYSTEMS[name], messages, arguments.folds, arguments.rounds)
        if held_out:
            system = SYSTEMS[name](*_columns(messages))
            found = system.probabilities([message.text for message in held_out])
            _show("held out", system.intents, found, held_out)
            noise = system.probabilities(gibberish())
            _show_refusals(system.intents, found, held_out, noise)


def _cross_validate(
    train: Callable[[list[str], list[str]], System],
    messages: list[Labelled],
    folds: int,
    rounds: int,
) -> None:
    groups = [f"{message.language} {message.intent}" for message in messages]
    splitter = StratifiedKFold(folds, shuffle=True, random_state=_SEED)
    found, truth, noise, seconds, single = [], [], [], [], []
    system: System | None = None
    for learned, kept in list(splitter.split(groups, groups))[:rounds]:
        started = time.process_time()
        system = train(*_columns([messages[row] for row in learned]))
        seconds.append(time.process_time() - started)
        tested = [messages[row] for row in kept]
        found.append(system.probabilities([message.text for message in tested]))
        truth.extend(tested)
        noise.append(system.probabilities(gibberish(seed=_SEED)))
        for message in tested[:100]:
            started = time.thread_time()
            system.probabilities([message.text])
            single.append(time.thread_time() - started)
    if system is None:
        return
    probabilities = np.vstack(found)
    _show("cross-validated", system.intents, probabilities, truth)
    if _OUTSIDE in system.intents:
        _show_refusals(system.intents, probabilities, truth, np.vstack(noise))
    _say(
        f"  training {np.mean(seconds):.0f} CPU s, {np.median(single) * 1000:.1f} CPU ms a message"
    )


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

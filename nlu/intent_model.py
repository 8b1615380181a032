"""The classifier behind `IntentClassifier`: linear, calibrated, stored as plain arrays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SEED = 20


class IntentModel:
    """Scores intents by weighted features; a temperature turns scores into probabilities."""

    def __init__(
        self, intents: list[str], weights: NDArray[np.float32], bias: NDArray[np.float32],
        temperature: float,
    ) -> None:  # fmt: skip
        """Keeps a fitted model; `weights` has the shape (number of features, number of intents)."""
        self.intents = intents
        self._weights = weights
        self._bias = bias
        self._temperature = temperature

    @classmethod
    def fit(
        cls, features: scipy.sparse.csr_matrix, intents: list[str], strength: float = 0.2,
        folds: int = 3,
    ) -> IntentModel:  # fmt: skip
        """Learns from at least two intents; deterministic.

        Args:
            features: one row a message.
            intents: the intent of each row.
            strength: how closely to follow the training messages (the C of a support vector machine).
            folds: into how many parts the messages are split to calibrate the probabilities.
        """
        labels = np.asarray(intents)
        names = sorted(set(intents))
        weights, bias = _linear(features, labels, strength)
        scores, truth = [], []
        for train, test in _splits(labels, folds):
            if len(set(labels[train])) < len(names):
                continue
            part_weights, part_bias = _linear(features[train], labels[train], strength)
            scores.append(features[test] @ part_weights + part_bias)
            truth.append(np.searchsorted(names, labels[test]))
        temperature = _temperature(np.concatenate(scores), np.concatenate(truth)) if scores else 1.0
        return cls(names, weights, bias, temperature)

    def probabilities(self, features: scipy.sparse.csr_matrix) -> NDArray[np.float64]:
        """Returns one row a message and one column an intent, in the order of `intents`."""
        scores = features @ self._weights + self._bias
        return softmax(scores.astype(np.float64) / self._temperature, axis=1)

    def save(self, folder: Path) -> None:
        """Writes the model into a folder that exists."""
        np.savez(folder / "model.npz", weights=self._weights, bias=self._bias)
        about = {"intents": self.intents, "temperature": self._temperature}
        (folder / "model.json").write_text(json.dumps(about), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Reads what `save` wrote.

        Raises:
            OSError: a file is missing.
        """
        about: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            return cls(about["intents"], arrays["weights"], arrays["bias"], about["temperature"])


def _linear(
    features: scipy.sparse.csr_matrix, labels: NDArray[np.str_], strength: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    machine = LinearSVC(C=strength, tol=1e-3, random_state=_SEED).fit(features, labels)
    weights, bias = machine.coef_.T, machine.intercept_
    if len(machine.classes_) == 2:  # scikit-learn keeps only the second class's scores
        weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    return np.ascontiguousarray(weights, dtype=np.float32), bias.astype(np.float32)


def _splits(
    labels: NDArray[np.str_], folds: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    _, counts = np.unique(labels, return_counts=True)
    if counts.min() < folds:
        return iter(())
    splitter = StratifiedKFold(folds, shuffle=True, random_state=_SEED)
    return iter(splitter.split(np.zeros(len(labels)), labels))


def _temperature(scores: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """Returns the divisor of the scores under which the true intents are the most probable."""
    rows = np.arange(len(truth))

    def loss(log_temperature: float) -> float:
        return -log_softmax(scores / np.exp(log_temperature), axis=1)[rows, truth].mean()

    found = minimize_scalar(loss, bounds=(np.log(0.01), np.log(10)), method="bounded")
    return float(np.exp(found.x))

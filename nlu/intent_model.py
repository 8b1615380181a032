"""The classifier behind `CalibratedIntentClassifier`: kernel ridge regression with calibration.

One model reads two kinds of evidence. Spellings (sparse unit vectors) compare by their dot product,
sentence vectors by a polynomial of theirs: what two vectors have in common counts, and pairs of
such traits too. Both stay tables of weights after training, so a message takes the same time
however many there were to learn from. The probabilities are calibrated by the scores of messages
that were left out. Training twice gives the same model.
"""

from __future__ import annotations

import json
import math
import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from threadpoolctl import ThreadpoolController

from nlu.ridge_solver import RidgeSolver

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK = 1000
_SAMPLE = 1000
_FOLDS = 10
_ROUGHLY = 0.1
"""So much of the targets may remain unexplained where only a temperature is sought."""
_FEW = 200
"""So many messages are read at once: each has 33,000 pairs of traits."""
_TINY = np.float32(1e-9)


@dataclass(frozen=True)
class Evidence:
    """The features of messages, one row a message; a kind that is missing has no columns.

    Attributes:
        spellings: sparse float32 n-grams, rows of equal length.
        vectors: dense float32 sentence vectors of unit length.
    """

    spellings: scipy.sparse.csr_matrix
    vectors: NDArray[np.float32]


@dataclass(frozen=True)
class Settings:
    """What is chosen by cross-validation.

    Attributes:
        vector_share: what the sentence vectors count when the spellings count 1.
        bend: how much pairs of traits of the sentence vectors count beside single ones.
        ridge: how little single training messages are trusted.
        dimensions: to how many the sentence vectors are reduced; halving them loses nothing and
            halves the time of a message.
    """

    vector_share: float = 2.5
    bend: float = 1.2
    ridge: float = 0.2
    dimensions: int = 256


class IntentModel:
    """A fitted model: scores by kernel ridge regression, probabilities by a temperature."""

    def __init__(
        self,
        intents: list[str],
        settings: Settings,
        weights: NDArray[np.float32],
        directions: NDArray[np.float32],
        traits: NDArray[np.float32],
        temperature: float,
    ) -> None:
        """Keeps the parts of a fitted model.

        Args:
            intents: the names, in the order of the columns below.
            settings: those it was fitted with.
            weights: of the spellings, shape (n-grams, intents).
            directions: reduce sentence vectors, shape (vector length, dimensions).
            traits: weights of nothing, of each dimension and of each pair of dimensions of the
                reduced vectors, shape (as many as `_traits` has columns, intents).
            temperature: divides the scores before they become probabilities.
        """
        self.intents = intents
        self._settings = settings
        self._weights = weights
        self._directions = directions
        self._traits = traits
        self._temperature = temperature

    @classmethod
    def fit(
        cls, evidence: Evidence, intents: list[str], settings: Settings | None = None
    ) -> IntentModel:
        """Learns from messages of at least two intents.

        Takes 2 bytes of memory for each pair of messages: 2 GB for 31,000.
        """
        settings = settings or Settings()
        names = sorted(set(intents))
        truth = np.searchsorted(names, intents)
        targets = np.full((len(intents), len(names)), -1, dtype=np.float32)
        targets[np.arange(len(intents)), truth] = 1
        directions = _main_directions(evidence.vectors, settings.dimensions)
        anchors = _reduced(evidence.vectors, directions)
        likeness = _likeness(evidence.spellings, anchors, settings)
        duals, rows, unseen = _solve(RidgeSolver(likeness, settings.ridge), targets)
        share = _share(evidence.spellings)
        return cls(
            names,
            settings,
            weights=np.ascontiguousarray(evidence.spellings.T @ duals * share, dtype=np.float32),
            directions=directions,
            traits=_trait_weights(anchors, duals * settings.vector_share, settings.bend),
            temperature=_temperature(unseen, truth[rows]),
        )

    def probabilities(self, evidence: Evidence) -> NDArray[np.float64]:
        """Returns one row a message and one column an intent, in the order of `intents`."""
        # With several threads BLAS burns more time in waiting than a message has to compute.
        with _blas().limit(limits=1, user_api="blas"):
            scores = self._scores(evidence).astype(np.float64)
        return softmax(scores / self._temperature, axis=1)

    def save(self, folder: Path) -> None:
        """Writes the model into a folder that exists, as plain arrays."""
        np.savez(
            folder / "model.npz",
            weights=self._weights,
            directions=self._directions,
            traits=self._traits,
        )
        about = {
            "intents": self.intents,
            "temperature": self._temperature,
            "settings": vars(self._settings),
        }
        (folder / "model.json").write_text(json.dumps(about), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Reads what `save` wrote.

        Raises:
            OSError: a file is missing.
        """
        about: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            return cls(
                about["intents"],
                Settings(**about["settings"]),
                arrays["weights"],
                arrays["directions"],
                arrays["traits"],
                about["temperature"],
            )

    def _scores(self, evidence: Evidence) -> NDArray[np.float32]:
        scores = evidence.spellings @ self._weights
        if self._directions.shape[1]:
            vectors = _reduced(evidence.vectors, self._directions)
            for start in range(0, len(vectors), _FEW):
                rows = slice(start, start + _FEW)
                scores[rows] += _traits(vectors[rows]) @ self._traits
        return scores


@lru_cache(maxsize=1)
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def _main_directions(vectors: NDArray[np.float32], dimensions: int) -> NDArray[np.float32]:
    """Returns the directions along which the vectors differ most, as columns."""
    moments = vectors.T.astype(np.float64) @ vectors
    _, directions = np.linalg.eigh(moments)
    return np.ascontiguousarray(directions[:, -dimensions:], dtype=np.float32)


def _reduced(vectors: NDArray[np.float32], directions: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns the vectors along the directions, of unit length again."""
    reduced = vectors @ directions
    return reduced / np.maximum(np.linalg.norm(reduced, axis=1, keepdims=True), _TINY)


def _likeness(
    spellings: scipy.sparse.csr_matrix, vectors: NDArray[np.float32], settings: Settings
) -> NDArray[np.float32]:
    """Returns the kernel of all pairs: the upper triangle, in the solver's memory order.

    What is below is never written, which saves its time and its memory. One thread a core, since
    sparse products have one each.
    """
    size = spellings.shape[0]
    share = _share(spellings)
    pairs = np.empty((size, size), dtype=np.float32, order="F")

    def fill(start: int) -> None:
        end = min(start + _BLOCK, size)
        block = (spellings[start:end] @ spellings[:end].T).toarray()
        block *= share
        if vectors.shape[1]:
            near = _polynomial(vectors[start:end] @ vectors[:end].T, settings.bend)
            near *= settings.vector_share
            block += near
        pairs[:end, start:end] = block.T

    with _blas().limit(limits=1, user_api="blas"), ThreadPoolExecutor(os.cpu_count()) as threads:
        # Takes each result, so that what goes wrong in a thread is raised here.
        deque(threads.map(fill, range(0, size, _BLOCK)), maxlen=0)
    return pairs


def _share(spellings: scipy.sparse.csr_matrix) -> float:
    """Returns the factor that makes a message's likeness to itself about 1."""
    squares = float(spellings.multiply(spellings).sum()) / max(1, spellings.shape[0])
    return 1 / squares if squares else 1.0


def _polynomial(cosines: NDArray[np.float32], bend: float) -> NDArray[np.float32]:
    """Returns 1 for equal vectors, by the first terms of the exponential series."""
    none, single, pair = map(np.float32, _terms(bend))
    found = cosines * pair
    found += single
    found *= cosines
    found += none
    return found


def _terms(bend: float) -> tuple[float, float, float]:
    whole = 1 + bend + bend**2 / 2
    return 1 / whole, bend / whole, bend**2 / 2 / whole


def _traits(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns, for each vector, 1, its elements and the products of each two of them."""
    first, second = _pairs(vectors.shape[1])
    ones = np.ones((len(vectors), 1), dtype=np.float32)
    return np.hstack([ones, vectors, vectors[:, first] * vectors[:, second]])


@lru_cache(maxsize=4)
def _pairs(size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    first, second = np.triu_indices(size)
    return first, second


def _trait_weights(
    anchors: NDArray[np.float32], pulls: NDArray[np.float32], bend: float
) -> NDArray[np.float32]:
    """Sums up what the training messages' vectors say: the polynomial of all, multiplied out.

    Args:
        anchors: the training messages' vectors, shape (messages, dimensions).
        pulls: how much each of them speaks for each intent, shape (messages, intents).
        bend: of the polynomial.
    """
    none, single, pair = _terms(bend)
    first, second = _pairs(anchors.shape[1])
    # A product of two different elements stands twice in the square of a sum.
    times = np.where(first == second, pair, 2 * pair).astype(np.float32)
    pairs = [((anchors * pull[:, None]).T @ anchors)[first, second] * times for pull in pulls.T]
    parts = [none * pulls.sum(axis=0, keepdims=True), single * (anchors.T @ pulls)]
    return np.vstack([*parts, np.transpose(pairs)]).astype(np.float32)


def _solve(
    solver: RidgeSolver, targets: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32]]:
    """Solves the regression, first without some messages: one temperature needs only a sample.

    Returns:
        The dual coefficients; the rows of some messages; and the scores of each of these by a
        model that has not seen it. No such model goes without more than a tenth of the messages.
    """
    size = len(targets)
    rows = np.unique(np.linspace(0, size - 1, min(size, _SAMPLE)).astype(int))
    count = math.ceil(_FOLDS * len(rows) / size)
    folds = [rows[start::count] for start in range(count)]
    unseen = []
    for fold in folds:
        duals = solver.solve(targets, without=fold, tolerance=_ROUGHLY)
        unseen.append(solver.scores(duals)[fold])
    return solver.solve(targets, start=duals), np.concatenate(folds), np.vstack(unseen)


def _temperature(scores: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """Returns the divisor of the scores under which the true intents are the most probable."""
    rows = np.arange(len(truth))
    exact = scores.astype(np.float64)

    def loss(log_temperature: float) -> float:
        return -float(log_softmax(exact / np.exp(log_temperature), axis=1)[rows, truth].mean())

    found = minimize_scalar(loss, bounds=(np.log(0.01), np.log(10)), method="bounded")
    return float(np.exp(found.x))

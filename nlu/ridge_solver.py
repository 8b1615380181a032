"""Solves kernel ridge regressions with many messages and few intents.

Conjugate gradients: a step multiplies all pairs of messages with one number for each message and
intent, and some fifteen steps suffice since a few thousand of the messages, the landmarks, already
tell roughly how all are alike (a Nyström preconditioner). The time grows with the square of the
messages; factorising the matrix takes its cube, three times as long for 30,000. Deterministic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import blas, cholesky, lapack

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LANDMARKS = 2000
_STEPS = 100
_JITTER = 1e-3
"""Of a message's likeness to itself: landmarks may be equal."""


class RidgeSolver:
    """Finds the weights of messages by which their likeness explains what they mean."""

    def __init__(self, likeness: NDArray[np.float32], ridge: float) -> None:
        """Prepares the solving.

        Args:
            likeness: of all pairs, positive semi-definite, shape (messages, messages), in Fortran
                order; only the upper triangle is read. It is kept, not copied.
            ridge: how little single messages are trusted, more than 0.

        Raises:
            numpy.linalg.LinAlgError: the likeness is not positive semi-definite.
        """
        self._likeness = likeness
        self._ridge = np.float32(ridge)
        size = len(likeness)
        landmarks = np.unique(np.linspace(0, size - 1, min(size, _LANDMARKS)).astype(int))
        near = _columns(likeness, landmarks)
        among = near[landmarks].astype(np.float64)
        own = float(np.diag(likeness).mean())
        among[np.diag_indices_from(among)] += _JITTER * own
        root = np.asfortranarray(cholesky(among), dtype=np.float32)
        # These rows' products are the likeness as far as the landmarks tell it ...
        self._told = blas.strsm(1.0, root, near, side=1, overwrite_b=1)
        # ... and this is what they leave untold of a message, with the ridge.
        told = float(np.einsum("ij,ij->", self._told, self._told)) / size
        self._untold = np.float32(ridge + max(0.0, own - told))
        self._inner = blas.ssyrk(1.0, self._told, trans=1)
        self._inner[np.diag_indices_from(self._inner)] += self._untold

    def solve(
        self,
        targets: NDArray[np.float32],
        *,
        without: NDArray[np.int64] | None = None,
        start: NDArray[np.float32] | None = None,
        tolerance: float = 0.01,
    ) -> NDArray[np.float32]:
        """Returns the weights of the messages, shape (messages, intents).

        Args:
            targets: what to explain, of the same shape.
            without: the rows of messages that are left out; their weights are 0.
            start: weights from which to go on, 0 in the rows left out.
            tolerance: what may remain unexplained of each intent, as a share of its targets.

        Raises:
            ValueError: it does not come nearer; the ridge is too small for the likeness.
        """
        left_out = np.zeros(0, dtype=np.int64) if without is None else without
        told = self._told[left_out]
        inner = cholesky(self._inner - told.T @ told)
        enough = tolerance * _lengths(targets)
        weights = np.zeros_like(targets, order="F")
        rest = np.array(targets, order="F")
        if start is not None:
            weights += start
            rest -= self._times(weights)
        rest[left_out] = 0
        step = np.zeros_like(weights)
        before = np.ones(targets.shape[1])
        for _ in range(_STEPS):
            if (_lengths(rest) <= enough).all():
                return weights
            better = self._roughly_solved(rest, inner)
            better[left_out] = 0
            gain = _products(rest, better)
            step = np.asfortranarray(better + step * _ratio(gain, before))
            before = gain
            changed = self._times(step)
            changed[left_out] = 0
            size = _ratio(gain, _products(step, changed))
            weights += step * size
            rest -= changed * size
        raise ValueError("The messages' likeness cannot be solved: raise the ridge")

    def scores(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Returns what the weights say about each message, shape (messages, intents)."""
        return blas.ssymm(1.0, self._likeness, np.asfortranarray(weights))

    def _times(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        return self.scores(weights) + self._ridge * weights

    def _roughly_solved(
        self, targets: NDArray[np.float32], inner: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Returns the weights as if the likeness were what the landmarks tell of it."""
        found, _ = lapack.spotrs(inner, blas.sgemm(1.0, self._told, targets, trans_a=1))
        return (targets - blas.sgemm(1.0, self._told, found)) / self._untold


def _columns(upper: NDArray[np.float32], columns: NDArray[np.int64]) -> NDArray[np.float32]:
    """Returns whole columns of a symmetric matrix of which the upper triangle is given."""
    found = np.empty((len(upper), len(columns)), dtype=np.float32, order="F")
    for place, column in enumerate(columns):
        found[:column, place] = upper[:column, column]
        found[column:, place] = upper[column, column:]
    return found


def _products(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float64]:
    """Returns the scalar product of each column with the other's, summed exactly enough."""
    return np.einsum("ij,ij->j", one, other, dtype=np.float64)


def _lengths(columns: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.sqrt(_products(columns, columns))


def _ratio(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float32]:
    """Returns the quotients; 0 where there is nothing left to gain."""
    return np.divide(one, other, out=np.zeros_like(one), where=other > 0).astype(np.float32)

"""The solver against numpy's, on likenesses of several hundred points with copies among them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from nlu import ridge_solver
from nlu.ridge_solver import RidgeSolver

RIDGE = 0.2


@pytest.fixture
def likeness() -> NDArray[np.float32]:
    random = np.random.default_rng(6)
    points = random.standard_normal((400, 30))
    points[300:] = points[:100]
    squares = (points**2).sum(axis=1)
    return np.exp(-(squares[:, None] + squares - 2 * points @ points.T) / 40).astype(np.float32)


@pytest.fixture
def targets() -> NDArray[np.float32]:
    return np.random.default_rng(7).choice([-1, 1], (400, 5)).astype(np.float32)


def solver(likeness: NDArray[np.float32]) -> RidgeSolver:
    """With the lower triangle spoilt: nobody computes it."""
    return RidgeSolver(np.asfortranarray(np.triu(likeness)), RIDGE)


def exactly(likeness: NDArray[np.float32], targets: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.linalg.solve(likeness.astype(np.float64) + RIDGE * np.eye(len(likeness)), targets)


@pytest.mark.parametrize("landmarks", [20, 200, 1000])
def test_the_weights_explain_the_targets(
    landmarks: int,
    likeness: NDArray[np.float32],
    targets: NDArray[np.float32],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ridge_solver, "_LANDMARKS", landmarks)
    weights = solver(likeness).solve(targets, tolerance=1e-4)
    np.testing.assert_allclose(weights, exactly(likeness, targets), atol=2e-3)


def test_messages_left_out_weigh_nothing_and_change_nothing(
    likeness: NDArray[np.float32], targets: NDArray[np.float32]
) -> None:
    out = np.arange(0, 400, 7)
    rest = np.setdiff1d(np.arange(400), out)
    solved = solver(likeness)
    weights = solved.solve(targets, without=out, tolerance=1e-4)
    assert not weights[out].any()
    alone = exactly(likeness[np.ix_(rest, rest)], targets[rest])
    np.testing.assert_allclose(weights[rest], alone, atol=2e-3)
    expected = likeness[np.ix_(out, rest)] @ alone
    np.testing.assert_allclose(solved.scores(weights)[out], expected, atol=2e-3)


def test_a_start_leads_to_the_same_weights(
    likeness: NDArray[np.float32], targets: NDArray[np.float32]
) -> None:
    solved = solver(likeness)
    start = solved.solve(targets, without=np.arange(50), tolerance=0.1)
    weights = solved.solve(targets, start=start, tolerance=1e-4)
    np.testing.assert_allclose(weights, exactly(likeness, targets), atol=2e-3)


def test_the_given_start_and_targets_stay_as_they_are(
    likeness: NDArray[np.float32], targets: NDArray[np.float32]
) -> None:
    start, asked = np.zeros_like(targets), targets.copy()
    solver(likeness).solve(asked, start=start)
    assert not start.any()
    np.testing.assert_array_equal(asked, targets)


def test_no_likeness_is_more_than_that_to_oneself(likeness: NDArray[np.float32]) -> None:
    likeness[0, 1] = 100
    with pytest.raises(np.linalg.LinAlgError):
        solver(likeness)

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.sparse

from nlu import intent_model
from nlu.intent_model import Evidence, IntentModel, Settings
from nlu.ridge_solver import RidgeSolver

_INTENTS = ["greet", "thank", "book"]
_SPREAD = 0.35


def _messages(count: int, seed: int) -> tuple[Evidence, list[str]]:
    """Three clouds of unit vectors, each with an n-gram of its own and some noise."""
    chance = np.random.default_rng(seed)
    labels = chance.integers(0, 3, count)
    vectors = np.eye(8, dtype=np.float32)[labels]
    vectors += _SPREAD * chance.standard_normal((count, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    spellings = np.eye(3, dtype=np.float32)[labels]
    spellings += 0.5 * chance.random((count, 3)).astype(np.float32)
    spellings /= np.linalg.norm(spellings, axis=1, keepdims=True)
    return Evidence(scipy.sparse.csr_matrix(spellings), vectors), [_INTENTS[i] for i in labels]


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return IntentModel.fit(*_messages(300, seed=1), Settings(dimensions=6))


def test_unseen_messages_get_their_intent(model: IntentModel) -> None:
    evidence, intents = _messages(200, seed=2)
    best = model.probabilities(evidence).argmax(axis=1)
    assert (
        np.mean([model.intents[i] == intent for i, intent in zip(best, intents, strict=True)]) > 0.9
    )


def test_confidence_tells_the_share_of_right_answers(model: IntentModel) -> None:
    evidence, intents = _messages(600, seed=3)
    probabilities = model.probabilities(evidence)
    right = [
        model.intents[i] == x for i, x in zip(probabilities.argmax(axis=1), intents, strict=True)
    ]
    assert probabilities.max(axis=1).mean() == pytest.approx(np.mean(right), abs=0.05)


def test_probabilities_add_up_to_one(model: IntentModel) -> None:
    evidence, _ = _messages(5, seed=4)
    assert model.probabilities(evidence).sum(axis=1) == pytest.approx([1.0] * 5)


def test_training_twice_gives_the_same_model(model: IntentModel) -> None:
    evidence, _ = _messages(20, seed=5)
    again = IntentModel.fit(*_messages(300, seed=1), Settings(dimensions=6))
    np.testing.assert_array_equal(again.probabilities(evidence), model.probabilities(evidence))


@pytest.mark.parametrize("kind", ["spellings", "vectors"])
def test_one_kind_of_evidence_is_enough(kind: str) -> None:
    evidence, intents = _messages(100, seed=7)
    if kind == "spellings":
        only = Evidence(evidence.spellings, np.zeros((100, 0), dtype=np.float32))
    else:
        only = Evidence(scipy.sparse.csr_matrix((100, 0), dtype=np.float32), evidence.vectors)
    model = IntentModel.fit(only, intents)
    best = model.probabilities(only).argmax(axis=1)
    assert (
        np.mean([model.intents[i] == intent for i, intent in zip(best, intents, strict=True)]) > 0.9
    )


def test_loading_gives_what_was_saved(model: IntentModel, tmp_path: Path) -> None:
    evidence, _ = _messages(20, seed=8)
    model.save(tmp_path)
    loaded = IntentModel.load(tmp_path)
    assert loaded.intents == ["book", "greet", "thank"]
    np.testing.assert_array_equal(loaded.probabilities(evidence), model.probabilities(evidence))


def test_multiplied_out_the_polynomial_is_the_sum_over_all_messages() -> None:
    random = np.random.default_rng(7)
    anchors = random.normal(size=(30, 6)).astype(np.float32)
    pulls = random.normal(size=(30, 3)).astype(np.float32)
    vectors = random.normal(size=(4, 6)).astype(np.float32)

    summed = intent_model._polynomial(vectors @ anchors.T, 1.2) @ pulls
    weights = intent_model._trait_weights(anchors, pulls, 1.2)

    np.testing.assert_allclose(
        intent_model._traits(vectors) @ weights, summed, rtol=1e-3, atol=1e-3
    )


def test_equal_vectors_are_fully_alike() -> None:
    assert intent_model._polynomial(np.float32(1), 1.2) == pytest.approx(1)


def test_unseen_scores_are_those_of_a_model_without_the_message() -> None:
    random = np.random.default_rng(6)
    points = random.normal(size=(40, 5)).astype(np.float32)
    targets = random.normal(size=(40, 2)).astype(np.float32)
    likeness = points @ points.T

    _, rows, unseen = intent_model._solve(
        RidgeSolver(np.asfortranarray(likeness), ridge=0.5), targets
    )

    # 40 messages are left out in ten groups: every tenth one goes at once.
    assert sorted(rows) == list(range(40))
    for row, scores in zip(rows, unseen, strict=True):
        rest = np.flatnonzero(np.arange(40) % 10 != row % 10)
        among = likeness[np.ix_(rest, rest)] + 0.5 * np.eye(len(rest))
        expected = likeness[row, rest] @ np.linalg.solve(among, targets[rest])
        np.testing.assert_allclose(scores, expected, atol=0.15)

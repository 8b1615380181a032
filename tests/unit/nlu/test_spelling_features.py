from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlu.spelling_features import SpellingFeatures

_TEXTS = ["bghit rdv ghedda", "بغيت موعد غدا", "je veux un rdv demain", "annuler mon rdv"]


@pytest.fixture(scope="module")
def features() -> SpellingFeatures:
    return SpellingFeatures.fit(_TEXTS, rarest=1)


def test_each_of_the_seven_parts_has_unit_length(features: SpellingFeatures) -> None:
    matrix = features.transform(_TEXTS)
    assert pytest.approx([7.0] * 4) == matrix.multiply(matrix).sum(axis=1).A1


def test_two_scripts_of_darija_are_closer_than_unrelated_messages(
    features: SpellingFeatures,
) -> None:
    latin, arabic, _, other = features.transform(_TEXTS).toarray()
    assert latin @ arabic > other @ arabic


def test_unknown_and_empty_texts_have_no_features(features: SpellingFeatures) -> None:
    assert features.transform(["", "🙈"]).nnz == 0


def test_rare_n_grams_are_left_out() -> None:
    assert SpellingFeatures.fit(["abc", "xyz"], rarest=2).transform(["abc"]).nnz == 0


def test_loading_gives_what_was_saved(features: SpellingFeatures, tmp_path: Path) -> None:
    features.save(tmp_path)
    loaded = SpellingFeatures.load(tmp_path)
    np.testing.assert_array_equal(
        loaded.transform(_TEXTS).toarray(), features.transform(_TEXTS).toarray()
    )

"""Fingerprints of features: equal for equal rows, different for different ones."""

import numpy as np
import scipy.sparse

from nlu.quick_features import QuickFeatures


def features(row: list[float], *, sparse: bool = True, origin: str = "speller") -> QuickFeatures:
    matrix = np.array([row], dtype=np.float32)
    return QuickFeatures(
        scipy.sparse.csr_matrix(matrix) if sparse else matrix, "sentence", "text", origin
    )


def test_equal_rows_have_equal_fingerprints() -> None:
    assert features([0, 1, 2]).fingerprint() == features([0, 1, 2]).fingerprint()


def test_another_value_place_or_origin_changes_the_fingerprint() -> None:
    rows = [
        features([0, 1, 2]),
        features([0, 2, 1]),
        features([1, 2, 0]),
        features([0, 1, 2], origin="other"),
        features([0, 1, 2], sparse=False),
    ]
    assert len({row.fingerprint() for row in rows}) == 5

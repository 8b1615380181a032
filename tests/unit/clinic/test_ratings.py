"""Ratings in words."""

from __future__ import annotations

import pytest

from clinic.feedback.ratings import read_rating


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("5/5", 5),
        ("je vous donne 4 sur 5", 4),
        ("4 étoiles", 4),
        ("⭐⭐⭐", 3),
        ("8/10", 4),
        ("7 sur 10", 4),
        ("٥/٥", 5),
        ("3 نجوم", 3),
        ("2", 2),
        ("note : 1", 1),
        ("très bien", None),
        ("0/5", None),
        ("rdv le 5/12", None),
        ("9/5", None),
    ],
)
def test_a_rating_is_read_when_it_is_plain(text: str, rating: int | None) -> None:
    assert read_rating(text) == rating

"""References that patients read aloud and type."""

from __future__ import annotations

import pytest

from clinic.requests.references import find_references, new_reference


def test_a_new_reference_is_found_again_however_it_is_typed() -> None:
    for _ in range(50):
        reference = new_reference("R")
        assert find_references(f"ma demande {reference} svp") == [reference]
        assert find_references(reference.lower().replace("-", " ")) == [reference]


@pytest.mark.parametrize("text", ["bonjour", "à 14h30", "R-ABCD", "j'arrive à 9h", "Rue 12", ""])
def test_ordinary_words_are_no_references(text: str) -> None:
    assert find_references(text) == []


def test_arabic_digits_are_digits() -> None:
    assert find_references("R-٧K٢M") == ["R-7K2M"]

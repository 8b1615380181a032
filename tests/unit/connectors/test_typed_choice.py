"""Words and numbers that stand for a button of the last message."""

import pytest

from connectors.typed_choice import typed_choice
from whatsapp.messages import Choice

OFFERED = (
    Choice("Pour moi", '/inform{"relation": "self"}'),
    Choice("ليا أنا", '/inform{"relation": "child"}'),
    Choice("J'accepte", "/give_consent"),
)


@pytest.mark.parametrize(
    ("text", "position"),
    [("pour moi", 0), ("  POUR MOI ! ", 0), ("ليا انا", 1), ("J’accepte", 2), ("1", 0), ("2", 1)],
)
def test_the_words_or_the_number_of_a_choice_are_that_choice(text: str, position: int) -> None:
    assert typed_choice(text, OFFERED) == OFFERED[position].payload


@pytest.mark.parametrize("text", ["3", "0", "4", "pour moi et ma fille", "", "99999999999"])
def test_other_words_and_a_counted_consent_are_no_choice(text: str) -> None:
    assert typed_choice(text, OFFERED) is None


def test_two_choices_of_one_name_are_none() -> None:
    twice = (Choice("Oui", "/affirm"), Choice("oui", "/deny"))
    assert typed_choice("oui", twice) is None

"""Who is the appointment for? Me, in four languages."""

import pytest

from nlu.own_person import is_about_oneself


@pytest.mark.parametrize(
    "text",
    ["Pour moi", "c’est pour moi !", "moi-même", "ليا أنا", "لراسي", "liya", "Dyali", "l rassi",
     "it's for me", "myself"],
)  # fmt: skip
def test_the_writer_is_meant(text: str) -> None:
    assert is_about_oneself(text)


@pytest.mark.parametrize(
    "text", ["pour ma fille", "moi et mon fils", "ana bghit rdv", "لولدي", "", "me too"]
)
def test_somebody_else_or_more_is_meant(text: str) -> None:
    assert not is_about_oneself(text)

from __future__ import annotations

import pytest

from nlu.gloss import gloss


@pytest.mark.parametrize("written", ["bghit mo3id ghedda", "بغيت موعد غدا", "brit maw3id ghda"])
def test_spellings_and_scripts_share_a_gloss(written: str) -> None:
    assert gloss(written) == "I want appointment tomorrow"


@pytest.mark.parametrize(
    ("written", "english"),
    [("kansifto", "I send"), ("فالعيادة", "in clinic"), ("ghantsenna", "wait")],
)
def test_prefixes_and_endings_are_read(written: str, english: str) -> None:
    assert english in gloss(written)


@pytest.mark.parametrize("written", ["combien d'habitants", "what do you offer exactly", "👍", ""])
def test_text_without_darija_is_unchanged(written: str) -> None:
    assert gloss(written) == written


def test_unknown_words_and_numbers_stay() -> None:
    assert gloss("rdv m3a dr Alami 15h") == "appointment with dr alami 15h"

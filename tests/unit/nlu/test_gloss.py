from __future__ import annotations

import pytest

from nlu.gloss import gloss


@pytest.mark.parametrize("written", ["bghit mo3id ghedda", "بغيت موعد غدا", "brit maw3id ghda"])
def test_spellings_and_scripts_share_a_gloss(written: str) -> None:
    assert gloss(written) == "I want appointment tomorrow"


@pytest.mark.parametrize(
    ("written", "english"),
    [("kansifto", "I send"), ("فالعيادة", "in the clinic"), ("ghantsenna", "wait")],
)
def test_prefixes_and_endings_are_read(written: str, english: str) -> None:
    assert english in gloss(written)


@pytest.mark.parametrize("written", ["Xylophone Zerhouli", "👍", ""])
def test_text_without_known_words_is_unchanged(written: str) -> None:
    assert gloss(written) == written


def test_unknown_words_and_numbers_stay() -> None:
    assert gloss("rdv m3a dr Zerhouli 15h") == "appointment with doctor zerhouli 15h"


@pytest.mark.parametrize(
    ("written", "english"),
    [("n9edd", "I can"), ("lbbota", "gas bottle"), ("والكيران", "the buses")],
)
def test_of_words_with_the_same_consonants_the_one_that_sounds_alike_counts(
    written: str, english: str
) -> None:
    assert english in gloss(written)


@pytest.mark.parametrize("noise", ["rtyrty", "poiuytrewq", "وبيثوبيث"])
def test_what_only_shares_consonants_with_a_word_has_no_meaning(noise: str) -> None:
    assert gloss(noise) == noise

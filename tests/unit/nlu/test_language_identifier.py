"""Language identification by rules."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.language_identifier import LANGUAGES, identify_language

MESSAGES = Path(__file__).parents[2] / "nlu" / "language"


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_gets_a_tag_with_a_confidence(text: str) -> None:
    guess = identify_language(text)
    assert guess.tag in {*LANGUAGES, "und"}
    assert 0.0 <= guess.confidence <= 1.0
    assert (guess.tag == "und") == (guess.words == 0)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("bghit rdv chez le dentiste demain f l3chiya", "ary-Latn"),
        ("slt jve prendre rdv dmn mat1 svp", "fr"),
        ("hello, bghit rdv", "ary-Latn"),
        ("salam, je voudrais un rdv", "fr"),
        ("Bonjour, I would like an appointment", "en"),
        ("بغيت rdv demain", "ary"),
        ("أريد حجز موعد", "ary"),
    ],
)
def test_mixed_message_has_the_language_of_its_verbs(text: str, tag: str) -> None:
    assert identify_language(text).tag == tag


@pytest.mark.parametrize("text", yaml.safe_load((MESSAGES / "und.yml").read_text("utf-8")))
def test_message_without_a_language_is_undetermined(text: str) -> None:
    assert identify_language(text).tag == "und"


@pytest.mark.parametrize("language", LANGUAGES)
def test_share_of_right_languages_on_the_message_files_holds(language: str) -> None:
    texts = yaml.safe_load((MESSAGES / f"{language}.yml").read_text("utf-8"))
    wrong = [text for text in texts if identify_language(text).tag != language]
    assert len(texts) >= 60
    assert len(wrong) <= 0.02 * len(texts), wrong


@pytest.mark.parametrize(
    ("text", "script"),
    [("bonjour", "latin"), ("سلام", "arabic"), ("بغيت rdv", "mixed"), ("👍 12", "none")],
)
def test_script_is_that_of_the_letters(text: str, script: str) -> None:
    assert identify_language(text).script == script


def test_counts_are_the_words_of_each_language() -> None:
    guess = identify_language("بغيت موعد tomorrow 12")
    assert guess.counts == {"ary": 2, "en": 1}
    assert guess.words == 3

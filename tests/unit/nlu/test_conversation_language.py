"""The language of the answer over a conversation."""

from __future__ import annotations

import pytest

from nlu.conversation_language import conversation_language
from nlu.language_identifier import identify_language


def answer(*texts: str, current: str | None = None, fixed: str | None = None) -> str:
    history = [identify_language(text) for text in texts]
    return conversation_language(history, current, "fr", fixed=fixed)


@pytest.mark.parametrize(
    "text", ["", "Youssef Alaoui", "ok", "👍", "5/5", "STOP", "محمد العلوي", "10h"]
)
def test_word_without_a_language_keeps_the_current_one(text: str) -> None:
    assert answer("bghit nakhod rdv ghedda", text, current="ary-Latn") == "ary-Latn"


@pytest.mark.parametrize("text", ["STOP", "Fatima Zahra", "5/5"])
def test_first_message_without_a_language_is_answered_in_the_default(text: str) -> None:
    assert answer(text) == "fr"


def test_no_message_at_all_is_answered_in_the_default() -> None:
    assert answer() == "fr"


def test_first_message_decides_even_when_short() -> None:
    assert answer("wakha") == "ary-Latn"


def test_clear_message_of_three_words_changes_the_language_at_once() -> None:
    assert answer("bonjour je veux un rdv", "i want an appointment tomorrow", current="fr") == "en"
    assert answer("bonjour je veux un rdv", "بغيت موعد غدا", current="fr") == "ary"


def test_one_word_of_another_language_changes_nothing() -> None:
    assert answer("bghit nakhod rdv ghedda", "merci", current="ary-Latn") == "ary-Latn"
    assert answer("i want an appointment", "oui", current="en") == "en"


def test_two_short_messages_in_a_row_change_the_language() -> None:
    assert answer("je veux un rdv", "wakha", "ghedda", current="fr") == "ary-Latn"


def test_words_without_a_language_between_two_short_ones_do_not_count() -> None:
    assert answer("je veux un rdv", "wakha", "👍", "ghedda", current="fr") == "ary-Latn"


def test_fixed_choice_wins_over_every_message() -> None:
    assert answer("je voudrais un rendez-vous demain", current="ary", fixed="ary") == "ary"


def test_tap_after_a_change_of_language_keeps_the_new_one() -> None:
    assert answer("i want an appointment tomorrow", "", current="en") == "en"

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.normaliser import bare_skeleton, normalise, skeleton


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Où êtes-vous situés ?", "ou etes-vous situes ?"),
        ("sluuuuut !!!!", "slut !"),
        ("الثَّمَن ديال الفِيزِيت", "الثمن ديال الفيزيت"),
        ("شـــحـــال", "شحال"),
        ("أنا إلى آخر الأسبوع", "انا الي اخر الاسبوع"),
        ("العيادة", "العياده"),
        ("غدا مع ٣", "غدا مع 3"),
        ("j’ai", "j'ai"),
    ],
)
def test_normalise_gives_one_spelling(written: str, normal: str) -> None:
    assert normalise(written) == normal


def test_normalise_keeps_repeated_digits() -> None:
    assert normalise("0666 000 111") == "0666 000 111"


@pytest.mark.parametrize(
    ("arabic", "latin"),
    [
        ("بغيت", "bghit"),
        ("خاصني", "khassni"),
        ("خاصني", "5asni"),
        ("عفاك", "3afak"),
        ("شحال", "ch7al"),
        ("شحال", "shhal"),
        ("قبل", "9bel"),
        ("سيمانة", "simana"),
        ("النتيجة", "lntija"),
    ],
)
def test_skeleton_of_both_scripts_is_the_same(arabic: str, latin: str) -> None:
    assert skeleton(arabic) == skeleton(latin)


@pytest.mark.parametrize("number", ["15h30", "10h", "2eme", "9am", "0612345678"])
def test_skeleton_leaves_numbers_and_measures(number: str) -> None:
    assert skeleton(number) == number


def test_skeleton_keeps_a_word_of_vowels() -> None:
    assert skeleton("oui") == "oui"


def test_bare_skeleton_is_the_same_with_and_without_the_digit_of_the_ayin() -> None:
    assert bare_skeleton("3ndkom") == bare_skeleton("aandkoum") == bare_skeleton("عندكم")


@pytest.mark.parametrize("number", ["33", "13h", "3h30", "3"])
def test_bare_skeleton_leaves_numbers_and_measures(number: str) -> None:
    assert bare_skeleton(number) == number


def test_skeleton_of_signs_only_is_empty() -> None:
    assert skeleton("?? 🙏") == ""


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(normalise(once)) == normalise(once)
    assert isinstance(skeleton(text), str)

"""Lengths and cuts of text."""

from __future__ import annotations

import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from whatsapp.text import clean, has_ink, length, one_line, shorten, split

FAMILY = "👨‍👩‍👧‍👦"
LETTERS = st.sampled_from(
    [
        "a",
        "é",
        "e\u0301",
        "ش",
        "لَّ",
        FAMILY,
        "👍🏽",
        "🇲🇦",
        " ",
        " ",
        "\n",
        "\n\n",
        ". ",
        "؟ ",
        "\t",
        "\u200d",
        "\u200f",
    ]
)
TEXTS = st.lists(LETTERS, max_size=400).map("".join)


def marks(text: str) -> list[str]:
    """The visible clusters of a text."""
    return [c for c in regex.findall(r"\X", text) if has_ink(c)]


def test_a_length_counts_utf16_units() -> None:
    assert length("é") == 1
    assert length("👍") == 2
    assert length(FAMILY) == 11


def test_a_text_is_cut_after_a_word() -> None:
    assert shorten("Consultation de médecine générale", 20) == "Consultation de…"
    assert shorten("استشارة في طب الأطفال والرضع", 20) == "استشارة في طب…"


def test_a_long_word_is_cut_inside() -> None:
    assert shorten("Otorhinolaryngologiste", 20) == "Otorhinolaryngologi…"


def test_a_text_that_fits_stays() -> None:
    assert shorten("12345678901234567890", 20) == "12345678901234567890"


def test_a_joined_emoji_is_not_cut() -> None:
    assert shorten("12345678 " + FAMILY, 18) == "12345678…"


def test_paragraphs_come_before_lines_sentences_and_words() -> None:
    assert split("one two. three\nfour\n\nfive six seven", 28) == [
        "one two. three\nfour",
        "five six seven",
    ]
    assert split("one two. three\nfour five six seven", 28) == [
        "one two. three",
        "four five six seven",
    ]
    assert split("one two. three four five", 16) == ["one two.", "three four five"]
    assert split("one two three four five", 16) == ["one two three", "four five"]
    assert split("onetwothreefourfive", 16) == ["onetwothreefourf", "ive"]


def test_a_letter_with_more_marks_than_fit_is_cut_as_a_last_resort() -> None:
    parts = split("a" + "\u0301" * 50, 20)
    assert "".join(parts) == "a" + "\u0301" * 50
    assert length(shorten("a" + "\u0301" * 50, 20)) <= 20


def test_invisible_text_has_no_ink() -> None:
    assert not any(map(has_ink, ["", " ", "\n\t", "\u200b\u200f\u2066", "\u00a0", "\x00"]))
    assert all(map(has_ink, ["a", ".", "👍", "ش"]))


def test_text_is_cleaned_of_what_can_not_be_sent() -> None:
    assert clean(" a\r\nb\u2028c\ud800\x00\x1b ") == "a\nb\nc\ufffd"
    assert one_line("a \n\t b") == "a b"


@settings(deadline=None)
@given(text=TEXTS, limit=st.integers(16, 60))
def test_parts_fit_lose_nothing_and_break_no_cluster(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(0 < length(part) <= limit and has_ink(part) for part in parts)
    assert [m for part in parts for m in marks(part)] == marks(text)


@settings(deadline=None)
@given(text=TEXTS, limit=st.integers(16, 60))
def test_a_shortened_text_fits_and_begins_like_the_whole(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert length(short) <= limit
    if short != one_line(text):
        assert short.endswith("…")
        assert marks(one_line(text))[: len(marks(short[:-1]))] == marks(short[:-1])


@given(text=st.text(st.characters()))
def test_cleaned_text_can_be_encoded_and_cleaned_again(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned

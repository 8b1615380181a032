"""Finds the words of `words.yml` in a message."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from nlu.normaliser import normalise

_FILE = Path(__file__).with_name("words.yml")
_WORD = re.compile(r"\w+")
_ARTICLES = ("ال", "وال", "بال", "فال", "لل", "و", "ب", "ف", "ل", "د")
_LATIN_ARTICLES = ("l", "d", "f", "b")
_SHORTEST_STEM = 3


def says(text: str, name: str) -> bool:
    """Tells whether a message has one of the words or phrases of a list of `words.yml`."""
    return has_phrase(text, _lists()[name])


def has_phrase(text: str, phrases: Iterable[str]) -> bool:
    """Tells whether one of the phrases stands in a message, word by word."""
    said = split_words(text)
    return any(_stands_in(split_words(phrase), said) for phrase in phrases)


def split_words(text: str) -> list[str]:
    """Returns the words of a text in one spelling each."""
    return _WORD.findall(normalise(text))


def unknown_doctor(text: str) -> str | None:
    """Returns the word after a doctor's title when it can be a name; None without one.

    The caller knows that no doctor of the clinic is named in the message.
    """
    titles = {split_words(title)[0] for title in _lists()["doctor_title"]}
    no_names = {word for entry in _lists()["not_a_name"] for word in split_words(str(entry))}
    words = [(match.group(), normalise(match.group())) for match in _WORD.finditer(text)]
    for (_, title), (written, name) in itertools.pairwise(words):
        if title in titles and name not in no_names and name.isalpha() and len(name) > 1:
            return written
    return None


def _stands_in(phrase: Sequence[str], said: Sequence[str]) -> bool:
    size = len(phrase)
    return any(
        all(_same(word, wanted) for word, wanted in zip(said[i : i + size], phrase, strict=True))
        for i in range(len(said) - size + 1)
    )


def _same(word: str, wanted: str) -> bool:
    if word == wanted:
        return True
    if len(wanted) < _SHORTEST_STEM:
        return False
    if word.removesuffix("s") == wanted or word == wanted.removesuffix("s"):
        return True
    is_latin = wanted.isascii()
    return any(word == article + wanted for article in (_LATIN_ARTICLES if is_latin else _ARTICLES))


@lru_cache(maxsize=1)
def _lists() -> dict[str, list[str]]:
    # BaseLoader: "on", "no" and numbers are words here.
    content: dict[str, list[str]] = yaml.load(
        _FILE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader
    )
    return content

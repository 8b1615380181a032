"""Which words can be names: given names, family names with capitals, and words that never are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import yaml

from nlu.lexicon.files import read_lexicon
from nlu.lexicon.forms import Token, fold_arabic, fold_latin

PARTICLES = frozenset(
    (
        "el",
        "al",
        "ben",
        "bin",
        "ait",
        "ould",
        "bel",
        "oulad",
        "si",
        "abd",
        "abdel",
        "abou",
        "bou",
        "bent",
        "بنت",
        "ايت",
        "بن",
        "عبد",
        "ال",
    )
)
_LETTERS = re.compile(r"[^\W\d_]+")
_LANGUAGE_WORDS = Path(__file__).parent.parent / "language_words.yml"


def fold(word: str) -> str:
    """Returns the comparable form of a word in either script."""
    return fold_arabic(word) if "\u0600" <= word[0] <= "\u06ff" else fold_latin(word)


@cache
def _language_words() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Returns the names that the language lists know, and the other words, folded and not."""
    lists = yaml.load(_LANGUAGE_WORDS.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    names = f"{lists['names']} {lists['arabic']['names']}".split()
    words = [
        word
        for language in ("fr", "en", "ary-Latn")
        for listed in lists[language].values()
        for word in listed.split()
    ]
    words += f"{lists['shared']} {lists['neutral']}".split()
    known = frozenset(fold(name) for name in names)
    common = frozenset(fold(word) for word in words) - known
    return known, common, frozenset(words)


class NameWords:
    """Judges single words."""

    def __init__(self) -> None:
        words = read_lexicon("names")
        self._never = frozenset(fold(word) for line in words["not_names"] for word in line.split())
        self._places = frozenset(words["places"])
        self._given = frozenset(fold(name) for listed in words["given"].values() for name in listed)
        self._also_words = frozenset(fold(name) for name in words["given_also_words"])
        self._known, self._common, self._as_written = _language_words()

    def may_be(self, token: Token) -> bool:
        """Whether a word can be part of a name."""
        word = fold(token.raw)
        if not _LETTERS.fullmatch(token.raw) or len(word) < 2:
            return False
        if word in self._never and not (word in self._given and token.raw[0].isupper()):
            return False
        return word in self._given or word in PARTICLES or not self.is_common(token)

    def is_common(self, token: Token) -> bool:
        """Whether it is an everyday word of a language."""
        word = fold(token.raw)
        # "Moore" is not "more".
        doubled = token.raw[0].isupper() and len(word) < len(token.raw)
        return word in self._common and not (doubled and token.raw.lower() not in self._as_written)

    def is_given(self, token: Token) -> bool:
        """Whether it is a usual given name."""
        # "على" (on) and "علي" (Ali) fold to one.
        return fold(token.raw) in self._given and token.raw != "على"

    def is_surely_given(self, token: Token) -> bool:
        """Whether it is a given name and, as written, no other word."""
        return self.is_given(token) and (
            fold(token.raw) not in self._also_words or token.raw[0].isupper()
        )

    def is_known(self, token: Token) -> bool:
        """Whether it is a usual given or family name."""
        return self.is_given(token) or fold(token.raw) in self._known

    def is_capital(self, token: Token) -> bool:
        """Whether it is written like a name: a capital, then small letters."""
        return token.raw[0].isupper() and not token.raw.isupper()

    def is_proper(self, token: Token) -> bool:
        """Whether it is written like a name and is no everyday word nor a place."""
        return (
            self.is_capital(token)
            and self.may_be(token)
            and not self.is_common(token)
            and fold(token.raw) not in self._places
        )


def clauses(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yields the first and last token of each clause."""
    first = 0
    for index in range(1, len(tokens) + 1):
        if index == len(tokens) or tokens[index].clause != tokens[first].clause:
            yield first, index - 1
            first = index

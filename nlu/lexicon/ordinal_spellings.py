"""Ordinals of one word in the many spellings of Darija, and of a digit with its ending ("2eme")."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nlu.lexicon.forms import fold_arabic, fold_latin, is_arabic, vowelled

# Before the article و is "and", f "in"; of "attani" and "errabe3" the article is only its vowel.
_BEFORE = {
    "ary-Latn": r"(?P<joined>)(?P<clitic>f)?(?P<article>[ae]?l2?|[ae](?=[trs]))",
    "ary": r"(?P<joined>و(?=ال))?(?P<clitic>ف)?(?P<article>ا?ل|ا(?=[ترس]))",
}
_ENDINGS = {
    "1": r"i?er|i?ere|re|st",
    "2": r"nde?",
    "3": r"rd",
}
_ANY_ENDING = r"i?em?e?|me|th"
_DIGIT = re.compile(
    "l?(?:"
    + "|".join(f"(?P<d{digit}>{digit})(?:{ends})" for digit, ends in _ENDINGS.items())
    + f"|(?P<any>[1-6])(?:{_ANY_ENDING}))"
)
# Written as a word of its own, a single letter or "me" is no ending.
_APART = frozenset(("er", "ere", "ier", "eme", "ieme", "em", "iem", "nd", "nde", "rd", "th"))
_HOURS = "aاه"
_Patterns = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Spelled:
    """An ordinal of Darija.

    Attributes:
        value: 1 to 6, "-1" the last.
        article: whether it has its article.
        clitic: characters of "in" before the article ("flwel", in the first).
        joined: characters of "and" before these ("والتاني").
        hour: whether it is the name of an hour as well ("talta", the third, is three o'clock).
        vague: whether it says other things as often ("tali", at last).
    """

    value: str
    article: bool
    clitic: int = 0
    hour: bool = False
    vague: bool = False
    joined: int = 0

    @property
    def may_be_in(self) -> bool:
        """Whether "f" may stand before it: "f lwel" and "f tali" are "at first", "at last"."""
        return self.value not in {"1", "-1"}


class OrdinalSpellings:
    """Reads the patterns of the lexicon: by value and language, after an article and without."""

    def __init__(self, sure: _Patterns, vague: _Patterns) -> None:
        self._patterns = {language: _compiled(language, sure, vague) for language in _BEFORE}
        self.read = lru_cache(maxsize=4096)(self._read)

    def _read(self, word: str) -> Spelled | None:
        """Returns what a word says, None if it is no ordinal of Darija."""
        if is_arabic(word):
            return self._match("ary", fold_arabic(word))
        folded = fold_latin(word)
        spellings = (vowelled(folded), vowelled(folded.replace("x", "kh")))
        return next(filter(None, (self._match("ary-Latn", each) for each in spellings)), None)

    def _match(self, language: str, folded: str) -> Spelled | None:
        for value, vague, articled, bare in self._patterns[language]:
            match = articled.fullmatch(folded)
            if match or bare.fullmatch(folded):
                clitic = len(match["clitic"] or "") if match else 0
                joined = len(match["joined"] or "") if match else 0
                hour = value in "23456" and folded[-1] in _HOURS
                return Spelled(value, match is not None, clitic, hour, vague, joined)
        return None


def _compiled(
    language: str, sure: _Patterns, vague: _Patterns
) -> list[tuple[str, bool, re.Pattern[str], re.Pattern[str]]]:
    """Returns value, vagueness and the patterns with and without the article."""
    return [
        (
            value,
            patterns is vague,
            re.compile(f"{_BEFORE[language]}(?:{by[language][0]})"),
            re.compile(by[language][1]),
        )
        for patterns in (sure, vague)
        for value, by in patterns.items()
    ]


def digit_ordinal(word: str, following: str | None) -> tuple[str, int] | None:
    """Returns the digit of "2eme", "l3ème" or "2 eme", and how many words it has."""
    match = _DIGIT.fullmatch(fold_latin(word))
    if match:
        return next(digit for digit in match.groups() if digit), 1
    if following is None or fold_latin(following) not in _APART:
        return None
    match = _DIGIT.fullmatch(word + fold_latin(following))
    return (next(digit for digit in match.groups() if digit), 2) if match else None

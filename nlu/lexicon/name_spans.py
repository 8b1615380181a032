"""Patterns over the folded words of a message, and spans of tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from nlu.lexicon.forms import Token
from nlu.lexicon.name_words import fold

_DOUBLE = re.compile(r"([^\W\d_])\1")
_ARABIC = re.compile("[\u0600-\u06ff]+")

Span = tuple[int, int]
"""The first and the last token of a name; empty when the last is before the first."""


def alike(one: str, other: str) -> bool:
    """Whether two names are spellings of one, by their length and a letter at either end."""
    ends = one[0].lower() == other[0].lower() or one[-1] == other[-1]
    return one != other and ends and abs(len(one) - len(other)) <= 3


def introduction(patterns: Sequence[str]) -> re.Pattern[str]:
    """Returns a pattern over folded words, in which no letter stands twice."""
    folded = (_ARABIC.sub(lambda word: fold(word[0]), pattern.strip()) for pattern in patterns)
    longest_first = sorted((_DOUBLE.sub(r"\1", p) for p in folded), key=len, reverse=True)
    return re.compile(r"(?<!\S)(?:" + "|".join(longest_first) + r")(?=\s)")


def joined(tokens: Sequence[Token]) -> tuple[str, list[int]]:
    """Returns the folded words as one text, and where each begins in it."""
    words: list[str] = []
    starts: list[int] = []
    position = 0
    for token in tokens:
        word = fold(token.raw)
        starts.append(position)
        words.append(word)
        position += len(word) + 1
    return " ".join(words), starts


def token_at(starts: Sequence[int], end: int) -> int:
    """Returns the first token after a position of the joined words."""
    return next((index for index, start in enumerate(starts) if start >= end), len(starts))


def first_of_overlapping(names: Iterable[Span]) -> list[Span]:
    """Returns spans that are not empty and do not overlap: the earlier, then the longer."""
    kept: list[Span] = []
    for name in sorted({n for n in names if n[1] >= n[0]}, key=lambda n: (n[0], -n[1])):
        if not kept or name[0] > kept[-1][1]:
            kept.append(name)
    return kept

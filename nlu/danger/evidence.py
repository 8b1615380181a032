"""What the learnt stage of the emergency gate reads of a message: spellings, words and concepts.

Every term becomes a column by a hash, so that no list of terms has to be stored. The terms come in
parts; each part has unit length, so that a long message weighs no more than a short one.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence, Set
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlu.danger.text import Token, fold_arabizi, romanise, skeleton
from nlu.danger.vocabulary import Mention

COLUMNS = 1 << 17
_SHORTEST, _LONGEST = 2, 5
_NEIGHBOURS = 3
_CONCEPT_REACH = 8
_LENGTHS = (2, 4, 7, 11, 16, 24, 40)
_WORDS = 50_000


class Finding(NamedTuple):
    """What a pattern found: a `danger`, or one that is `excused`, and of which category."""

    verdict: str
    category: str


def evidence(
    text: str,
    tokens: Sequence[Token],
    mentions: Sequence[Mention],
    findings: Set[Finding],
) -> list[NDArray[np.int64]]:
    """The columns of a message, one array for each part.

    Args:
        text: The message as it came.
        tokens: Its tokens.
        mentions: The concepts that it names, with their polarity.
        findings: What the patterns found in it.
    """
    folds = [t.fold if t.kind != "number" else _number(t.fold) for t in tokens]
    sounds = [_sound(t.kind, f) for t, f in zip(tokens, folds, strict=True)]
    bones = [skeleton(s) or s for s in sounds]
    parts = [
        [c for word in folds for c in _spelling("f", word)],
        [c for word in sounds for c in _spelling("s", word)],
        _phrases("w", folds),
        _phrases("b", bones),
        _concepts(mentions),
        _manner(text, tokens),
        _found(findings),
    ]
    return [np.unique(np.asarray(part, dtype=np.int64)) for part in parts]


@lru_cache(maxsize=_WORDS)
def _column(term: str) -> int:
    return zlib.crc32(term.encode()) % COLUMNS


@lru_cache(maxsize=_WORDS)
def _spelling(part: str, word: str) -> tuple[int, ...]:
    """Columns of the n-grams of characters of one word."""
    padded = f" {word} "
    size = len(padded)
    return tuple(
        zlib.crc32(f"{part}{padded[start : start + length]}".encode()) % COLUMNS
        for length in range(_SHORTEST, min(_LONGEST, size) + 1)
        for start in range(size - length + 1)
    )


@lru_cache(maxsize=_WORDS)
def _sound(kind: str, fold: str) -> str:
    """A word as Arabizi sounds, whichever script it is written in."""
    if kind == "arabic":
        return romanise(fold) or fold
    return fold_arabizi(fold) if kind == "latin" else fold


def _number(fold: str) -> str:
    """The size of a number; fever, sugar and hours differ, single figures do not count."""
    whole = fold.partition(".")[0]
    return f"#{whole}" if len(whole) <= 2 else f"#{len(whole)}"


def _phrases(part: str, words: Sequence[str]) -> list[int]:
    """Columns of single words, of neighbours in order, and of three in a row."""
    found = [_column(f"{part}1{word}") for word in words]
    for at, word in enumerate(words):
        for step in range(1, _NEIGHBOURS + 1):
            if at + step < len(words):
                tag = "2" if step == 1 else "+"
                found.append(_column(f"{part}{tag}{word} {words[at + step]}"))
        if at + 2 < len(words):
            found.append(_column(f"{part}3{word} {words[at + 1]} {words[at + 2]}"))
    return found


def _concepts(mentions: Sequence[Mention]) -> list[int]:
    """Columns of the concepts, alone and by two."""
    named = [(m, f"-{m.concept}" if m.negated else m.concept) for m in mentions]
    found = [_column(f"c1{name}") for _, name in named]
    for at, (mention, name) in enumerate(named):
        for other, following in named[at + 1 :]:
            if other.first - mention.last > _CONCEPT_REACH:
                break
            if other.first > mention.last:
                found.append(_column(f"c2{name} {following}"))
    return found


def _found(findings: Set[Finding]) -> list[int]:
    """Columns of what the patterns found, with the category and without."""
    verdicts = {finding.verdict for finding in findings} or {"nothing"}
    return [
        *(_column(f"r1{verdict}") for verdict in sorted(verdicts)),
        *(_column(f"r2{finding.verdict} {finding.category}") for finding in sorted(findings)),
    ]


def _manner(text: str, tokens: Sequence[Token]) -> list[int]:
    """Columns of how the message is written: asked, cried, short, long."""
    size = sum(len(tokens) > length for length in _LENGTHS)
    found = [_column(f"m length {size}")]
    if "?" in text or "؟" in text:
        found.append(_column("m asked"))
        if text.rstrip().endswith(("?", "؟")):
            found.append(_column("m asked at the end"))
    if "!" in text:
        found.append(_column("m cried"))
    if any(t.elongated or t.shouted for t in tokens):
        found.append(_column("m drawn out"))
    return found

"""Lengths, cuts and cleaning of text that is sent.

A length here is the number of UTF-16 code units. It is never less than the number of Unicode
code points, so a text within a limit in these units is within it whichever of the two the API
counts. Cuts fall between grapheme clusters (what a reader sees as one character), so that no
accent, vowel mark or joined emoji comes apart.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import regex

ELLIPSIS = "…"
_SENTENCE_ENDS = ".!?…؟۔"
_CLUSTER = regex.compile(r"\X")
_SURROGATE = regex.compile("[\ud800-\udfff]")
_CONTROL = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def length(text: str) -> int:
    """Returns the number of UTF-16 code units of a text."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def clean(text: str) -> str:
    """Returns a text that can be encoded and shown: no lone surrogates, no control characters.

    Line feeds and tabs stay, other line ends become line feeds, outer white space goes.
    """
    text = regex.sub(r"\r\n?|[\x85\u2028\u2029]", "\n", text)
    text = _CONTROL.sub("", _SURROGATE.sub("\ufffd", text))
    return "".join(_trimmed(clusters(text)))


def one_line(text: str) -> str:
    """Returns a cleaned text with every run of white space as one space."""
    return " ".join(clean(text).split())


def has_ink(text: str) -> bool:
    """Tells whether anything in a text can be seen."""
    return any(
        unicodedata.category(character) not in ("Zs", "Zl", "Zp", "Cc", "Cf", "Cs")
        for character in text
    )


def clusters(text: str) -> list[str]:
    """Returns the grapheme clusters of a text."""
    return _CLUSTER.findall(text)


def shorten(text: str, limit: int) -> str:
    """Returns a one-line text of at most `limit` units, cut after a word and ended with "…"."""
    text = one_line(text)
    if length(text) <= limit:
        return text
    pieces = _fitting(clusters(text), limit - 1)
    end = _count_within(pieces, limit - 1)
    # A word break is worth up to half of the room; beyond that half a word tells more.
    for position in range(end, end // 2, -1):
        if position < len(pieces) and pieces[position].isspace():
            end = position
            break
    return "".join(_trimmed(pieces[:end])).rstrip(" ,;:-–") + ELLIPSIS


def split(text: str, limit: int) -> list[str]:
    """Splits a text into parts of at most `limit` units.

    A part ends with a paragraph if one ends in the last two thirds of the room, else with a line,
    a sentence, a word, and only then inside a word. White space at the joints goes; nothing else.
    """
    pieces = _fitting(_trimmed(clusters(text)), limit)
    parts = []
    start = 0
    while start < len(pieces):
        end = _part_end(pieces, start, limit)
        part = "".join(_trimmed(pieces[start:end]))
        if has_ink(part):
            parts.append(part)
        while end < len(pieces) and pieces[end].isspace():
            end += 1
        start = end
    return parts


def _part_end(pieces: Sequence[str], start: int, limit: int) -> int:
    end = start + _count_within(pieces[start : start + limit + 1], limit)
    if end >= len(pieces):
        return len(pieces)
    low = start + max(1, (end - start) // 3)
    line = sentence = 0
    for position in range(end, low - 1, -1):
        here, before = pieces[position], pieces[position - 1]
        if here == "\n" and before == "\n":
            return position
        if here == "\n" and not line:
            line = position
        if here.isspace() and before[-1] in _SENTENCE_ENDS and not sentence:
            sentence = position
    if line or sentence:
        return line or sentence
    for position in range(end, start, -1):
        if pieces[position].isspace():
            return position
    return end


def _count_within(pieces: Sequence[str], limit: int) -> int:
    total = 0
    for count, piece in enumerate(pieces):
        total += length(piece)
        if total > limit:
            return count
    return len(pieces)


def _fitting(pieces: Sequence[str], limit: int) -> list[str]:
    """Takes clusters apart that exceed the limit on their own (hundreds of marks on a letter)."""
    fitting: list[str] = []
    for piece in pieces:
        if length(piece) <= limit:
            fitting.append(piece)
        else:
            fitting.extend(piece)
    return fitting


def _trimmed(pieces: Sequence[str]) -> Sequence[str]:
    start, end = 0, len(pieces)
    while start < end and pieces[start].isspace():
        start += 1
    while end > start and pieces[end - 1].isspace():
        end -= 1
    return pieces[start:end]

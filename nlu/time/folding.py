"""Folding of a message to plain letters and digits, with the way back to its offsets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_ARABIC_LETTERS = {
    "أ": "ا",
    "إ": "ا",
    "آ": "ا",
    "ٱ": "ا",
    "ى": "ي",
    "ی": "ي",
    "ئ": "ي",
    "ؤ": "و",
    "ة": "ه",
    "ۃ": "ه",
    "ک": "ك",
    "گ": "ك",
    "،": ",",
    "؛": ";",
    "؟": "?",
    "٫": ".",
    "٬": ",",
}
_DROPPED = {"'", "’", "‘", "ʼ", "`", "´", "ـ"}
_DASHES = {"–", "—", "‐", "‑", "−"}
_ELONGATED = re.compile(r"([^\W\d_])\1{2,}")


@dataclass(frozen=True)
class FoldedText:
    """A message in plain letters.

    Attributes:
        text: lower case, without accents, Arabic vowel signs, apostrophes and elongation; digits
            are ASCII.
        origins: for each character of `text`, the offset of its source character.
        source: the message as written.
    """

    text: str
    origins: tuple[int, ...]
    source: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Returns the offsets in the source of the folded characters `start` to `end`."""
        first, last = self.origins[start], self.origins[end - 1] + 1
        # A vowel sign that was dropped belongs to the letter before it.
        while last < len(self.source) and unicodedata.category(self.source[last]) == "Mn":
            last += 1
        return first, last


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in _DROPPED:
        return ""
    if character in _DASHES:
        return "-"
    if character in _ARABIC_LETTERS:
        return _ARABIC_LETTERS[character]
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(int(digit))
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return ""
    parts = unicodedata.normalize("NFKD", character.lower())
    folded = "".join(part for part in parts if unicodedata.category(part) != "Mn")
    # Ligatures and presentation forms decompose into letters that need folding themselves.
    return "".join(_ARABIC_LETTERS.get(part, part) for part in folded)


def fold(source: str) -> FoldedText:
    """Folds a message; never fails, whatever the text."""
    letters: list[str] = []
    origins: list[int] = []
    for offset, character in enumerate(source):
        possessive = source[offset + 1 : offset + 3].rstrip(" ,.?!").lower() == "s"
        if character in _DROPPED and (letters[-1:] == ["j"] or possessive):
            # "j'ai" is not the "jai" of "ltnin jai" (next Monday); "monday's" is no other word.
            letters.append(" ")
            origins.append(offset)
            continue
        for letter in _fold_character(character):
            letters.append(letter)
            origins.append(offset)
    text = "".join(letters)
    if not _ELONGATED.search(text):
        return FoldedText(text, tuple(origins), source)
    kept: list[int] = []
    position = 0
    for match in _ELONGATED.finditer(text):
        kept.extend(range(position, match.start() + 1))
        position = match.end()
    kept.extend(range(position, len(text)))
    return FoldedText(
        "".join(text[index] for index in kept), tuple(origins[index] for index in kept), source
    )

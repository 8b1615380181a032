"""Names as staff look for them: by their beginning, with a slip, and in either script.

A name is compared in two forms: folded (no case, accents or vowel signs, one spelling of each
Arabic letter) and by its sounds, the consonants that both scripts share, so that "Cherkaoui" finds
«الشرقاوي» and the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from clinic.patients.services import fold_name

_ARABIC = re.compile("[\u0600-\u06ff]")
_SPELLINGS = str.maketrans(
    {"ى": "ي", "ة": "ه", "گ": "ك", "ڭ": "ك", "ـ": "", "-": " ", ".": " ", "'": "", "’": ""}
)
_ARTICLES = frozenset({"el", "al", "l", "ال"})
_LATIN_SOUNDS = (
    ("tch", "c"), ("ch", "c"), ("sh", "c"), ("kh", "x"), ("gh", "g"), ("dj", "j"), ("ph", "f"),
    ("th", "t"), ("dh", "d"),
)  # fmt: skip
_LATIN_LETTERS = str.maketrans("qvp579", "kfbxhk", "2")
_ARABIC_LETTERS = str.maketrans("بتثجحخدذرزسشصضطظغفقكلمنه", "bttjhxddrzscsdtdgfkklmnh")
_SILENT = re.compile("[aeiouwy3اعويء]")
_DOUBLED = re.compile(r"(.)\1+")
_LEAST_SOUNDS = 2
_SOUNDS_OF_A_BEGINNING = 4
"""Fewer consonants begin too many names."""
_LEAST_LETTERS_FOR_A_SLIP = 5


@dataclass(frozen=True)
class SearchedName:
    """A name ready to be compared.

    Attributes:
        words: folded.
        text: the words as they are written.
        starts: from each word to the end, written as one: "Ben Ali" begins like "benali".
        sounds: of each word, and of each of `starts`.
    """

    words: tuple[str, ...]
    text: str
    starts: tuple[str, ...]
    sounds: frozenset[str]


def read_name(name: str) -> SearchedName:
    """Returns the forms in which a name is compared."""
    words = tuple(fold_name(name).translate(_SPELLINGS).split())
    places = range(len(words))
    return SearchedName(
        words=words,
        text=" ".join(words),
        starts=tuple("".join(words[place:]) for place in places),
        sounds=frozenset(
            [*map(sounds_of, words), *(_joined_sounds(words[place:]) for place in places)]
        ),
    )


class WantedName:
    """What somebody typed of a name, compared with one name after the other."""

    def __init__(self, text: str) -> None:
        words = read_name(text).words
        wanted = [word for word in words if word not in _ARTICLES] or list(words)
        self.letters = sum(map(len, wanted))
        self._words = [(word, sounds_of(word)) for word in wanted]
        self._whole = ("".join(wanted), _joined_sounds(wanted))

    def distance(self, name: SearchedName) -> int | None:
        """Tells how far a name is from what was typed; None when it is another one.

        0: every word begins so; 1: it is in it; 2: it sounds so; 3: one letter is another,
        missing or swapped.
        """
        farthest = 0
        for word in self._words:
            distance = _distance(*word, name)
            if distance is None:
                return _distance(*self._whole, name) if len(self._words) > 1 else None
            farthest = max(farthest, distance)
        return farthest


def sounds_of(word: str) -> str:
    """Returns the consonants of a folded word, with its first vowel as `a`."""
    if _ARABIC.search(word):
        word = word.removeprefix("ال") if len(word) > 4 else word
        first = {"و": "w", "ي": "y"}.get(word[0], "a" if word[0] in "اع" else "")
        letters = word.translate(_ARABIC_LETTERS)
    else:
        first = _first_latin(word)
        for written, letter in _LATIN_SOUNDS:
            word = word.replace(written, letter)
        letters = word.translate(_LATIN_LETTERS)
    sounds = first + _SILENT.sub("", _DOUBLED.sub(r"\1", letters))
    return sounds.removesuffix("h") if len(sounds) > _LEAST_SOUNDS else sounds


def _first_latin(word: str) -> str:
    if re.match("w|ou[aeiy]", word):
        return "w"
    if word.startswith("y"):
        return "y"
    return "a" if word[0] in "aeiou3" else ""


def _joined_sounds(words: Sequence[str]) -> str:
    """Returns the sounds of words written as one: a vowel inside of it is none."""
    sounds = [sounds_of(word) for word in words]
    return "".join([*sounds[:1], *(other.removeprefix("a") for other in sounds[1:])])


def _distance(word: str, sounds: str, name: SearchedName) -> int | None:
    for start in name.starts:
        if start.startswith(word):
            return 0
    if word in name.text:
        return 1
    if len(sounds) >= _LEAST_SOUNDS and sounds in name.sounds:
        return 2
    if len(sounds) >= _SOUNDS_OF_A_BEGINNING:
        for other in name.sounds:
            if other.startswith(sounds):
                return 2
    if len(word) >= _LEAST_LETTERS_FOR_A_SLIP:
        for other in name.words:
            if abs(len(other) - len(word)) <= 1 and OSA.distance(word, other) == 1:
                return 3
    return None

"""A word-by-word English gloss of Darija, for models that were never shown Darija.

A sentence encoder knows French, English and standard Arabic but little Darija, least of all in
Latin letters. The gloss has the words that `glosses.yml` knows in English and leaves all others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from rapidfuzz.distance import Indel

from nlu.normaliser import normalise, skeleton, sounds

_FILE = Path(__file__).with_name("glosses.yml")
_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]+")
_ARABIC = re.compile(r"[\u0621-\u064a]")

# Skeletons of verb prefixes and of prepositions written together with a word, longest first.
_PREFIXES = {
    "kn": "I",
    "kt": "you",
    "gn": "I will",
    "gt": "you will",
    "fl": "in the",
    "bl": "with the",
    "ll": "to the",
    "k": "",
    "g": "will",
    "n": "I",
    "t": "you",
    "m": "",
    "l": "the",
    "f": "in",
    "b": "with",
    "d": "of",
}
_ENDINGS = {
    "tc": "not",
    "nc": "not",
    "km": "you",
    "hm": "them",
    "tn": "me",
    "c": "not",
    "h": "it",
    "k": "you",
    "n": "me",
    "t": "",
}
# A skeleton with fewer consonants stands for too many words.
_SURE = 3
# Of the guesses that sound less like the word most are wrong.
_LIKE_ENOUGH = 0.8


@dataclass(frozen=True)
class _Meanings:
    """Meanings by a word's normalised form; and by its skeleton, with how the forms sound."""

    forms: dict[str, str]
    skeletons: dict[str, dict[str, str]]


def gloss(text: str) -> str:
    """Returns the text with the Darija words that are known in English; unchanged without any."""
    words = _WORD.findall(normalise(text))
    glosses = [_meaning(word) for word in words]
    if not any(glosses):
        return text
    return " ".join(known or word for word, known in zip(words, glosses, strict=True))


@lru_cache(maxsize=1)
def _meanings() -> _Meanings:
    entries: dict[str, str] = yaml.load(  # "no" is a word here, not a truth value
        _FILE.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader
    )
    forms: dict[str, str] = {}
    skeletons: dict[str, dict[str, str]] = {}
    for meaning, written in entries.items():
        for form in written.split():
            plain = normalise(form)
            forms.setdefault(plain, meaning)
            bones = skeleton(form)
            if len(bones) >= _SURE:
                skeletons.setdefault(bones, {}).setdefault(sounds(plain), meaning)
    return _Meanings(forms, skeletons)


@lru_cache(maxsize=16384)
def _meaning(word: str) -> str | None:
    meanings = _meanings()
    if word in meanings.forms:
        return meanings.forms[word]
    if word.isdigit() or not (_ARABIC.search(word) or word.isascii()):
        return None
    heard = sounds(word)
    guesses = [
        (Indel.normalized_similarity(heard, sound), meaning)
        for sound, meaning in _guesses(skeleton(word))
    ]
    likeness, meaning = max(guesses, key=lambda guess: guess[0], default=(0, None))
    return meaning if likeness >= _LIKE_ENOUGH else None


def _guesses(bones: str) -> Iterator[tuple[str, str]]:
    """Yields how the words that it may be sound, and what they mean."""
    skeletons = _meanings().skeletons
    for ending, object_ in {"": "", **_ENDINGS}.items():
        stem = bones.removesuffix(ending)
        if ending and stem == bones:
            continue
        for prefix, subject in {"": "", **_PREFIXES}.items():
            root = stem.removeprefix(prefix)
            if not stem.startswith(prefix) or len(root) < _SURE:
                continue
            for sound, meaning in skeletons.get(root, {}).items():
                yield prefix + sound + ending, " ".join(filter(None, (subject, meaning, object_)))

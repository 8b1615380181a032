"""Views of a message in which the many spellings of one word come together.

Patients write without accents, with letters drawn out, in two scripts for one language. `normalise`
keeps the script and folds its spellings; `skeleton` writes both scripts as the same Latin
consonants, so that «بغيت» and "bghit" are evidence of the same. Both lose information: they are for
features beside the original text, never instead of it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ARABIC_LETTERS = str.maketrans(
    {
        **dict.fromkeys("أإآٱء", "ا"),
        "ى": "ي",
        "ئ": "ي",
        "ی": "ي",
        "ؤ": "و",
        "ة": "ه",
        **dict.fromkeys("گڭݣک", "ك"),
        "ڤ": "ف",
        "ڥ": "ف",
        "پ": "ب",
        "چ": "ش",
        "ـ": "",
        "؟": "?",
        "،": ",",
        "؛": ";",
    }
)
_LATIN_LETTERS = str.maketrans({"’": "'", "`": "'", "´": "'", "œ": "oe", "æ": "ae", "ß": "ss"})

# Sounds: c is ch/sh, x is kh, g is gh and the hard g, q is 9, 3 is the ayin, h is both h.
_ARABIC_SOUNDS = str.maketrans(
    {
        "ا": "a",
        "ب": "b",
        "ت": "t",
        "ث": "t",
        "ج": "j",
        "ح": "h",
        "خ": "x",
        "د": "d",
        "ذ": "d",
        "ر": "r",
        "ز": "z",
        "س": "s",
        "ش": "c",
        "ص": "s",
        "ض": "d",
        "ط": "t",
        "ظ": "d",
        "ع": "3",
        "غ": "g",
        "ف": "f",
        "ق": "q",
        "ك": "k",
        "ل": "l",
        "م": "m",
        "ن": "n",
        "ه": "h",
        "و": "w",
        "ي": "y",
    }
)
_ARABIZI_GROUPS = (("kh", "x"), ("gh", "g"), ("ch", "c"), ("sh", "c"), ("th", "t"), ("dh", "d"))
_ARABIZI_DIGITS = str.maketrans(
    {"2": "", "4": "g", "5": "x", "6": "t", "7": "h", "8": "g", "9": "q"}
)
_LATIN_SOUNDS = str.maketrans({"v": "f", "p": "b"})
_VOWELS = str.maketrans("", "", "aeiouyw'")

_WORDS = 16384
"""So many words are remembered: nearly all that patients use, within some megabytes."""
_DRAWN_OUT = re.compile(r"(\D)\1{2,}")
_DOUBLED = re.compile(r"(.)\1+")
_WORD = re.compile(r"\w+", re.UNICODE)
_HAS_LETTER = re.compile(r"[^\W\d_]")
_ARABIC = re.compile(r"[\u0621-\u064a]")
# "15h", "2eme", "9am", "x2": a number with a unit, whose digits are digits.
_MEASURE = re.compile(
    r"\d+(?:h|h\d+|e|er|ere|eme|ieme|am|pm|min|mn|j|ans?|st|nd|rd|th|dh|dhs|mg|ml|kg|cm)|[a-z]\d+"
)
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_LONE_DIGIT = re.compile(r"(?<!\d)\d(?!\d)")


def normalise(text: str) -> str:
    """Returns the text in its own script with one spelling for what is spelled in several ways.

    Lower case; no accents, vowel signs or stretching; one form of each Arabic letter; digits 0-9;
    letters and signs that stand three times or more in a row are written once.
    """
    plain = text.lower().translate(_LATIN_LETTERS)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        # Decomposing splits أ into ا and a mark: removing the marks folds it too.
        plain = "".join(char for char in plain if not unicodedata.combining(char))
        plain = _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit.group())), plain)
        plain = plain.translate(_ARABIC_LETTERS)
    return " ".join(_DRAWN_OUT.sub(r"\1", plain).split())


def skeleton(text: str) -> str:
    """Returns the words of the text as Latin consonants that both scripts of Darija share.

    Vowels, w and y are left out except where a word has nothing else; Arabizi's digits and pairs
    ("3afak", "bghit", "chno") become the sounds of the Arabic letters; numbers stay numbers.
    """
    return views(text)[1]


def bare_skeleton(text: str) -> str:
    """Returns the skeleton without the ayin: "3ndkom" and "aandkoum" become the same."""
    return views(text)[2]


def views(text: str) -> tuple[str, str, str]:
    """Returns the normalised text, its skeleton and its bare skeleton."""
    plain = normalise(text)
    bones = [bone for word in _WORD.findall(plain) if (bone := _word_skeleton(word))]
    return plain, " ".join(bones), " ".join(_bare(bone) for bone in bones)


def sounds(word: str) -> str:
    """Returns a normalised word in Latin letters as it sounds, with its vowels.

    Arabizi writes vowels that Arabic letters leave out, so the two scripts come near, not together.
    """
    if _ARABIC.search(word):
        # A final ه is mostly a ة, which Latin letters write as a vowel.
        bare = word[:-1] if len(word) > 3 and word.endswith("ه") else word
        heard = bare.translate(_ARABIC_SOUNDS)
    else:
        heard = word
        for group, sound in _ARABIZI_GROUPS:
            heard = heard.replace(group, sound)
        heard = _LONE_DIGIT.sub(lambda digit: digit.group().translate(_ARABIZI_DIGITS), heard)
    return _DOUBLED.sub(r"\1", heard.translate(_LATIN_SOUNDS))


@lru_cache(maxsize=_WORDS)
def _bare(word: str) -> str:
    # Numbers and measures keep their digits; a word of nothing but an ayin keeps it.
    if word.isdigit() or _MEASURE.fullmatch(word):
        return word
    return _DOUBLED.sub(r"\1", word.replace("3", "")) or word


@lru_cache(maxsize=_WORDS)
def _word_skeleton(word: str) -> str:
    if not _HAS_LETTER.search(word) or _MEASURE.fullmatch(word):
        return word
    heard = sounds(word)
    # Folding the doubled letters again: "mmken" and "momken" lose what stood between.
    return _DOUBLED.sub(r"\1", heard.translate(_VOWELS)) or heard

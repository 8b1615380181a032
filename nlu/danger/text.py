"""Tokens and spelling forms: one word, the many ways a phone writes it.

French and English words are compared without case, accents and repeated letters. Darija in Latin
letters is compared in two further forms, `arabizi` (3/7/9/5, kh, ch, ou ... brought to one letter
each, vowels kept) and `skeleton` (the same without a and e); `variants` has the skeletons of who
uses no digits. Arabic script loses its marks, its letter variants and its repetitions; `romanise`
brings it to the form of Arabizi, so that a word of one script is found in the other.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_WORDS = 8192
"""So many words' forms a cache keeps."""
# A word in Arabic letters, a number, a word in Latin letters and digits, an emoji, or a clause end.
_TOKEN = re.compile(
    r"(?P<arabic>[\u0620-\u065f\u066e-\u06d3\u06fa-\u06ff\u0670\u0640]+)"
    r"|(?P<number>\d+(?:[.,]\d+)?(?![^\W_]))"
    r"|(?P<latin>[^\W_\u0600-\u06ff]+(?:[’']t\b)?[\u0300-\u036f]*)"
    r"|(?P<emoji>[\U0001F170-\U0001F2FF\U0001F300-\U0001FAFF\u2600-\u27BF])"
    r"|(?P<end>[.!?؟\n]+)|(?P<pause>[,;:،؛()\u2013\u2014]|\s-\s)"
)
_ARABIC_MARKS = re.compile(r"[\u064b-\u065f\u0670\u0640\u0610-\u061a]")
_ARABIC_LETTERS = str.maketrans("أإآٱىئؤةگڭڤپء", "ااااييوهككفب\0")
_ROMAN = str.maketrans("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", "abttjhXddrzsCsdtd3Gfqklmnhoi")
_EASTERN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_AIN = re.compile("(?<!a)aa(?!a)", re.IGNORECASE)
_REPEATED = re.compile(r"(.)\1+")
_ELONGATED = re.compile(r"([^\W\d_])\1{2,}")
_ARABIZI = (
    ("kh", "X"),
    ("tch", "tC"),
    ("ch", "C"),
    ("sh", "C"),
    ("gh", "G"),
    ("ph", "f"),
    ("ou", "o"),
    ("oo", "o"),
    ("ee", "i"),
)
_ARABIZI_LETTERS = str.maketrans("5x479uwye628v", "XCGhqooiataGf")


@dataclass(frozen=True)
class Token:
    """A word, number or emoji of the message.

    Attributes:
        start: First character in the message.
        end: Character after the last.
        fold: Comparable form: lower case, no accents or marks, no repeated letters.
        kind: `arabic`, `latin`, `number` or `emoji`.
        clause: Counts commas and sentence ends before the token.
        sentence: Counts sentence ends before the token.
        elongated: A letter was repeated three times or more ("aaaaide").
        shouted: The token is followed by two exclamation marks or more.
        ain: The comparable form with a 3 for "aa" ("blaat" is "bl3at"); empty without "aa".
    """

    start: int
    end: int
    fold: str
    kind: str
    clause: int
    sentence: int
    elongated: bool = False
    shouted: bool = False
    ain: str = ""


def words(listed: str) -> tuple[str, ...]:
    """Words of a list written as one text."""
    return tuple(listed.split())


@lru_cache(maxsize=_WORDS)
def fold_latin(word: str) -> str:
    """Lower case without accents, apostrophes and repeated letters."""
    word = word.lower().replace("œ", "oe").replace("æ", "ae").replace("’", "").replace("'", "")
    plain = unicodedata.normalize("NFKD", word)
    if not plain.isascii():
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    short = _REPEATED.sub(r"\1", plain)
    return short if len(short) > 1 else plain[:2]  # "bb" is a baby, "b" is not


def fold_arabic(word: str) -> str:
    """Arabic script without marks, letter variants and repeated letters."""
    word = _ARABIC_MARKS.sub("", unicodedata.normalize("NFKC", word)).translate(_ARABIC_LETTERS)
    return _REPEATED.sub(r"\1", word.replace("\0", ""))


def fold_arabizi(folded: str) -> str:
    """One spelling for Darija in Latin letters, vowels kept; `folded` is from `fold_latin`."""
    for written, letter in _ARABIZI:
        folded = folded.replace(written, letter)
    return _REPEATED.sub(r"\1", folded.translate(_ARABIZI_LETTERS))


def romanise(folded: str) -> str:
    """A word in Arabic letters as Arabizi writes its consonants and long vowels."""
    return _REPEATED.sub(r"\1", folded.removesuffix("ه").translate(_ROMAN))


def skeleton(arabizi: str) -> str:
    """The Arabizi form without its least stable vowels."""
    return _REPEATED.sub(r"\1", arabizi.replace("a", ""))


def variants(arabizi: str) -> set[str]:
    """Skeletons of the other ways to write a word: without its 3, and with k or g for its 9."""
    found = set()
    for ain in ("3", ""):
        head = "a" if arabizi[0] == "3" and not ain else ""
        for qaf in "qkg":
            written = skeleton(arabizi.replace("3", ain).replace("q", qaf))
            found.add(head + written)
    return found - {skeleton(arabizi)}


def initial_skeleton(arabizi: str) -> str:
    """The skeleton, an initial a kept: it may stand for the letter that others write as 3."""
    return ("a" if arabizi[:1] == "a" else "") + skeleton(arabizi)


@lru_cache(maxsize=_WORDS)
def _fold(kind: str, raw: str) -> str:
    if kind == "arabic":
        return fold_arabic(raw)
    if kind == "latin":
        return fold_latin(raw)
    return raw.replace(",", ".")


def tokenize(text: str, limit: int = 4096) -> tuple[Token, ...]:
    """Split a message into tokens; characters after `limit` are not read.

    WhatsApp's own limit for a text is 4,096 characters.
    """
    text = text[:limit].translate(_EASTERN_DIGITS)
    tokens: list[Token] = []
    clause = sentence = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        raw = match.group()
        if kind in {"end", "pause"}:
            clause += 1
            sentence += kind == "end"
            if kind == "end" and raw.count("!") > 1 and tokens:
                last = tokens[-1]
                tokens[-1] = Token(**{**last.__dict__, "shouted": True})
            continue
        fold = _fold(kind, raw)
        if fold:
            long = bool(_ELONGATED.search(raw))
            ain = fold_latin(_AIN.sub("3", raw)) if kind == "latin" and _AIN.search(raw) else ""
            tokens.append(
                Token(match.start(), match.end(), fold, kind, clause, sentence, long, ain=ain)
            )
    return tuple(tokens)

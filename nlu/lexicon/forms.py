"""Tokens of a message and the comparable forms of each, with their offsets in the message.

A form carries its alphabet: `L:` French and English, `Z:` Darija in Latin letters (vowels a and e
dropped, 3/7/9/5, kh, ch, ou brought to one letter each), `V:` the same of short words with their
vowels, `A:` Arabic script. A Latin token has French and Darija forms, since one message mixes
languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

WORDS_REMEMBERED = 8192
"""So many words' forms a cache keeps: most words of most messages, a few megabytes."""
_TOKEN = re.compile(
    r"(?P<arabic>[\u0610-\u061a\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff]+)"
    r"|(?P<acronym>(?<![^\W_])(?:[A-Za-z]\.){2,}[A-Za-z]?(?![^\W_]))"
    r"|(?P<latin>[^\W_\u0600-\u06ff]+[\u0300-\u036f]*(?:[^\W_\u0600-\u06ff]+[\u0300-\u036f]*)*)"
    r"|(?P<stop>[.!?,;:()\[\]\n؟،؛…–—\"«»]+|\s-\s)"
)
_ARABIC_LETTERS = str.maketrans("أإآٱىئؤةگڭکڤپچثذصطظض", "ااااييوهكككفبجتدستدد", "ء")
_EASTERN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_REPEATED = re.compile(r"(\D)\1+")
_ARABIZI = (
    ("kh", "X"),
    ("tch", "C"),
    ("ch", "C"),
    ("sh", "C"),
    ("gh", "G"),
    ("ph", "f"),
    ("th", "t"),
    ("ou", "o"),
    ("oo", "o"),
    ("ee", "i"),
)
_ARABIZI_LETTERS = str.maketrans("57489uwyvpc6", "XhGGqooifbkt", "2")
_PREFIXES = frozenset("فبلكدع")
_LATIN_PREFIX = re.compile(r"(?:[bfw]?l|[dfb]|les|dl)(?=..)")
# The article and the prepositions that are written with a word: before a consonant only.
_DARIJA_PREFIX = re.compile(r"(?:[wfbdo]?l|[fbd]?[ea]l|[wfbd]|li)(?=[^aeiouy].)|l(?=.{3})")


@dataclass(frozen=True)
class Token:
    """A word or number of the message.

    Attributes:
        start: first character in the message.
        end: character after the last.
        raw: the word as written; an acronym without its points.
        forms: comparable form to the number of characters at the start that do not belong to
            it (prepositions that Arabic script attaches).
        clause: counts commas and sentence ends before the token.
    """

    start: int
    end: int
    raw: str
    forms: Mapping[str, int]
    clause: int

    @property
    def is_arabic(self) -> bool:
        return is_arabic(self.raw)


def is_arabic(word: str) -> bool:
    """Whether a word is written in Arabic letters."""
    return "\u0600" <= word[0] <= "\u06ff"


@lru_cache(maxsize=WORDS_REMEMBERED)
def fold_latin(word: str) -> str:
    """Returns lower case without accents and repeated letters."""
    word = word.lower().replace("œ", "oe").replace("æ", "ae")
    if not word.isascii():
        parts = unicodedata.normalize("NFKD", word)
        word = "".join(part for part in parts if not unicodedata.combining(part))
    return _REPEATED.sub(r"\1", word)


@lru_cache(maxsize=WORDS_REMEMBERED)
def fold_arabic(word: str) -> str:
    """Returns Arabic script without marks, letter variants and repeated letters."""
    plain = unicodedata.normalize("NFKC", word)
    kept = "".join(c for c in plain if unicodedata.category(c) not in {"Mn", "Lm"})
    return _REPEATED.sub(r"\1", kept.translate(_ARABIC_LETTERS))


@lru_cache(maxsize=WORDS_REMEMBERED)
def vowelled(folded: str) -> str:
    """Returns the Darija form of a word that `fold_latin` made, with all its vowels."""
    if len(folded) > 3 and (folded.endswith("ah") or folded.endswith("eh")):
        folded = folded[:-1]
    for written, letter in _ARABIZI:
        folded = folded.replace(written, letter)
    return _REPEATED.sub(r"\1", folded.translate(_ARABIZI_LETTERS))


def darija_form(folded: str) -> str:
    """Returns the form of a Darija word in Latin letters: without a and e unless it is short.

    Of a short word too little would be left: "mama" and "me", "snan" and "son" would be one.
    """
    full = vowelled(folded)
    final = "a" if full.endswith("a") else ""
    bones = full.replace("a", "").replace("e", "") + final
    return f"Z:{bones}" if len(bones) > 3 else f"V:{full}"


def without_plural(folded: str) -> str:
    """Returns a French or English word without its plural letter."""
    if len(folded) > 3 and folded[-1] in "sx":
        return folded[:-1]
    return folded


def without_article(folded: str) -> str:
    """Returns an Arabic word without its article."""
    return folded[2:] if folded.startswith("ال") and len(folded) > 3 else folded


def _latin_forms(word: str) -> dict[str, int]:
    folded = fold_latin(word)
    forms = {f"L:{folded}": 0, f"L:{without_plural(folded)}": 0}
    prefix = _LATIN_PREFIX.match(folded)
    if prefix:
        rest = without_plural(folded[prefix.end() :])
        forms.setdefault(f"L:{rest}", 0)
    for spelling in {folded, folded.replace("x", "kh"), folded.replace("x", "ch")}:
        forms.setdefault(darija_form(spelling), 0)
        forms.setdefault(f"V:{vowelled(spelling)}", 0)
        attached = _DARIJA_PREFIX.match(spelling)
        if attached:
            for end in {1, attached.end()}:
                forms.setdefault(darija_form(spelling[end:]), 0)
                forms.setdefault(f"V:{vowelled(spelling[end:])}", 0)
    return forms


def _arabic_forms(word: str) -> dict[str, int]:
    folded = fold_arabic(word)
    forms: dict[str, int] = {}

    def add(rest: str, dropped: int) -> None:
        forms.setdefault(f"A:{rest}", dropped)
        if rest.startswith("ال") and len(rest) > 3:
            forms.setdefault(f"A:{rest[2:]}", dropped)
            # "الليزر" lost one of its two l when repetitions were folded.
            forms.setdefault(f"A:{rest[1:]}", dropped)

    if not folded:
        return forms
    add(folded, 0)
    starts = {0}
    if folded[0] in "وف" and len(folded) > 3:
        add(folded[1:], 1)
        starts.add(1)
    for start in starts:
        rest = folded[start + 1 :]
        letter = folded[start : start + 1]
        # Of short words ل and و alone are taken off: "دابا" and "ديما" are no "با", "يما".
        if (letter and letter in "ول" and len(rest) > 1) or (letter in _PREFIXES and len(rest) > 3):
            add(rest, start + 1)
    return forms


@lru_cache(maxsize=WORDS_REMEMBERED)
def forms_of(word: str) -> Mapping[str, int]:
    """Returns the forms of one written word."""
    if "\u0600" <= word[0] <= "\u06ff":
        return _arabic_forms(word)
    return _latin_forms(word)


def tokenize(text: str, limit: int = 4096) -> tuple[Token, ...]:
    """Splits a message into tokens; characters after `limit` (WhatsApp's own) are not read."""
    tokens: list[Token] = []
    clause = 0
    for match in _TOKEN.finditer(text[:limit].translate(_EASTERN_DIGITS)):
        if match.lastgroup == "stop":
            clause += 1
            continue
        word = match.group()
        if match.lastgroup == "acronym":
            word = word.replace(".", "")
        tokens.append(Token(match.start(), match.end(), word, forms_of(word), clause))
    return tuple(tokens)


def pattern_form(word: str, language: str) -> str:
    """Returns the form under which a word of a lexicon is stored.

    A Darija word in Latin letters with "=" before it is compared with its vowels ("=rajli", my
    husband, since "rejli" is my leg).
    """
    if word[0] == "=":
        return f"V:{vowelled(fold_latin(word[1:]))}"
    if "\u0600" <= word[0] <= "\u06ff":
        return f"A:{without_article(fold_arabic(word))}"
    if language == "ary-Latn":
        return darija_form(fold_latin(word))
    return f"L:{without_plural(fold_latin(word))}"

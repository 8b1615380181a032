"""Taking personal data out of a message before it may become a training example.

What is taken out is replaced by something of the same kind that belongs to nobody, so that the
message still reads like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_LATIN_NAME, _ARABIC_NAME = "Salma", "سلمى"
_NUMBER, _ID, _DATE, _MAIL = "0600000000", "AB123456", "01/01/1990", "nom@exemple.ma"

_ARABIC_LETTER = re.compile("[\u0600-\u06ff]")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_BORN = re.compile(r"(?<!\d)\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?(?:19|20)?\d{2}(?!\d)")
_NATIONAL_ID = re.compile(r"(?<!\w)[A-Za-z]{1,2}\s?\d{4,8}(?!\w)")
_PHONE = re.compile(r"(?<![\w])\+?\d(?:[\s.\-]?\d){6,}(?!\w)")
_LONG_NUMBER = re.compile(r"(?<!\w)\d{5,}(?!\w)")
_INTRODUCTION = re.compile(
    r"(?P<before>\b(?:je m'appelle|je m’appelle|je suis m(?:me|lle|r)?\.?|mon nom est|"
    r"mon nom c'est|c'est au nom de|au nom de|my name is|i am called|smiti|smiyti|smyti|"
    r"ismi|b smiyt|b smit)\s+|(?:سميتي|اسمي|إسمي|باسم|بسمية)\s+)"
    r"(?P<name>[^\W\d_][\w'’\-]*(?:\s+[^\W\d_][\w'’\-]*){0,2})",
    re.IGNORECASE,
)
_SHORTEST_NAME = 3
_NOT_NAMES = frozenset(["dans", "pour", "avec", "mon", "ben", "bent", "bin", "ould"])


def mask(text: str, names: Iterable[str] = ()) -> str:
    """Returns a message without names, numbers and dates of birth.

    Args:
        names: of the contact and their patients; every word of them is taken out.
    """
    text = _LINK.sub("", text)
    text = _EMAIL.sub(_MAIL, text)
    text = _BORN.sub(_DATE, text)
    text = _PHONE.sub(_NUMBER, text)
    text = _NATIONAL_ID.sub(_ID, text)
    text = _LONG_NUMBER.sub(lambda m: m[0] if m[0] == _NUMBER else "12345", text)
    text = _INTRODUCTION.sub(lambda m: m["before"] + _stand_in(m["name"]), text)
    for word in _words_of(names):
        text = re.sub(
            rf"(?<!\w){re.escape(word)}(?!\w)", _stand_in(word), text, flags=re.IGNORECASE
        )
    # Two words of one name became the same stand-in twice.
    text = re.sub(rf"\b({_LATIN_NAME}|{_ARABIC_NAME})(?:\s+\1)+\b", r"\1", text)
    return " ".join(text.split())


def _words_of(names: Iterable[str]) -> list[str]:
    words = {
        word
        for name in names
        for word in re.findall(r"[^\W\d_]+", name)
        if len(word) >= _SHORTEST_NAME and word.lower() not in _NOT_NAMES
    }
    return sorted(words, key=len, reverse=True)


def _stand_in(name: str) -> str:
    return _ARABIC_NAME if _ARABIC_LETTER.search(name) else _LATIN_NAME

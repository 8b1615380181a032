"""Ratings in words: "5/5", "4 étoiles", "⭐⭐⭐", "8 sur 10"."""

from __future__ import annotations

import re

from clinic.feedback.model import HIGHEST, LOWEST

_OUT_OF = re.compile(
    r"(?<!\d)(\d{1,2})\s*(?:/|sur|out of|3la|على|من)\s*(5|10)(?!\d)", re.IGNORECASE
)
_STARS = re.compile(
    r"(?<!\d)([1-5])\s*(?:étoiles?|etoiles?|stars?|njoum|njma|نجوم|نجمات|نجمة)", re.IGNORECASE
)
_NOTE = re.compile(r"(?:note|rating|نقطة|no9ta)\D{0,8}([1-5])(?!\d)", re.IGNORECASE)
_STAR_SIGNS = "⭐🌟★"


def read_rating(text: str) -> int | None:
    """Returns the rating 1 to 5 that a text plainly says, None without one."""
    plain = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text).strip()
    if found := _OUT_OF.search(plain):
        value, scale = int(found[1]), int(found[2])
        # 7 out of 10 is nearer to 4 of 5 than to 3.
        value = value if scale == HIGHEST else -(-value // 2)
        return value if LOWEST <= value <= HIGHEST else None
    if found := _STARS.search(plain) or _NOTE.search(plain):
        return int(found[1])
    stars = sum(plain.count(sign) for sign in _STAR_SIGNS)
    if LOWEST <= stars <= HIGHEST:
        return stars
    return int(plain) if re.fullmatch(r"[1-5]", plain) else None

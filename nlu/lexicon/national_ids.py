"""Numbers of the Moroccan identity card (CIN)."""

from __future__ import annotations

import re

# Law 04-20 leaves the form: one or two letters of the place of issue, then the number.
_NATIONAL_ID = re.compile(r"(?<![^\W_])([A-Za-z]{1,2})([ -]?)(\d{5,7})(?![^\W_])")
_CUE = re.compile(
    r"\b(?:l?cin|cni|carte|national|identit|id card|bita9a|lakart|nemra|numero)"
    r"|البطاقة|لاكارط|بطاقة|الوطنية",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\s*(?:dhs?|mad|dirhams?|euros?|درهم|km)\b", re.IGNORECASE)
# "BH204517 et non BH204571": the number after it is the wrong one.
_NOT = re.compile(r"\b(?:non|pas|not|machi)\s+$|(?:ماشي|وليس|ليس)\s+$", re.IGNORECASE)


def find_national_ids(text: str) -> list[tuple[str, int, int]]:
    """Returns the card numbers as (upper case without spaces, start, end).

    A number apart from its letters counts when they are capitals or a card is spoken of, since
    "de 20000" is an amount.
    """
    found: list[tuple[str, int, int]] = []
    for match in _NATIONAL_ID.finditer(text):
        letters, gap, digits = match.groups()
        if _AMOUNT.match(text, match.end()) or (found and _NOT.search(text[: match.start()])):
            continue
        if gap and not letters.isupper() and not _CUE.search(text):
            continue
        found.append((letters.upper() + digits, match.start(), match.end()))
    return found

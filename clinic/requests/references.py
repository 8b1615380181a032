"""References that can be read aloud and typed on a phone: `R-7K2M`."""

from __future__ import annotations

import re
import secrets

_SIGNS = "2346789ACDEFHJKMNPRTUVWXY"
"""Without signs that look or sound alike: 0 O, 1 I L, 5 S, B, G Q, Z."""

_LENGTH = 4
_REFERENCE = re.compile(rf"(?<!\w)([A-Z])[\s\-–]?([{_SIGNS}]{{{_LENGTH}}})(?!\w)")


def new_reference(prefix: str) -> str:
    """Returns a new random reference, with a letter for its kind in front."""
    while True:
        code = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
        # A digit in each keeps words of four letters from being taken for one.
        if any(sign.isdigit() for sign in code) and any(sign.isalpha() for sign in code):
            return f"{prefix}-{code}"


def find_references(text: str) -> list[str]:
    """Returns the references in a text in their usual form, in small letters or without dash."""
    digits = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)
    return [
        f"{prefix}-{code}"
        for prefix, code in _REFERENCE.findall(digits.upper())
        if any(sign.isdigit() for sign in code)
    ]

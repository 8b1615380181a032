"""Dates of birth as people write them: 12/05/2015, 12-5-15, 12 mai 2015, ٢٠١٥/٥/١٢."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from clinic.facts.dates import month_names

_OLDEST = 120
"""Years: nobody is older."""


def read_date(text: str) -> date | None:
    """Reads a date, day first or ISO 8601; None when it is none."""
    numbers = [int(part) for part in re.findall(r"\d+", _with_month_numbers(text))]
    if len(numbers) != 3:
        return None
    year, month, day = numbers if numbers[0] > 31 else reversed(numbers)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_birth_date(text: str, today: date) -> date | None:
    """Reads a date on which somebody alive can be born; None when it is none.

    A year of two digits is the last one that has passed: "12/05/15" is 2015.
    """
    found = read_date(text)
    if found is None:
        return None
    if found.year < 100:
        century = today.year // 100 * 100
        year = century + found.year
        found = found.replace(year=year if year <= today.year else year - 100)
    return found if found <= today and today.year - found.year <= _OLDEST else None


def _with_month_numbers(text: str) -> str:
    """Returns a text with its first month's name as a number between signs."""
    plain = _fold(text)
    for name, number in _months():
        replaced, count = re.subn(rf"(?<!\w){re.escape(name)}(?!\w)", f"/{number}/", plain, count=1)
        if count:
            return replaced
    return text


def _months() -> Iterator[tuple[str, int]]:
    for names in month_names():
        yield from ((_fold(name), number) for number, name in enumerate(names, start=1))


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))

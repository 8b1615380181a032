"""Looking for patients by name or number: the one search of inbox and agenda."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from clinic.adapters.database import Transaction
from clinic.adapters.people import People
from clinic.patients.names import WantedName

_LEAST_LETTERS = 2
_LEAST_DIGITS = 4
_MOROCCO = re.compile(r"212(\d{9})")


@dataclass(frozen=True)
class Match:
    """Who was found: a patient, or a contact with everybody they write for (`patient_id` None)."""

    contact_id: str
    patient_id: str | None


_Ranked = tuple[tuple[int, bool, str], Match]
"""How unlike, whether nobody is registered, and the order of what is alike."""


def find_people(tx: Transaction, text: str) -> list[Match]:
    """Returns whom a name or a number can mean, the best first; of equal ones who is registered.

    A number is found by any four digits of it, as it is dialled or written internationally; a
    name by its beginning, by a part of it, by its sound in either script, or with one slip.
    Too short a text finds nobody.
    """
    digits = "".join(str(int(sign)) for sign in text.replace("(0)", "") if sign.isdecimal())
    has_letters = any(sign.isalpha() for sign in text)
    is_number = len(digits) >= _LEAST_DIGITS and not has_letters
    found = _by_number(tx, digits) if is_number else _by_name(tx, text)
    return [match for _, match in sorted(found, key=lambda ranked: ranked[0])]


def _by_number(tx: Transaction, digits: str) -> Iterator[_Ranked]:
    if len(digits) > 10:
        digits = digits.removeprefix("00")
    for contact_id, number in People(tx).numbers():
        dialled = _MOROCCO.sub(r"0\1", number)
        if digits in number or digits in dialled:
            is_part = digits not in (number, dialled)
            yield (is_part, False, number), Match(contact_id, None)


def _by_name(tx: Transaction, text: str) -> Iterator[_Ranked]:
    wanted = WantedName(text)
    if wanted.letters < _LEAST_LETTERS:
        return
    for contact_id, patient_id, name in People(tx).names():
        distance = wanted.distance(name)
        if distance is not None:
            yield (distance, patient_id is None, name.text), Match(contact_id, patient_id)

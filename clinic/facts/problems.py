"""Faults of a clinic file: what is wrong and where, with English words for logs and commands.

The console says the same in its own languages (`console/texts/fault.yml`), by the fault's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from yaml.nodes import Node

_WORDS = {
    "unreadable": "{reason}",
    "empty_file": "the file is empty",
    "empty": "is empty",
    "missing": "is missing",
    "missing_languages": "missing languages: {languages}",
    "single_value": "expected a single value",
    "mapping": "expected names with values",
    "list": "expected a list (lines with -)",
    "written_twice": "is written twice",
    "unknown_key": "unknown key; known: {known}",
    "unknown_code": "'{given}' is not a known {kind}; known: {known}",
    "identifier": "'{given}' is not an id (small letters, digits and hyphens, at most 24)",
    "phone": "'{given}' is not a phone number with + and the country code",
    "emergency_number": "'{given}' is not a phone number",
    "email": "'{given}' is not an e-mail address",
    "web_address": "'{given}' is not a web address without a final /",
    "whole_number": "'{given}' is not a whole number from {minimum} to {maximum}",
    "number": "'{given}' is not a number from {minimum} to {maximum}",
    "minutes_grid": "{given} is not a multiple of {grid} minutes",
    "time_grid": "'{given}' is not on a multiple of {grid} minutes",
    "boolean": "'{given}' is neither true nor false",
    "date": "'{given}' is not a date like 2027-01-31",
    "time": "'{given}' is not a time like 09:30",
    "time_range": "'{given}' is not a range of times like 08:30-19:00",
    "ends_before_start": "the end {end} is not after the start {start}",
    "days_reversed": "the last day is before the first",
    "ranges_overlap": "overlaps another range of the same day",
    "time_zone": "'{given}' is not a known time zone, like Africa/Casablanca",
    "no_entry": "needs at least one entry",
    "id_used": "'{given}' is already used above",
    "date_used": "{given} is already above",
    "break_outside": "{given} is outside the working hours {hours}",
    "outside_opening": "{day} {hours} at {site} is outside the opening hours ({opening})",
    "shifts_overlap": "{day} {hours} at {site} overlaps {other} at {other_site}",
}
NAMES = frozenset(_WORDS)
CLOSED = "closed"
"""Instead of opening hours, on a day without any."""


@dataclass(frozen=True)
class Problem:
    """One fault.

    Attributes:
        path: `services[2].price_mad`; "" for one of the whole file.
        name: what kind of fault, one of `NAMES`.
        values: what its words name.
        line: of the file, from 1; None for one of the whole file.
    """

    path: str
    name: str
    values: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None

    @property
    def message(self) -> str:
        return _WORDS[self.name].format_map(self.values)

    def __str__(self) -> str:
        return f"{self.path}: {self.message} (line {self.line})" if self.path else self.message


class Problems:
    """The faults found so far."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, path: str, node: Node, name: str, **values: object) -> None:
        words = {key: str(value) for key, value in values.items()}
        self.found.append(Problem(path, name, words, node.start_mark.line + 1))

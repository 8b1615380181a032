"""Versions of the clinic file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clinic.facts.problems import Problem

BASE = 0
"""The number of the file on disk (`CLINIC_FILE`), which is in force until a version is saved."""


@dataclass(frozen=True)
class ClinicVersion:
    """A version that somebody saved.

    Attributes:
        number: from 1; the highest is in force.
        note: what it is about: the part that was edited, or what was restored.
    """

    number: int
    text: str
    made_by: str
    made_at: datetime
    note: str


@dataclass(frozen=True)
class Draft:
    """A text that was checked: it can be saved when it has no faults."""

    text: str
    based_on: int
    faults: tuple[Problem, ...]

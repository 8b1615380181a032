"""What can go wrong with the clinic's facts.

FactsError
├── ClinicFileError   the clinic file cannot be used; lists every problem
└── UnknownIdError    no site, practitioner or service of that id
"""

from __future__ import annotations

from collections.abc import Sequence

from clinic.facts.problems import Problem


class FactsError(Exception):
    """Root of the errors of this package."""


class ClinicFileError(FactsError):
    """The clinic file cannot be used; `problems` names each fault with its place."""

    def __init__(self, path: str, problems: Sequence[Problem]) -> None:
        self.path = path
        self.problems = tuple(problems)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__("\n".join([f"{path}: {count}", *(f"- {p}" for p in self.problems)]))


class UnknownIdError(FactsError):
    """The clinic has no such site, practitioner or service."""

    def __init__(self, kind: str, identifier: str) -> None:
        self.kind = kind
        self.identifier = identifier
        super().__init__(f"The clinic has no {kind} {identifier!r}.")

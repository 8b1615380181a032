"""The kinds of checks that a table of rules is made of.

A path such as `interactive.action.buttons[].reply.title` names a place in the body of a send;
`[]` stands for every element of a list. A check yields what is wrong with the places that its path
finds; a place that is not there concerns only `Required`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

Json = dict[str, Any]

REQUIRED_CODE = 131008
VALUE_CODE = 131009
PARAMETER_CODE = 100


@dataclass(frozen=True)
class Problem:
    """What is wrong, with Meta's code; `details` names the field."""

    code: int
    details: str


class Check(Protocol):
    """One line of the table."""

    def problems(self, body: Json) -> Iterator[Problem]:
        """Yields what is wrong with the body."""
        ...


def places(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yields (path with indexes, value) of every place that is there."""
    yield from _walk(value, path.split("."), "")


def _walk(value: Any, steps: list[str], walked: str) -> Iterator[tuple[str, Any]]:
    if not steps:
        yield walked, value
        return
    step, rest = steps[0], steps[1:]
    name = step.removesuffix("[]")
    if not isinstance(value, dict) or name not in value:
        return
    here = f"{walked}.{name}" if walked else name
    if not step.endswith("[]"):
        yield from _walk(value[name], rest, here)
    elif isinstance(value[name], list):
        for index, element in enumerate(value[name]):
            yield from _walk(element, rest, f"{here}[{index}]")


@dataclass(frozen=True)
class Required:
    """The last name of the path must be there wherever the rest of the path is."""

    path: str

    def problems(self, body: Json) -> Iterator[Problem]:
        parent, _, name = self.path.rpartition(".")
        for where, value in places(body, parent) if parent else [("", body)]:
            if not isinstance(value, dict) or name.removesuffix("[]") not in value:
                yield Problem(
                    REQUIRED_CODE, f"Parameter '{where + '.' if where else ''}{name}' is mandatory"
                )


@dataclass(frozen=True)
class Text:
    """A text of `least` to `most` characters; only spaces count as no text."""

    path: str
    most: int
    least: int = 1

    def problems(self, body: Json) -> Iterator[Problem]:
        for where, value in places(body, self.path):
            if not isinstance(value, str):
                yield Problem(PARAMETER_CODE, f"Param {where} must be a string")
            elif self.least and not value.strip():
                yield Problem(VALUE_CODE, f"Param {where} cannot be empty")
            elif not self.least <= len(value) <= self.most:
                yield Problem(
                    VALUE_CODE,
                    f"Param {where} must be between {self.least} and {self.most} characters,"
                    f" it has {len(value)}",
                )


@dataclass(frozen=True)
class Trimmed:
    """A text without spaces at its ends."""

    path: str

    def problems(self, body: Json) -> Iterator[Problem]:
        for where, value in places(body, self.path):
            if isinstance(value, str) and value != value.strip():
                yield Problem(VALUE_CODE, f"Param {where} cannot start or end with a space")


@dataclass(frozen=True)
class Pattern:
    """A text that matches as a whole; `meaning` says what it should be."""

    path: str
    pattern: str
    meaning: str
    code: int = VALUE_CODE
    or_integer: bool = False

    def problems(self, body: Json) -> Iterator[Problem]:
        for where, value in places(body, self.path):
            if self.or_integer and type(value) is int:
                value = str(value)
            if not isinstance(value, str) or not re.fullmatch(self.pattern, value, re.DOTALL):
                yield Problem(self.code, f"Param {where} must be {self.meaning}")


@dataclass(frozen=True)
class OneOf:
    """A value out of a fixed set."""

    path: str
    values: tuple[Any, ...]
    code: int = PARAMETER_CODE

    def problems(self, body: Json) -> Iterator[Problem]:
        for where, value in places(body, self.path):
            if value not in self.values:
                allowed = ", ".join(str(known) for known in self.values)
                yield Problem(self.code, f"Param {where} must be one of: {allowed}")


@dataclass(frozen=True)
class Count:
    """A list of `least` to `most` elements."""

    path: str
    least: int
    most: int

    def problems(self, body: Json) -> Iterator[Problem]:
        for where, value in places(body, self.path):
            if not isinstance(value, list):
                yield Problem(PARAMETER_CODE, f"Param {where} must be an array")
            elif not self.least <= len(value) <= self.most:
                yield Problem(
                    VALUE_CODE,
                    f"Param {where} must have {self.least} to {self.most} elements,"
                    f" it has {len(value)}",
                )


@dataclass(frozen=True)
class Total:
    """All places of a path together are at most so many."""

    path: str
    most: int

    def problems(self, body: Json) -> Iterator[Problem]:
        found = sum(1 for _ in places(body, self.path))
        if found > self.most:
            yield Problem(
                VALUE_CODE, f"Param {self.path}: total count exceeds {self.most}, it is {found}"
            )


@dataclass(frozen=True)
class Unique:
    """No value comes twice."""

    path: str

    def problems(self, body: Json) -> Iterator[Problem]:
        seen: set[str] = set()
        for where, value in places(body, self.path):
            if str(value) in seen:
                yield Problem(VALUE_CODE, f"Param {where} is a duplicate: {value}")
            seen.add(str(value))


@dataclass(frozen=True)
class Keys:
    """An object with no other names than these."""

    path: str
    allowed: tuple[str, ...]

    def problems(self, body: Json) -> Iterator[Problem]:
        for where, value in places(body, self.path) if self.path else [("", body)]:
            if not isinstance(value, dict):
                yield Problem(PARAMETER_CODE, f"Param {where} must be an object")
                continue
            for name in value:
                if name not in self.allowed:
                    place = f"{where}.{name}" if where else name
                    yield Problem(PARAMETER_CODE, f"Unexpected key '{place}'")


@dataclass(frozen=True)
class ExactlyOne:
    """An object that has one, and only one, of these names."""

    path: str
    names: tuple[str, ...]

    def problems(self, body: Json) -> Iterator[Problem]:
        for where, value in places(body, self.path):
            if isinstance(value, dict) and sum(name in value for name in self.names) != 1:
                yield Problem(
                    PARAMETER_CODE, f"Param {where} must have one of: {', '.join(self.names)}"
                )


@dataclass(frozen=True)
class Number:
    """A number, or a text that is one, between two bounds."""

    path: str
    least: float
    most: float

    def problems(self, body: Json) -> Iterator[Problem]:
        for where, value in places(body, self.path):
            try:
                number = float(value)
            except (TypeError, ValueError):
                number = float("nan")
            if isinstance(value, bool) or not self.least <= number <= self.most:
                yield Problem(
                    VALUE_CODE, f"Param {where} must be a number from {self.least} to {self.most}"
                )


@dataclass(frozen=True)
class Holds:
    """A condition on the whole body that the other checks cannot express."""

    condition: Callable[[Json], bool]
    details: str
    code: int = VALUE_CODE

    def problems(self, body: Json) -> Iterator[Problem]:
        if not self.condition(body):
            yield Problem(self.code, self.details)

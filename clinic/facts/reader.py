"""Reads a YAML file value by value and collects every problem with its place.

Scalars stay text until a getter says what they are, so that `14:30`, `no`, `0522...` and
`2027-02-08` mean what the secretary wrote and not what YAML guesses. A getter that finds
a fault notes it and returns a harmless stand-in, so that reading goes on to the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from enum import Enum
from typing import TypeVar

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from clinic.facts.codes import Language
from clinic.facts.local_text import LocalText
from clinic.facts.model import TimeRange
from clinic.facts.problems import Problem, Problems

MIDNIGHT = time(0, 0)
MINUTES_GRID = 5

_ID = re.compile(r"[a-z][a-z0-9-]{0,23}")
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_RANGE = re.compile(r"\s*([0-9:]+)\s*[-–]\s*([0-9:]+)\s*")

_NOTHING = ("", "none", "aucun", "aucune")

_E = TypeVar("_E", bound=Enum)


class _Absent(Node):
    """Stands for a missing value, whose absence has been noted already."""

    def __init__(self, parent: Node) -> None:
        super().__init__("absent", None, parent.start_mark, parent.end_mark)


class Value:
    """One scalar of the file."""

    def __init__(self, node: Node, path: str, problems: Problems) -> None:
        self._node = node
        self.path = path
        self._problems = problems

    def problem(self, name: str, **values: object) -> None:
        """Notes a fault at this place; see `clinic.facts.problems`."""
        if isinstance(self._node, _Absent):
            return
        self._problems.add(self.path, self._node, name, **values)

    def text(self) -> str:
        if not isinstance(self._node, ScalarNode):
            self.problem("single_value")
            return ""
        text = str(self._node.value).strip()
        if not text:
            self.problem("empty")
        return text

    def matching(self, pattern: re.Pattern[str], otherwise: str) -> str:
        """Returns a text of a form; `otherwise` names the fault of one that has another."""
        text = self.text()
        if text and not pattern.fullmatch(text):
            self.problem(otherwise, given=text)
        return text

    def identifier(self) -> str:
        return self.matching(_ID, "identifier")

    def phone(self) -> str:
        return self.matching(_PHONE, "phone")

    def email(self) -> str:
        return self.matching(_EMAIL, "email")

    def integer(self, minimum: int, maximum: int) -> int:
        text = self.text()
        if text and (not re.fullmatch(r"[0-9]+", text) or not minimum <= int(text) <= maximum):
            self.problem("whole_number", given=text, minimum=minimum, maximum=maximum)
            return minimum
        return int(text) if text else minimum

    def minutes(self, minimum: int, maximum: int) -> int:
        """A number of minutes on the grid that the agenda of the database works with."""
        minutes = self.integer(minimum, maximum)
        if minutes % MINUTES_GRID:
            self.problem("minutes_grid", given=minutes, grid=MINUTES_GRID)
        return minutes

    def decimal(self, minimum: float, maximum: float) -> float:
        text = self.text()
        try:
            value = float(text or minimum)
        except ValueError:
            value = maximum + 1
        if not minimum <= value <= maximum:
            self.problem("number", given=text, minimum=f"{minimum:g}", maximum=f"{maximum:g}")
            return minimum
        return value

    def boolean(self) -> bool:
        text = self.text()
        if text and text not in ("true", "false"):
            self.problem("boolean", given=text)
        return text == "true"

    def day(self) -> date:
        text = self.text()
        try:
            return date.fromisoformat(text) if text else date.min
        except ValueError:
            self.problem("date", given=text)
            return date.min

    def time_of_day(self) -> time:
        text = self.text()
        return self._time(text) if text else MIDNIGHT

    def time_range(self) -> TimeRange | None:
        text = self.text()
        match = _RANGE.fullmatch(text)
        if not match:
            if text:
                self.problem("time_range", given=text)
            return None
        return self.ordered(self._time(match[1]), self._time(match[2]))

    def ordered(self, start: time, end: time) -> TimeRange:
        """Returns the range; one that does not end after its start is a fault."""
        if end <= start:
            self.problem("ends_before_start", start=f"{start:%H:%M}", end=f"{end:%H:%M}")
        return TimeRange(start, end)

    def code(self, kind: type[_E], name: str) -> _E | None:
        text = self.text()
        known = {str(member.value): member for member in kind}
        if text and text not in known:
            self.problem("unknown_code", given=text, kind=name, known=", ".join(known))
        return known.get(text)

    def _time(self, text: str) -> time:
        match = _TIME.fullmatch(text)
        if not match:
            self.problem("time", given=text)
            return MIDNIGHT
        if int(match[2]) % MINUTES_GRID:
            self.problem("time_grid", given=text, grid=MINUTES_GRID)
        return time(int(match[1]), int(match[2]))


class Section(Value):
    """A mapping of the file; remembers which keys were asked, to find unknown ones."""

    def __init__(self, node: Node, path: str, problems: Problems) -> None:
        super().__init__(node, path, problems)
        self._entries: dict[str, Node] = {}
        self._asked: set[str] = set()
        if not isinstance(node, MappingNode):
            self.problem("mapping")
            return
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in self._entries:
                problems.add(self._join(key), key_node, "written_twice")
            self._entries[key] = value_node

    def has(self, key: str) -> bool:
        """Tells whether the key is there with a value; `aucun` and nothing are no value."""
        self._asked.add(key)
        node = self._entries.get(key)
        if isinstance(node, ScalarNode):
            return node.value.strip() not in _NOTHING
        return node is not None

    def value(self, key: str) -> Value:
        return Value(self._required(key), self._join(key), self._problems)

    def section(self, key: str) -> Section:
        return Section(self._required(key), self._join(key), self._problems)

    def sections(self, key: str, *, optional: bool = False) -> Iterator[Section]:
        """The mappings of a list."""
        for node, path in self._list(key, optional):
            yield Section(node, path, self._problems)

    def values(self, key: str, *, optional: bool = False) -> Iterator[Value]:
        """The scalars of a list."""
        for node, path in self._list(key, optional):
            yield Value(node, path, self._problems)

    def ranges(self, key: str) -> tuple[TimeRange, ...]:
        """A list of ranges of times that do not overlap, in order; none when absent."""
        ranges: list[TimeRange] = []
        for value in self.values(key, optional=True):
            read = value.time_range()
            if read is None:
                continue
            if any(read.overlaps(other) for other in ranges):
                value.problem("ranges_overlap")
            ranges.append(read)
        return tuple(sorted(ranges, key=lambda read: read.start))

    def local_text(self, key: str) -> LocalText:
        """A text in the four languages; a missing one is a fault."""
        texts = self.section(key)
        read: dict[str, str] = {}
        missing: list[str] = []
        for language in Language:
            if texts.has(language.value):
                read[language.value] = texts.value(language.value).text()
            else:
                missing.append(language.value)
        if missing and isinstance(texts._node, MappingNode):
            texts.problem("missing_languages", languages=", ".join(missing))
        texts.done()
        return LocalText(
            fr=read.get("fr", ""),
            ary=read.get("ary", ""),
            ary_latn=read.get("ary-Latn", ""),
            en=read.get("en", ""),
        )

    def optional_local_text(self, key: str) -> LocalText | None:
        return self.local_text(key) if self.has(key) else None

    def problem_at(self, path: str, name: str, **values: object) -> None:
        """Notes a fault at a path below this section, like `practitioners[2].schedule`."""
        node: Node = self._node
        for step in re.findall(r"[^.\[\]]+", path):
            node = _child(node, step)
        self._problems.add(self._join(path), node, name, **values)

    def done(self) -> None:
        """Notes every key that nobody asked for."""
        for key, node in self._entries.items():
            if key not in self._asked:
                known = ", ".join(sorted(self._asked))
                self._problems.add(self._join(key), node, "unknown_key", known=known)

    def _required(self, key: str) -> Node:
        self._asked.add(key)
        node = self._entries.get(key)
        if node is None:
            if isinstance(self._node, MappingNode):
                self._problems.add(self._join(key), self._node, "missing")
            return _Absent(self._node)
        return node

    def _list(self, key: str, optional: bool) -> Iterator[tuple[Node, str]]:
        if optional and not self.has(key):
            return
        node = self._required(key)
        if not isinstance(node, SequenceNode):
            if not isinstance(node, _Absent):
                self._problems.add(self._join(key), node, "list")
            return
        for index, item in enumerate(node.value):
            yield item, f"{self._join(key)}[{index}]"

    def _join(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def _child(node: Node, step: str) -> Node:
    if isinstance(node, SequenceNode) and step.isdigit() and int(step) < len(node.value):
        return node.value[int(step)]
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == step), node)
    return node


def read_root(text: str, problems: Problems) -> Section | None:
    """Returns the file's top mapping, or `None` (and a problem) when it is no YAML."""
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        reason = f"not readable as YAML: {' '.join(str(error).split())}"
        problems.found.append(Problem("", "unreadable", {"reason": reason}))
        return None
    if node is None:
        problems.found.append(Problem("", "empty_file"))
        return None
    return Section(node, "", problems)

"""Changing values of the clinic file while everything else stays as it was written.

A value is named by its path, as in the loader's errors: `services[2].price_mad`. Notes, blank
lines and the order of keys are kept, so that the difference of two versions shows what changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Content = str | Sequence["Content"] | Mapping[str, "Content"]
"""What a value can be: a word, a list, or names with values."""

_STEP = re.compile(r"[^.\[\]]+")
_PLAIN = re.compile(r"[\w][\w '’.,()/+%°-]*")
_MEANS_MORE = frozenset(["true", "false", "yes", "no", "on", "off", "null", "none", "~"])


class ClinicText:
    """The text of a clinic file, with its values by path."""

    def __init__(self, text: str) -> None:
        """Takes the text of a file that the loader has read before."""
        self.text = text
        self._root = yaml.compose(text, Loader=yaml.SafeLoader)

    def get(self, path: str) -> str:
        """Returns a single value; "" when there is none."""
        node = self._find(path)
        return str(node.value) if isinstance(node, ScalarNode) else ""

    def items(self, path: str) -> list[str]:
        """Returns the single values of a list; none when there is no list."""
        node = self._find(path)
        if not isinstance(node, SequenceNode):
            return []
        return [str(item.value) for item in node.value if isinstance(item, ScalarNode)]

    def count(self, path: str) -> int:
        """Returns how many entries a list has."""
        node = self._find(path)
        return len(node.value) if isinstance(node, SequenceNode) else 0

    def has(self, path: str) -> bool:
        return self._find(path) is not None

    def keys(self, path: str) -> list[str]:
        """Returns the names of a mapping, in the order of the file."""
        node = self._find(path)
        return [key.value for key, _ in node.value] if isinstance(node, MappingNode) else []

    def replace(self, path: str, content: Content) -> ClinicText:
        """Returns the text with another value at a path; a key that is missing is added.

        Raises:
            KeyError: what should hold the key is missing.
        """
        node = self._find(path)
        if node is None:
            return self._add(path, content)
        column = node.start_mark.column
        start, end = node.start_mark.index, _end(node)
        return ClinicText(self.text[:start] + _written(content, column) + self.text[end:])

    def remove(self, path: str) -> ClinicText:
        """Returns the text without a key; as it is when the key is missing."""
        holder, name = self._holder(path)
        for key, value in holder.value if isinstance(holder, MappingNode) else ():
            if key.value == name:
                start = self.text.rfind("\n", 0, key.start_mark.index) + 1
                end = self.text.find("\n", _end(value))
                return ClinicText(self.text[:start] + self.text[end + 1 :])
        return self

    def _add(self, path: str, content: Content) -> ClinicText:
        holder, name = self._holder(path)
        if not isinstance(holder, MappingNode) or not holder.value or holder.flow_style:
            raise KeyError(path)
        first_key, (_, last_value) = holder.value[0][0], holder.value[-1]
        column = first_key.start_mark.column
        line_end = self.text.find("\n", _end(last_value))
        at = len(self.text) if line_end < 0 else line_end
        below = isinstance(content, Sequence) and not isinstance(content, str) and content
        written = _written(content, column + 2 if below else column)
        gap = "\n" + " " * (column + 2) if below else " "
        line = f"\n{' ' * column}{name}:{gap}{written}"
        return ClinicText(self.text[:at] + line + self.text[at:])

    def _holder(self, path: str) -> tuple[Node | None, str]:
        above, _, name = path.rpartition(".")
        return (self._find(above) if above else self._root), name

    def _find(self, path: str) -> Node | None:
        node: Node | None = self._root
        for step in _STEP.findall(path):
            node = _child(node, step)
        return node


def _child(node: Node | None, step: str) -> Node | None:
    if isinstance(node, SequenceNode) and step.isdigit() and int(step) < len(node.value):
        child: Node = node.value[int(step)]
        return child
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None


def _end(node: Node) -> int:
    """Returns where a value ends: the marks of block values reach to the next token."""
    if isinstance(node, SequenceNode) and not node.flow_style and node.value:
        return _end(node.value[-1])
    if isinstance(node, MappingNode) and not node.flow_style and node.value:
        return _end(node.value[-1][1])
    end: int = node.end_mark.index
    return end


def _written(content: Content, column: int) -> str:
    """Returns a value as YAML, for a place at a column; lists of mappings one per line."""
    if isinstance(content, str):
        return _scalar(content)
    if isinstance(content, Mapping):
        return _flow(content)
    if content and all(isinstance(item, Mapping) for item in content):
        return ("\n" + " " * column).join(f"- {_flow(item)}" for item in content)
    return _flow(content)


def _flow(content: Content) -> str:
    if isinstance(content, str):
        return _scalar(content, in_flow=True)
    if isinstance(content, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(value)}" for key, value in content.items()) + "}"
    return "[" + ", ".join(_flow(item) for item in content) + "]"


def _scalar(text: str, *, in_flow: bool = False) -> str:
    """Returns a word as YAML reads it back: plain where it is plain, else in double quotes."""
    is_plain = (
        _PLAIN.fullmatch(text) is not None
        and text == text.strip()
        and text.lower() not in _MEANS_MORE
        and not (in_flow and set(",[]{}") & set(text))
    )
    if is_plain:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\r\n", "\n").replace("\n", "\\n") + '"'

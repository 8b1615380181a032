"""Flowcharts in Mermaid's language, which code hosts draw."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Flowchart:
    """The lines of a Mermaid flowchart; every node and edge is drawn once."""

    lines: list[str] = field(default_factory=list)
    _drawn: set[str] = field(default_factory=set)

    def node(self, name: str, shape: tuple[str, str], label: str) -> str:
        """Draws a node, or finds it drawn.

        Args:
            shape: the signs around the label.
        """
        if name not in self._drawn:
            self._drawn.add(name)
            escaped = label.replace('"', "#quot;")
            self.lines.append(f'  {name}{shape[0]}"{escaped}"{shape[1]}')
        return name

    def edge(self, first: str, second: str) -> None:
        line = f"  {first} --> {second}"
        if line not in self.lines:
            self.lines.append(line)

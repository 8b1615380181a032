"""Charts drawn by the server: positions in a fixed frame, mirrored for Arabic.

A chart is an SVG with its numbers in a table below it; nothing is drawn by a script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

COLUMNS_WIDTH, COLUMNS_HEIGHT = 720, 220
_AXIS_WIDTH, _LABEL_HEIGHT, _TOP = 34, 22, 10
BARS_WIDTH, _BAR_HEIGHT, _ROW_HEIGHT = 420, 14, 44
_BAR_NUMBER, _BAR_BELOW_NAME = 44, 20
_MOST_LABELS = 12
_STEPS = tuple(figure * 10**power for power in range(6) for figure in (1, 2, 5))


@dataclass(frozen=True)
class Rect:
    """A piece of a bar; `kind` chooses its colour (`.chart-<kind>`)."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str


@dataclass(frozen=True)
class Label:
    """A text; `anchor` is SVG's: start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str


@dataclass(frozen=True)
class Chart:
    """An SVG of a size with its pieces.

    Attributes:
        lines: heights of the grid.
        lines_from: where its lines begin.
        lines_to: where they end.
    """

    width: int
    height: int
    rects: tuple[Rect, ...]
    labels: tuple[Label, ...]
    lines: tuple[float, ...] = ()
    lines_from: float = 0
    lines_to: float = 0


@dataclass(frozen=True)
class Series:
    """Values of one colour, as long as the chart's names."""

    kind: str
    name: str
    values: Sequence[int]


def columns(names: Sequence[str], series: Sequence[Series], *, mirrored: bool) -> Chart:
    """Returns stacked columns, one per name, the first series at the bottom."""
    totals = [sum(one.values[i] for one in series) for i in range(len(names))]
    ceiling, steps = _ceiling(max(totals, default=0))
    height = COLUMNS_HEIGHT - _LABEL_HEIGHT - _TOP
    step = (COLUMNS_WIDTH - _AXIS_WIDTH) / max(1, len(names))
    width = min(step * 0.7, 44)
    rects: list[Rect] = []
    labels: list[Label] = []
    shown_each = -(-len(names) // _MOST_LABELS)
    for i, name in enumerate(names):
        x, y = _AXIS_WIDTH + step * (i + 0.5) - width / 2, float(_TOP + height)
        for one in series:
            tall = height * one.values[i] / ceiling
            if tall:
                y -= tall
                title = f"{name} · {one.name}: {one.values[i]}"
                rects.append(Rect(x, y, width, tall, one.kind, title))
        if i % shown_each == 0:
            labels.append(Label(x + width / 2, COLUMNS_HEIGHT - 5, name, "middle"))
    lines = [_TOP + height * (1 - value / ceiling) for value in steps]
    labels += [
        Label(_AXIS_WIDTH - 8, line + 4, str(value), "end")
        for line, value in zip(lines, steps, strict=True)
    ]
    return _made(COLUMNS_WIDTH, COLUMNS_HEIGHT, rects, labels, lines, mirrored)


def bars(names: Sequence[str], series: Sequence[Series], *, mirrored: bool) -> Chart:
    """Returns stacked bars below their names, with the total at the end of each."""
    totals = [sum(one.values[i] for one in series) for i in range(len(names))]
    most = max(totals, default=0) or 1
    room = BARS_WIDTH - _BAR_NUMBER
    rects: list[Rect] = []
    labels: list[Label] = []
    for i, name in enumerate(names):
        x, y = 0.0, float(_ROW_HEIGHT * i + _BAR_BELOW_NAME)
        for one in series:
            wide = room * one.values[i] / most
            if wide:
                title = f"{name} · {one.name}: {one.values[i]}"
                rects.append(Rect(x, y, wide, _BAR_HEIGHT, one.kind, title))
                x += wide
        labels.append(Label(0, y - 6, name, "start"))
        labels.append(Label(x + 8, y + _BAR_HEIGHT - 2, str(totals[i]), "start"))
    height = max(1, len(names)) * _ROW_HEIGHT
    return _made(BARS_WIDTH, height, rects, labels, [], mirrored)


def _ceiling(most: int) -> tuple[int, list[int]]:
    """Returns the top of an axis and the values of its lines: whole numbers, three to five."""
    size = next(size for size in _STEPS if most <= size * 4 or size == _STEPS[-1])
    count = max(2, -(-most // size))
    return size * count, [size * n for n in range(count + 1)]


def _made(
    width: int,
    height: int,
    rects: list[Rect],
    labels: list[Label],
    lines: list[float],
    mirrored: bool,
) -> Chart:
    if mirrored:
        rects = [
            Rect(width - r.x - r.width, r.y, r.width, r.height, r.kind, r.title) for r in rects
        ]
        # In a right-to-left text "start" is its right end, so that the anchors stay.
        labels = [Label(width - one.x, one.y, one.text, one.anchor) for one in labels]
    # They begin beside the axis' numbers, which they would strike through.
    begin, end = (0, width - _AXIS_WIDTH) if mirrored else (_AXIS_WIDTH, width)
    return Chart(width, height, tuple(rects), tuple(labels), tuple(lines), begin, end)

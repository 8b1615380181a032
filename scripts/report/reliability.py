"""Draws the reliability plot as SVG: how often the model is right, by how sure it says it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_SIZE = 240
_MARGIN = 34
_FULL = _SIZE + _MARGIN + 10


def reliability_plot(bins: Sequence[dict[str, Any]], title: str) -> str:
    """Returns an SVG of bars (accuracy), points (mean confidence) and the ideal line.

    Args:
        bins: `low`, `high`, `count`, `confidence` and `accuracy` of each.
        title: read out by screen readers.
    """
    total = sum(each["count"] for each in bins) or 1
    parts = [
        f'<svg viewBox="0 0 {_FULL} {_FULL}" role="img" class="plot"><title>{title}</title>',
        *_axes(),
    ]
    for each in bins:
        if not each["count"]:
            continue
        left, right, top = _x(each["low"]), _x(each["high"]), _y(each["accuracy"])
        strength = 0.25 + 0.75 * min(1.0, 2.5 * each["count"] / total)
        parts.append(
            f'<rect class="bar" x="{left + 1:.1f}" y="{top:.1f}" width="{right - left - 2:.1f}"'
            f' height="{_y(0) - top:.1f}" fill-opacity="{strength:.2f}"><title>'
            f"Confidence {each['low']:.1f} to {each['high']:.1f}: {each['count']} messages,"
            f" mean confidence {each['confidence']:.2f}, right {each['accuracy']:.2f}"
            "</title></rect>"
        )
    parts.append(f'<path class="ideal" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>')
    parts += [
        f'<circle class="dot" r="3" cx="{_x(each["confidence"]):.1f}"'
        f' cy="{_y(each["accuracy"]):.1f}"/>'
        for each in bins
        if each["count"]
    ]
    return "".join([*parts, "</svg>"])


def _axes() -> list[str]:
    parts = []
    for step in range(0, 11, 2):
        at = step / 10
        parts.append(
            f'<path class="grid" d="M{_x(0)} {_y(at):.1f}H{_x(1)}"/>'
            f'<text x="{_MARGIN - 6}" y="{_y(at) + 4:.1f}" text-anchor="end">{at:.1f}</text>'
            f'<text x="{_x(at):.1f}" y="{_y(0) + 16}" text-anchor="middle">{at:.1f}</text>'
        )
    return parts


def _x(value: float) -> float:
    return _MARGIN + value * _SIZE


def _y(value: float) -> float:
    return 8 + (1 - value) * _SIZE

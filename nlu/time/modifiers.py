"""Words that say which one is meant: "prochain", "li fat", "depuis"."""

from __future__ import annotations

from nlu.time.readings import Tag
from nlu.time.stream import Stream


def modifier(stream: Stream, index: int) -> tuple[str, int]:
    """Reads "prochain", "li jay", "الماضي"; returns the mode and the index behind."""
    behind = index + 1 if stream.has(index, Tag.RELATIVE) else index
    if stream.word(behind) == "next" and stream.has(behind + 1, Tag.UNIT):
        return "", index  # "Tuesday next week"
    if stream.word(behind) == "jai" and stream.word(index - 1)[-2:] in {"di", "he"}:
        return "", index  # "lundi jai un rdv"
    if stream.has(behind, Tag.NEXT):
        return "next", behind + 1
    if stream.has(behind, Tag.LAST):
        return "last", behind + 1
    return "", index


def is_since(stream: Stream, index: int) -> bool:
    """Whether "depuis", "since" stands before, so that the past one is meant."""
    before = index - 1
    while stream.has(before, Tag.LE, Tag.TO) and stream.word(before) in {"le", "l", "nhar"}:
        before -= 1
    return stream.word(before) in {"depuis", "since", "منذ"}

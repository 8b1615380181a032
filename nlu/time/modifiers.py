"""Words that say which one is meant: "prochain", "li fat", "depuis"."""

from __future__ import annotations

from nlu.time.readings import Tag
from nlu.time.stream import Stream

_PERSONS = {"ana", "rani", "howa", "huwa", "hiya", "انا", "راني", "هو", "هي"}


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


def _is_while(stream: Stream, index: int) -> bool:
    """Whether "w ana ..." follows: "mn tnin w ana mrida" tells since when."""
    if stream.has(index, Tag.AND):
        return stream.word(index + 1) in _PERSONS
    return stream.word(index)[:1] == "و" and stream.word(index)[1:] in _PERSONS


def is_since(stream: Stream, index: int, behind: int | None = None) -> bool:
    """Whether "depuis", "since" stands before the day, so that the past one is meant.

    With the index behind the day, "mn ... w ana" around it counts too.
    """
    before = index - 1
    while stream.has(before, Tag.LE, Tag.TO) and stream.word(before) in {"le", "l", "nhar"}:
        before -= 1
    if behind is not None and stream.word(before) in {"mn", "men", "min", "من"}:
        return _is_while(stream, behind)
    return stream.word(before) in {"depuis", "since", "منذ"}

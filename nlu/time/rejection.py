"""Which moments are named only to be refused: "pas mardi, mercredi"."""

from __future__ import annotations

from nlu.time.readings import Tag
from nlu.time.stream import Stream
from nlu.time.values import Moment, Offset

_LIGHT = (Tag.LINK, Tag.LE, Tag.OF, Tag.NHAR, Tag.THIS, Tag.TO, Tag.SOFT)
_NEAR = 4
_NO = {"la", "لا"}


def mark_rejected(stream: Stream, moments: list[Moment], turned: set[int]) -> None:
    """Marks the refused moments.

    A word of refusal right before a moment always refuses it. "I can't" before or behind it only
    does when another moment remains: "je ne peux pas demain" alone is about tomorrow.
    """
    rather = next((i for i in range(len(stream)) if stream.has(i, Tag.RATHER)), None)
    for position, moment in enumerate(moments):
        if moment.first in turned:
            continue
        previous = moments[position - 1] if position else None
        moment.rejected = _is_refused(stream, moment, previous, rather)
    unable = [
        moment
        for position, moment in enumerate(moments)
        if not moment.rejected
        and moment.first not in turned
        and _is_unable(stream, moments, position)
    ]
    left = [moment for moment in moments if not moment.rejected and moment not in unable]
    if left:
        for moment in unable:
            moment.rejected = True


def _is_refused(
    stream: Stream, moment: Moment, previous: Moment | None, rather: int | None
) -> bool:
    floor = previous.last if previous else -1
    # "blast ma nji ghedda", "au lieu de venir jeudi"
    for index in range(moment.first - 1, max(floor, moment.first - 1 - _NEAR), -1):
        if stream.has(index, Tag.COMMA, Tag.STOP):
            break
        if stream.has(index, Tag.REJECTS) and not stream.has(index, Tag.MOVES):
            return True
    index = moment.first - 1
    steps = 0
    while index > floor and steps < _NEAR:
        if stream.has(index, Tag.NOT, Tag.REJECTS):
            return True
        if stream.has(index, Tag.QUE) and rather is not None and rather < index and previous:
            return True
        if not stream.has(index, *_LIGHT):
            break
        index, steps = index - 1, steps + 1
    return _is_neither(stream, moment) or _chained(stream, moment, previous)


def _is_neither(stream: Stream, moment: Moment) -> bool:
    """Whether "la sebt la l7ed", «لا السبت لا الأحد» refuses the day: "la" before two of them."""
    if stream.word(moment.first - 1) not in _NO:
        return False
    refused = [
        index
        for index in range(1, len(stream))
        if stream.word(index - 1) in _NO and stream.has(index, Tag.WEEKDAY, Tag.DAY, Tag.NHAR)
    ]
    return len(refused) > 1


def _chained(stream: Stream, moment: Moment, previous: Moment | None) -> bool:
    """Whether "ou" or "et" alone ties the moment to a refused one."""
    if previous is None or not previous.rejected:
        return False
    gap = range(previous.last + 1, moment.first)
    joined = any(stream.has(index, Tag.OR, Tag.AND) for index in gap)
    sinon = any(stream.word(index) == "sinon" for index in gap)
    return joined and not sinon and all(stream.has(i, Tag.OR, Tag.AND, *_LIGHT) for i in gap)


def _is_unable(stream: Stream, moments: list[Moment], position: int) -> bool:
    moment = moments[position]
    if isinstance(moment.day, Offset) and moment.day.days < 0:
        return False
    floor = moments[position - 1].last if position else -1
    for index in range(moment.first - 1, max(floor, moment.first - 1 - _NEAR), -1):
        if stream.has(index, Tag.CANNOT):
            # "ghedda mamsalich, khaliha jem3a": right behind a moment it refuses that one.
            return not position or index != floor + 1 or index + 1 == moment.first
        if stream.has(index, Tag.STOP, Tag.COMMA, Tag.BUT):
            break
    ceiling = moments[position + 1].first if position + 1 < len(moments) else len(stream)
    for index in range(moment.last + 1, min(ceiling, moment.last + 2 + _NEAR)):
        if stream.has(index, Tag.CANNOT):
            # "mardi je ne peux pas mercredi" refuses what follows it directly.
            return index + 1 != ceiling or ceiling == len(stream)
        if index == moment.last + 1 and stream.word(index) in {"non", "no"}:
            return True
        if index == moment.last + 1 and stream.word(index) in _NO:
            return stream.has(index + 1, Tag.COMMA, Tag.STOP, Tag.BUT)
        if stream.has(index, Tag.STOP, Tag.COMMA, Tag.BUT, Tag.OR):
            return False
    return False

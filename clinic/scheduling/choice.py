"""Which of many free slots to offer: few, concrete, and different from each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from clinic.scheduling.model import AgendaSlot

_AFTERNOON_HOUR = 14  # conversation.md, parts of the day
_NEAR = timedelta(minutes=30)
_HALF_HOUR_BONUS = timedelta(minutes=20)
_OTHER_DOCTOR_BONUS = timedelta(minutes=20)


def without_similar(
    slots: Sequence[AgendaSlot], exclude: Sequence[AgendaSlot], *, near: bool
) -> list[AgendaSlot]:
    """Leaves out what was offered before and, with `near`, what is within 30 minutes of it.

    Who refused 14:00 is not helped by 14:15.
    """
    starts = [slot.start for slot in exclude]
    return [
        slot
        for slot in slots
        if slot not in exclude
        and not (near and any(abs(slot.start - start) < _NEAR for start in starts))
    ]


def choose(days: Sequence[Sequence[AgendaSlot]], limit: int, zone: ZoneInfo) -> list[AgendaSlot]:
    """Picks up to `limit` slots, the earliest and others that differ from it.

    Args:
        days: the free slots of up to `limit` days, each day in order of time and not empty.
            Of one day the picks are spread over its free time; of several days each gives
            some, at different parts of the day.

    Returns:
        The picks, in order of time.
    """
    days = days[:limit]
    picked: list[AgendaSlot] = []
    for index, slots in enumerate(days):
        share = limit // len(days) + (index < limit % len(days))
        first = slots[0] if not picked else _at_another_part(slots, picked, zone)
        picked.append(first)
        later = [slot for slot in slots if slot.start > first.start]
        picked.extend(_spread(first, later, share - 1, zone))
    left = [slot for slots in days for slot in slots if slot not in picked]
    # A day with few free slots leaves room for more of the others, other times first.
    starts = {slot.start for slot in picked}
    left.sort(key=lambda slot: (slot.start in starts, slot.start))
    picked.extend(left[: limit - len(picked)])
    return sorted(picked, key=lambda slot: slot.start)


def _spread(
    first: AgendaSlot, later: Sequence[AgendaSlot], count: int, zone: ZoneInfo
) -> list[AgendaSlot]:
    """Picks `count` of the later slots at even distances up to the last one."""
    if count < 1 or not later:
        return []
    picked = [first]
    span = later[-1].start - first.start
    for number in range(1, count + 1):
        target = first.start + span * number / count
        starts = {slot.start for slot in picked}
        doctors = {slot.practitioner_id for slot in picked}
        candidates = [slot for slot in later if slot.start not in starts]
        if not candidates:
            break
        picked.append(min(candidates, key=lambda slot: _cost(slot, target, doctors, zone)))
    return picked[1:]


def _cost(
    slot: AgendaSlot, target: datetime, doctors: set[str], zone: ZoneInfo
) -> tuple[timedelta, datetime]:
    cost = abs(slot.start - target)
    if slot.start.astimezone(zone).minute % 30:
        cost += _HALF_HOUR_BONUS
    if slot.practitioner_id in doctors:
        cost += _OTHER_DOCTOR_BONUS
    return cost, slot.start


def _at_another_part(
    slots: Sequence[AgendaSlot], picked: Sequence[AgendaSlot], zone: ZoneInfo
) -> AgendaSlot:
    used = Counter(_part_of_day(slot, zone) for slot in picked)
    doctors = {slot.practitioner_id for slot in picked}

    def rank(slot: AgendaSlot) -> tuple[int, datetime, bool]:
        return used[_part_of_day(slot, zone)], slot.start, slot.practitioner_id in doctors

    return min(slots, key=rank)


def _part_of_day(slot: AgendaSlot, zone: ZoneInfo) -> str:
    hour = slot.start.astimezone(zone).hour
    return "morning" if hour < _AFTERNOON_HOUR else "afternoon"

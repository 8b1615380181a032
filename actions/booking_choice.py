"""Which of the offered times a patient means: "the second", "the one at 10"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from actions.said import Said
from clinic.scheduling.model import AgendaSlot
from nlu.time_expressions import resolve_time

_CLOCK_GRAINS = ("minute", "hour")


def choose_offered(said: Said, offered: Sequence[AgendaSlot], zone: ZoneInfo) -> AgendaSlot | None:
    """Returns the one offered slot that the patient's words name, None when none or several."""
    ordinal = said.value("ordinal")
    if isinstance(ordinal, int) and ordinal and offered:
        index = ordinal if ordinal < 0 else ordinal - 1
        return offered[index] if -len(offered) <= index < len(offered) else None
    if said.intent == "affirm" and len(offered) == 1 and said.value("time") is None:
        return offered[0]
    times = [entity for entity in said.entities if entity["entity"] == "time"]
    if not times or times[0]["value"]["grain"] not in _CLOCK_GRAINS:
        return None
    matches = [slot for slot in offered if _is_named(slot, times[0], said.text, zone)]
    return matches[0] if len(matches) == 1 else None


def _is_named(slot: AgendaSlot, time: dict[str, Any], text: str, zone: ZoneInfo) -> bool:
    value = time["value"]
    start = datetime.fromisoformat(value["from"])
    end = datetime.fromisoformat(value["to"])
    if start <= slot.start < end:
        return True
    spoken = text[time["start"] : time["end"]]
    if not _is_without_day(spoken, zone):
        return False
    local, wanted = slot.start.astimezone(zone), start.astimezone(zone)
    same_hour = local.hour == wanted.hour
    return same_hour and (value["grain"] == "hour" or local.minute == wanted.minute)


def _is_without_day(spoken: str, zone: ZoneInfo) -> bool:
    """Tells whether only a clock time was said: then its day depends on the time of writing."""
    early = datetime(2026, 6, 15, 0, 1, tzinfo=zone)
    late = early + timedelta(hours=23, minutes=58)
    first, second = resolve_time(spoken, now=early), resolve_time(spoken, now=late)
    return bool(first and second) and first[0].start != second[0].start

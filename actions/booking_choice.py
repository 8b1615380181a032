"""Which of the offered times a patient means: "the second", "the one at 10"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from actions.said import Said
from actions.times import CLOCK_GRAINS, ONE_DAY_GRAINS, is_without_day
from clinic.scheduling.model import AgendaSlot


def choose_offered(said: Said, offered: Sequence[AgendaSlot], zone: ZoneInfo) -> AgendaSlot | None:
    """Returns the one offered slot that the patient's words name, None when none or several."""
    ordinal = said.value("ordinal")
    if isinstance(ordinal, int) and ordinal and offered:
        index = ordinal if ordinal < 0 else ordinal - 1
        return offered[index] if -len(offered) <= index < len(offered) else None
    if said.intent == "affirm" and len(offered) == 1 and said.value("time") is None:
        return offered[0]
    doctor = said.value("practitioner")
    if doctor and said.value("time") is None:
        theirs = [slot for slot in offered if slot.practitioner_id == doctor]
        return theirs[0] if len(theirs) == 1 and said.intent != "deny" else None
    times = [entity for entity in said.entities if entity["entity"] == "time"]
    if not times or times[0]["value"]["grain"] not in CLOCK_GRAINS:
        return None
    matches = [slot for slot in offered if _is_named(slot, times[0], said.text, zone)]
    return matches[0] if len(matches) == 1 else None


def keep_day(said: Said, wished: dict[str, str] | None, zone: ZoneInfo) -> dict[str, str]:
    """Returns the time that was said, on the day wished before when only an hour was said.

    "15h" after "demain" means tomorrow at 15:00, not the next time that it is 15:00.
    """
    entity = next(entity for entity in said.entities if entity["entity"] == "time")
    time: dict[str, str] = entity["value"]
    # A button's entity has no place in the text.
    spoken = said.text[entity.get("start", 0) : entity.get("end", 0)]
    if not wished or wished["grain"] not in ONE_DAY_GRAINS or not is_without_day(spoken, zone):
        return time
    start, end = (datetime.fromisoformat(time[name]).astimezone(zone) for name in ("from", "to"))
    day = datetime.fromisoformat(wished["from"]).astimezone(zone).date()
    moved = datetime.combine(day, start.time(), zone)
    return {**time, "from": moved.isoformat(), "to": (moved + (end - start)).isoformat()}


def _is_named(slot: AgendaSlot, time: dict[str, Any], text: str, zone: ZoneInfo) -> bool:
    value = time["value"]
    start = datetime.fromisoformat(value["from"])
    end = datetime.fromisoformat(value["to"])
    if start <= slot.start < end:
        return True
    spoken = text[time["start"] : time["end"]]
    if not is_without_day(spoken, zone):
        return False
    local, wanted = slot.start.astimezone(zone), start.astimezone(zone)
    same_hour = local.hour == wanted.hour
    return same_hour and (value["grain"] == "hour" or local.minute == wanted.minute)

"""The times of a message: what was said, where, and whether a day was said with the hour."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from actions.said import Said
from nlu.time_expressions import resolve_time

CLOCK_GRAINS = ("minute", "hour")
ONE_DAY_GRAINS = (*CLOCK_GRAINS, "part_of_day", "day")


@dataclass(frozen=True)
class SaidTime:
    """A time expression of a message.

    Attributes:
        start: first instant, aware.
        end: end, exclusive.
        has_day: a day was said or meant; without one its day depends on the time of writing.
        place: where it stands in the text, first and (exclusive) last character.
    """

    start: datetime
    end: datetime
    grain: str
    has_day: bool = True
    place: tuple[int, int] = (0, 0)

    @property
    def is_narrow(self) -> bool:
        """An hour was said, not a whole day or part of it."""
        return self.grain in CLOCK_GRAINS

    def on(self, day: date, zone: ZoneInfo) -> SaidTime:
        """Returns the same hours on another calendar day."""
        start = datetime.combine(day, self.start.astimezone(zone).time(), zone)
        return replace(self, start=start, end=start + (self.end - self.start), has_day=True)

    def covers(self, instant: datetime, zone: ZoneInfo) -> bool:
        """Tells whether an instant is meant; without a day its hour counts on any day."""
        if self.has_day:
            return self.start <= instant < self.end
        return self.on(instant.astimezone(zone).date(), zone).covers(instant, zone)

    def to_slot(self) -> dict[str, Any]:
        """Returns what a Rasa slot can hold."""
        return {
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "grain": self.grain,
            "has_day": self.has_day,
        }

    @classmethod
    def from_slot(cls, value: dict[str, Any]) -> SaidTime:
        start, end = (datetime.fromisoformat(value[name]) for name in ("from", "to"))
        return cls(start, end, value["grain"], value.get("has_day", True))


def said_times(said: Said, zone: ZoneInfo) -> list[SaidTime]:
    """Returns the times of a message, in the order of its text."""
    times = []
    for entity in said.entities:
        if entity["entity"] != "time":
            continue
        # A button's entity has no place in the text.
        place = entity.get("start", 0), entity.get("end", 0)
        has_day = not is_without_day(said.text[slice(*place)], zone)
        times.append(replace(SaidTime.from_slot(entity["value"]), has_day=has_day, place=place))
    return times


def is_without_day(spoken: str, zone: ZoneInfo) -> bool:
    """Tells whether only a clock time was said: then its day depends on the time of writing."""
    early = datetime(2026, 6, 15, 0, 1, tzinfo=zone)
    late = early + timedelta(hours=23, minutes=58)
    first, second = resolve_time(spoken, now=early), resolve_time(spoken, now=late)
    return bool(first and second) and first[0].start != second[0].start

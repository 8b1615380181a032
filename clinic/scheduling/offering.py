"""Which times to offer for a wish: those asked for, else the nearest that are free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum

from clinic.clock import Clock
from clinic.facts.model import Clinic
from clinic.facts.source import ClinicSource
from clinic.scheduling.model import AgendaSlot, SlotQuery
from clinic.scheduling.services import Scheduling

OFFER_SIZE = 3
"""Times in one offer: as many as WhatsApp shows as buttons."""

_APART = timedelta(minutes=30)
_SOONEST_LOOKED_AT = 24

_WHOLE_DAY = 1000
"""More times than a day has, whatever the number of practitioners."""


class Fit(str, Enum):
    """How an offer answers the wish."""

    AS_ASKED = "as_asked"
    NEAREST = "nearest"
    NONE = "none"


@dataclass(frozen=True)
class Wish:
    """What a patient wants, as far as they said it.

    Attributes:
        start: first instant that suits them, None when they did not say.
        end: end of what suits them, exclusive.
        narrow: they named an hour: other times of the same day are near.
        soonest: the earliest times, half an hour apart, instead of times spread over days.
        service_id: what is booked; without it the usual service of the specialty.
        moving: id of the appointment that is to be moved.
    """

    specialty: str
    practitioner_id: str | None = None
    patient_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    narrow: bool = False
    soonest: bool = False
    service_id: str | None = None
    moving: str | None = None


@dataclass(frozen=True)
class Offer:
    """Free times to choose from."""

    slots: tuple[AgendaSlot, ...]
    fit: Fit


class Offering:
    """Finds offers in the agenda."""

    def __init__(self, scheduling: Scheduling, clinic: ClinicSource, clock: Clock) -> None:
        self._scheduling = scheduling
        self._source = clinic
        self._clock = clock

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def find(self, wish: Wish, seen: Sequence[AgendaSlot] = ()) -> Offer:
        """Returns up to three free times that were not seen yet.

        First what was asked for; where that is full, the same day, then the days after it.
        """
        now = self._clock.now()
        horizon = now + timedelta(days=self._clinic.booking.horizon_days)
        start = max(wish.start or now, now)
        end = max(min(wish.end or horizon, horizon), start)
        asked = self._soonest(wish, start, end, seen) if wish.soonest else []
        asked = asked or self._free(wish, start, end, seen)
        missing = OFFER_SIZE - len(asked)
        if missing == 0 or (asked and not wish.narrow):
            return Offer(tuple(asked), Fit.AS_ASKED)
        same_day = self._rest_of_day(wish, start, now, [*seen, *asked]) if wish.narrow else []
        near = sorted([*asked, *same_day[:missing]], key=lambda slot: slot.start)
        if near:
            return Offer(tuple(near), Fit.AS_ASKED if asked else Fit.NEAREST)
        later = self._free(wish, end, horizon, seen)
        return Offer(tuple(later), Fit.NEAREST if later else Fit.NONE)

    def _soonest(
        self, wish: Wish, start: datetime, end: datetime, seen: Sequence[AgendaSlot]
    ) -> list[AgendaSlot]:
        picked: list[AgendaSlot] = []
        for slot in self._free(wish, start, end, seen, limit=_SOONEST_LOOKED_AT, spread=False):
            if not picked or slot.start - picked[-1].start >= _APART:
                picked.append(slot)
        return picked[:OFFER_SIZE]

    def _rest_of_day(
        self, wish: Wish, start: datetime, now: datetime, seen: Sequence[AgendaSlot]
    ) -> list[AgendaSlot]:
        """Returns the free times of the day, one slot each, the nearest to the wish first."""
        local = start.astimezone(self._clinic.zone)
        midnight = datetime.combine(local.date(), time(0), self._clinic.zone)
        next_midnight = datetime.combine(
            local.date() + timedelta(days=1), time(0), self._clinic.zone
        )
        day = self._free(
            wish, max(midnight, now), next_midnight, seen, limit=_WHOLE_DAY, spread=False
        )
        # Seldom of use beside each other: two doctors at the same time.
        by_time = {slot.start: slot for slot in reversed(day)}
        return sorted(by_time.values(), key=lambda slot: (abs(slot.start - start), slot.start))

    def _free(
        self,
        wish: Wish,
        start: datetime,
        end: datetime,
        seen: Sequence[AgendaSlot],
        limit: int = OFFER_SIZE,
        spread: bool = True,
    ) -> list[AgendaSlot]:
        if start >= end:
            return []
        query = SlotQuery(
            service_id=wish.service_id or self._clinic.services_of(wish.specialty)[0].id,
            start=start,
            end=end,
            practitioner_id=wish.practitioner_id,
            patient_id=wish.patient_id,
            moving=wish.moving,
        )
        return self._scheduling.find_slots(query, limit=limit, exclude=seen, spread=spread)

"""Today's queue: how many are before a patient, and the delay that staff have set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clinic.adapters.database import Database
from clinic.adapters.delays import Delays
from clinic.adapters.queue import count_before
from clinic.clock import Clock
from clinic.facts.model import Clinic
from clinic.facts.opening import local_day
from clinic.facts.source import ClinicSource
from clinic.scheduling.model import Appointment


@dataclass(frozen=True)
class Place:
    """Where a patient stands in the queue of today.

    Attributes:
        before: booked patients of the same practitioner before theirs who were not seen yet.
        delay_minutes: how late the practitioner is, None when staff have not said.
    """

    appointment: Appointment
    before: int
    delay_minutes: int | None


class Queue:
    """What the agenda knows of today's queue; only staff know how late somebody really is."""

    def __init__(self, database: Database, clinic: ClinicSource, clock: Clock) -> None:
        self._database = database
        self._source = clinic
        self._clock = clock

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def place_of(self, upcoming: Sequence[Appointment]) -> Place | None:
        """Returns the place of the first appointment that is today, None without one."""
        now = self._clock.now()
        today = local_day(self._clinic, now)
        own = next((a for a in upcoming if local_day(self._clinic, a.start) == today), None)
        if own is None:
            return None
        with self._database.read() as tx:
            before = count_before(tx, own, now)
            delay = Delays(tx).of(own.practitioner_id, today)
        return Place(own, before, delay)

    def set_delay(self, practitioner_id: str, minutes: int, *, by: str) -> None:
        """Notes how late a practitioner is today; 0 for on time. For the staff console."""
        now = self._clock.now()
        with self._database.write() as tx:
            Delays(tx).set(practitioner_id, local_day(self._clinic, now), minutes, by, now)

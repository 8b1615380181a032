"""Appointments at times at which nobody receives any more, since hours were changed.

They stay as they are: staff look at each and move it, or leave it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from clinic.adapters.database import Database, Transaction
from clinic.adapters.patients import Patients
from clinic.adapters.scheduling import Appointments
from clinic.agenda.model import Concerned
from clinic.clock import Clock
from clinic.facts.model import Clinic
from clinic.facts.opening import local_day
from clinic.facts.source import ClinicSource
from clinic.notifications.agenda import AgendaNotices
from clinic.scheduling.availability import working_pieces
from clinic.scheduling.model import Appointment, AppointmentStatus, Interval

_FARTHEST = timedelta(days=3 * 366)
"""No appointment is that far ahead."""


class OutsideHours:
    """Finds what is booked outside of the hours; leave and closures are the `ClosureDesk`'s."""

    def __init__(
        self, database: Database, clinic: ClinicSource, clock: Clock, notices: AgendaNotices
    ) -> None:
        self._database = database
        self._source = clinic
        self._clock = clock
        self._notices = notices

    def all(self) -> list[Concerned]:
        """Returns what is to come outside of the hours in force, the earliest first."""
        with self._database.read() as tx:
            patients = Patients(tx)
            return [
                Concerned(it, patients.get(it.patient_id), self._notices.reach(tx, it.patient_id))
                for it in self._booked(tx)
                if is_outside(self._source.current, it)
            ]

    def left_by(self, draft: Clinic, practitioner_id: str) -> list[Appointment]:
        """Returns what other hours of a practitioner would leave outside, the earliest first."""
        with self._database.read() as tx:
            booked = self._booked(tx, [practitioner_id])
        return [
            it
            for it in booked
            if is_outside(draft, it) and not is_outside(self._source.current, it)
        ]

    def _booked(
        self, tx: Transaction, practitioner_ids: Sequence[str] | None = None
    ) -> list[Appointment]:
        now = self._clock.now()
        rows = Appointments(tx).between(
            Interval(now, now + _FARTHEST), now, practitioner_ids=practitioner_ids
        )
        return [it for it in rows if it.status is AppointmentStatus.BOOKED and not it.is_hold]


def is_outside(clinic: Clinic, appointment: Appointment) -> bool:
    """Tells whether the practitioner does not receive for all of an appointment at its site."""
    practitioner = next(
        (p for p in clinic.practitioners if p.id == appointment.practitioner_id), None
    )
    if practitioner is None:
        return False
    day = local_day(clinic, appointment.start)
    return not any(
        piece.site_id == appointment.site_id
        and piece.interval.start <= appointment.start
        and appointment.end <= piece.interval.end
        for piece in working_pieces(clinic, practitioner, day)
    )

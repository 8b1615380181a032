"""Where staff may place somebody: pure functions on the clinic's facts.

Staff may do more than patients: less notice, starts between the usual steps, and with `anyway`
also outside of the hours. They can never place two at the same time; the database sees to it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from clinic.agenda.errors import NotPossibleError, NotReceivingError, Obstacle
from clinic.agenda.model import Placement
from clinic.facts.model import Clinic
from clinic.facts.opening import local_day
from clinic.scheduling.availability import leave_on, working_pieces
from clinic.scheduling.model import AgendaSlot, Interval

STEP = timedelta(minutes=5)
"""Times of the agenda lie on it (the SQLite guard against overlaps counts in it)."""

_LATE_ENTRY = timedelta(hours=1)
"""How long after its beginning somebody who is there may still be entered."""

_HORIZON = timedelta(days=730)


def slot_for(clinic: Clinic, placement: Placement, service_id: str, now: datetime) -> AgendaSlot:
    """Returns the slot of a placement, at the site where the practitioner then receives.

    Raises:
        NotPossibleError: the time has passed or is years away, or the practitioner does not
            offer the service.
        NotReceivingError: the practitioner does not receive then, or not for that long.
        UnknownIdError: the clinic has no such practitioner or service.
    """
    practitioner = clinic.practitioner(placement.practitioner_id)
    service = clinic.service(service_id)
    if service.specialty not in practitioner.specialties:
        raise NotPossibleError(Obstacle.OTHER_SPECIALTY)
    start = _on_step(placement.start)
    if start < now - _LATE_ENTRY:
        raise NotPossibleError(Obstacle.PAST)
    if start > now + _HORIZON:
        raise NotPossibleError(Obstacle.TOO_FAR)
    interval = Interval(start, start + timedelta(minutes=service.duration_minutes))
    day = local_day(clinic, start)
    pieces = working_pieces(clinic, practitioner, day)
    away = any(interval.overlaps(leave) for leave in leave_on(clinic, practitioner, day))
    fitting = [
        piece
        for piece in pieces
        if piece.interval.start <= start and interval.end <= piece.interval.end
    ]
    if (away or not fitting) and not placement.anyway:
        raise NotReceivingError(placement.practitioner_id)
    near = sorted(pieces, key=lambda piece: abs(piece.interval.start - start))
    site_id = (fitting or near)[0].site_id if pieces else _usual_site(clinic, placement)
    return AgendaSlot(practitioner.id, site_id, service.id, interval.start, interval.end)


def _usual_site(clinic: Clinic, placement: Placement) -> str:
    sites = clinic.practitioner(placement.practitioner_id).site_ids
    return sites[0] if sites else clinic.sites[0].id


def _on_step(start: datetime) -> datetime:
    seconds = int(STEP.total_seconds())
    return start - timedelta(
        seconds=int(start.timestamp()) % seconds, microseconds=start.microsecond
    )

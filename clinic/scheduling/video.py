"""The link of a teleconsultation."""

from __future__ import annotations

import hashlib

from clinic.facts.model import Clinic
from clinic.scheduling.model import Appointment

_ROOM_CHARACTERS = 24


def video_link(clinic: Clinic, appointment: Appointment) -> str | None:
    """Returns the address of the appointment's own room; None where there is none.

    The room's name comes from the unguessable token of the calendar link and does not give it
    away. It stays the same when the appointment is moved.
    """
    if clinic.video_url is None or not clinic.service(appointment.service_id).teleconsultation:
        return None
    digest = hashlib.sha256(f"video:{appointment.calendar_token}".encode()).hexdigest()
    return f"{clinic.video_url}/{digest[:_ROOM_CHARACTERS]}"

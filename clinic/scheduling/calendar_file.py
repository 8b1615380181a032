"""The calendar file (RFC 5545) that adds an appointment to the patient's phone.

Others may see a phone's calendar: no patient, no practitioner, no specialty in it.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from clinic.clock import UTC
from clinic.facts.model import Clinic
from clinic.scheduling.model import Appointment, AppointmentStatus

MEDIA_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//clinic-assistant//calendar//FR"


def calendar_file(
    appointment: Appointment, clinic: Clinic, *, now: datetime, language: str | None = None
) -> bytes:
    """Returns the file's bytes.

    Args:
        now: the moment of writing (DTSTAMP), aware.
        language: of title and place; the clinic's default when absent.
    """
    language = language or clinic.default_language
    site = clinic.site(appointment.site_id)
    name = clinic.name.to(language)
    cancelled = appointment.status is AppointmentStatus.CANCELLED

    event = Event()
    event.add("uid", f"{appointment.id}@{urlsplit(clinic.base_url).hostname}")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", appointment.start.astimezone(UTC))
    event.add("dtend", appointment.end.astimezone(UTC))
    event.add("summary", f"{clinic.calendar_title.to(language)} – {name}")
    event.add("location", f"{name}, {site.address.to(language)}")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("sequence", appointment.version - 1)
    event.add("class", "PRIVATE")

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())

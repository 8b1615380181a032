"""The calendar file, read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar

from clinic.clock import UTC
from clinic.facts.model import LocalText
from clinic.scheduling.calendar_file import calendar_file
from clinic.scheduling.model import Appointment, AppointmentStatus
from tests.small_clinic import ALAMI, MIDDLE, NOW, booked_appointment, small_clinic

START = datetime(2027, 2, 8, 14, 30, tzinfo=UTC)


@pytest.fixture
def appointment() -> Appointment:
    return booked_appointment(id="3f0c", start=START, calendar_token="secret-token")


def test_the_file_carries_time_and_place(appointment: Appointment) -> None:
    calendar = Calendar.from_ical(calendar_file(appointment, small_clinic(), now=NOW))
    (event,) = calendar.walk("VEVENT")
    assert {name: str(event[name]) for name in ("UID", "SUMMARY", "LOCATION", "STATUS")} == {
        "UID": "3f0c@clinic.example",
        "SUMMARY": "Rendez-vous – Clinique Test",
        "LOCATION": "Clinique Test, 1, rue des Tests",
        "STATUS": "CONFIRMED",
    }
    assert event.decoded("DTSTART") == START
    assert event.decoded("DTEND") == START + timedelta(minutes=30)
    assert event.decoded("DTSTAMP") == NOW
    assert (event["SEQUENCE"], str(calendar["METHOD"])) == (0, "PUBLISH")


def test_times_are_written_in_utc_and_lines_end_as_the_rfc_says(appointment: Appointment) -> None:
    written = calendar_file(appointment, small_clinic(), now=NOW)
    assert b"DTSTART:20270208T143000Z\r\n" in written
    assert b"DTEND:20270208T150000Z\r\n" in written
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))


def test_the_file_names_neither_patient_nor_practitioner_nor_service(
    appointment: Appointment,
) -> None:
    written = calendar_file(appointment, small_clinic(), now=NOW).decode()
    for secret in ("patient-1", ALAMI, MIDDLE, "general_practice", "secret-token"):
        assert secret not in written


def test_a_cancelled_appointment_removes_the_entry(appointment: Appointment) -> None:
    cancelled = replace(appointment, status=AppointmentStatus.CANCELLED, version=2)
    calendar = Calendar.from_ical(calendar_file(cancelled, small_clinic(), now=NOW))
    (event,) = calendar.walk("VEVENT")
    assert (str(event["STATUS"]), event["SEQUENCE"], str(calendar["METHOD"])) == (
        "CANCELLED",
        1,
        "CANCEL",
    )


def test_the_title_is_in_the_language_asked(appointment: Appointment) -> None:
    title = LocalText(fr="Rendez-vous", ary="موعد", ary_latn="Maw3id", en="Appointment")
    clinic = replace(small_clinic(), calendar_title=title)
    written = calendar_file(appointment, clinic, now=NOW, language="ary")
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    assert str(event["SUMMARY"]) == "موعد – Clinique Test"

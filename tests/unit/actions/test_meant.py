"""Which appointment is meant, and which of two times is the wished one."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from action_harness import time_entities

from actions.meant import Mention, find_meant, tell_times_apart
from actions.said import Said
from actions.times import SaidTime
from clinic.appointments.model import OwnAppointment
from clinic.clock import UTC
from clinic.patients.model import Patient, Relation
from tests.small_clinic import ALAMI, BERRADA, booked_appointment, small_clinic

ZONE = ZoneInfo("Africa/Casablanca")
NOW = datetime(2027, 1, 18, 9, 0, tzinfo=ZONE)
"""A Monday."""

SELF = Patient("patient-1", "contact", Relation.SELF, "Karim Tazi")
CHILD = Patient("patient-2", "contact", Relation.CHILD, "Lina Tazi")


def appointment(at: str, doctor: str = ALAMI, patient: Patient = SELF) -> OwnAppointment:
    start = datetime.fromisoformat(f"2027-01-{at}").replace(tzinfo=ZONE).astimezone(UTC)
    booked = booked_appointment(
        id=f"{at} {patient.id}", patient_id=patient.id, practitioner_id=doctor, start=start
    )
    return OwnAppointment(booked, patient)


THURSDAY = appointment("21T15:00")
FRIDAY = appointment("22T10:00", BERRADA)


def said(text: str) -> Said:
    """A message with the times that the assistant's own reader finds in it."""
    times = tuple(time_entities(text, NOW))
    return Said(text, "reschedule_appointment", 1.0, times, "wamid.1", is_tap=False)


def apart(text: str, *own: OwnAppointment) -> tuple[str | None, str | None]:
    found = tell_times_apart(said(text), own or (THURSDAY,), ZONE, NOW)
    return _say(found.old), _say(found.new)


def _say(time: SaidTime | None) -> str | None:
    return f"{time.start.astimezone(ZONE):%a %H}" if time else None


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("changer mon rdv de jeudi", "Thu 00", None),
        ("mettez-moi plutôt mardi", None, "Tue 00"),
        ("je veux déplacer mon rdv de jeudi à samedi", "Thu 00", "Sat 00"),
        ("déplacer à samedi mon rdv de jeudi", "Thu 00", "Sat 00"),
        ("vendredi au lieu de jeudi svp", "Thu 00", "Fri 00"),
        ("au lieu de jeudi, vendredi", "Thu 00", "Fri 00"),
        ("je voudrais changer mon rdv de mercredi", "Wed 00", None),
        ("changer mon rdv pour jeudi matin", None, "Thu 08"),
        ("changer mon rdv", None, None),
        ("move my thursday appointment to friday", "Thu 00", "Fri 00"),
        ("can you move my appointment to friday", None, "Fri 00"),
        ("bghit nbeddel lmo3id dyal lkhmis", "Thu 00", None),
        ("bghit nbeddel lmo3id mn lkhmis l jem3a", "Thu 00", "Fri 00"),
        ("بغيت نبدل الموعد ديال الخميس", "Thu 00", None),
    ],
)
def test_the_present_time_is_told_from_the_wished_one(
    text: str, old: str | None, new: str | None
) -> None:
    assert apart(text) == (old, new)


def test_instead_of_counts_although_the_wished_day_has_an_appointment_too() -> None:
    assert apart("vendredi au lieu de jeudi", THURSDAY, FRIDAY) == ("Thu 00", "Fri 00")


def test_an_hour_without_a_day_is_that_of_an_appointment_on_any_day() -> None:
    found = tell_times_apart(said("mon rdv de 15h mettez-le à 17h"), [THURSDAY], ZONE, NOW)
    assert found.old is not None
    assert found.new is not None
    assert found.old.covers(THURSDAY.appointment.start, ZONE)
    assert (found.old.has_day, found.new.has_day) == (False, False)


@pytest.mark.parametrize(
    ("mention", "expected"),
    [
        (Mention(), [THURSDAY, FRIDAY]),
        (Mention(practitioner_id=BERRADA), [FRIDAY]),
        (Mention(specialty="general_practice"), [THURSDAY, FRIDAY]),
        (Mention(specialty="dentistry"), []),
        (Mention(relation="child"), []),
        (Mention(name="karim"), [THURSDAY, FRIDAY]),
    ],
)
def test_everything_that_was_said_has_to_fit(
    mention: Mention, expected: list[OwnAppointment]
) -> None:
    assert find_meant([THURSDAY, FRIDAY], mention, small_clinic()) == expected


def test_the_relation_names_the_patient() -> None:
    own, childs = appointment("21T15:00"), appointment("21T16:00", patient=CHILD)
    assert find_meant([own, childs], Mention(relation="child"), small_clinic()) == [childs]

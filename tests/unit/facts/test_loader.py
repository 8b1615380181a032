"""The clinic file: what it may say, and what is said about its faults."""

# ruff: noqa: E501 (the table of faults reads best one fault to a line)
from __future__ import annotations

import copy
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import yaml

from clinic.facts.codes import Insurance, Specialty, Weekday
from clinic.facts.errors import ClinicFileError, UnknownIdError
from clinic.facts.handoff import DEFAULT_ALERTED, Alerted
from clinic.facts.loader import load_clinic, parse_clinic
from clinic.facts.model import Clinic, DateRange, ScheduleBlock, TimeRange

DEMO_FILE = Path(__file__).parents[3] / "clinic.yml"
TEXT = {"fr": "mot", "ary": "كلمة", "ary-Latn": "kelma", "en": "word"}
ALL_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

SMALLEST: dict[str, Any] = {
    "clinic": {
        "name": TEXT,
        "default_language": "fr",
        "timezone": "Africa/Casablanca",
        "phone": "+212522000100",
        "email": "a@b.example",
        "reception_whatsapp": "aucun",
        "data_controller": {"name": "SARL", "cndp_number": "D-1", "email": "a@b.example"},
        "base_url": "https://clinic.example",
        "calendar_title": TEXT,
    },
    "booking": {
        "min_notice_minutes": 60,
        "horizon_days": 90,
        "slot_step_minutes": 15,
        "grace_minutes": 10,
        "late_grace_minutes": 15,
    },
    "emergency_numbers": [{"number": "15", "label": TEXT}],
    "sites": [
        {
            "id": "centre",
            "name": TEXT,
            "city": TEXT,
            "address": TEXT,
            "latitude": "33.58",
            "longitude": "-7.63",
            "phone": "+212522000101",
            "emergency_department": {"name": TEXT, "address": TEXT, "phone": "aucun"},
            "opening_hours": {
                "weekly": {day: ["09:00-12:00", "14:00-18:00"] for day in ALL_WEEK},
                "ramadan": {day: ["09:00-15:00"] for day in ALL_WEEK},
            },
        }
    ],
    "services": [
        {
            "id": "visit",
            "specialty": "dentistry",
            "name": TEXT,
            "duration_minutes": 30,
            "price_mad": 250,
            "what_to_bring": TEXT,
            "teleconsultation": "false",
        }
    ],
    "practitioners": [
        {
            "id": "dr-a",
            "name": {
                "latin": {"title": "Dr", "given": "Aya", "family": "Alami"},
                "arabic": {"title": "د.", "given": "آية", "family": "العلمي"},
            },
            "gender": "female",
            "specialties": ["dentistry"],
            "languages": ["fr", "ary"],
            "whatsapp": "+212600000111",
            "schedule": [
                {
                    "site": "centre",
                    "weekdays": ["monday", "friday"],
                    "from": "14:30",
                    "to": "18:00",
                    "breaks": ["16:00-16:15"],
                }
            ],
        }
    ],
    "insurance": ["cnss", "amo"],
    "calendar": {
        "ramadan": [{"first": "2027-02-08", "last": "2027-03-09"}],
        "public_holidays": [{"date": "2027-01-01", "name": TEXT}],
    },
}


def parse(data: dict[str, Any]) -> Clinic:
    return parse_clinic(yaml.safe_dump(data, allow_unicode=True))


def faults(data: dict[str, Any]) -> list[str]:
    """The problems without the line numbers."""
    with pytest.raises(ClinicFileError) as caught:
        parse(data)
    return [str(problem).rsplit(" (line", 1)[0] for problem in caught.value.problems]


@pytest.fixture
def data() -> dict[str, Any]:
    return copy.deepcopy(SMALLEST)


def test_the_smallest_file_gives_its_values(data: dict[str, Any]) -> None:
    clinic = parse(data)
    assert clinic.practitioner("dr-a").schedule == tuple(
        ScheduleBlock(
            "centre",
            weekday,
            TimeRange(time(14, 30), time(18, 0)),
            (TimeRange(time(16, 0), time(16, 15)),),
        )
        for weekday in (Weekday.MONDAY, Weekday.FRIDAY)
    )
    assert clinic.practitioner("dr-a").name("ary").short == "د. العلمي"
    assert clinic.practitioner("dr-a").name("ary-Latn").full == "Dr Aya Alami"
    assert clinic.services_of("dentistry") == (clinic.service("visit"),)
    assert clinic.insurance == (Insurance.CNSS, Insurance.AMO)
    assert clinic.ramadan == (DateRange(date(2027, 2, 8), date(2027, 3, 9)),)
    assert clinic.reception_whatsapp is None
    assert clinic.name.to("ary-Latn") == "kelma"


def test_unquoted_times_and_numbers_mean_what_is_written(data: dict[str, Any]) -> None:
    text = yaml.safe_dump(data, allow_unicode=True).replace("'14:30'", "14:30")
    assert "from: 14:30" in text  # YAML 1.1 would read 870
    assert parse_clinic(text).practitioner("dr-a").schedule[0].hours.start == time(14, 30)


def test_all_problems_are_listed_with_place_and_line(tmp_path: Path, data: dict[str, Any]) -> None:
    data["practitioners"][0]["specialties"] = ["dentist"]
    data["services"][0]["duration_minutes"] = "half an hour"
    del data["clinic"]["phone"]
    path = tmp_path / "clinic.yml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ClinicFileError) as caught:
        load_clinic(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    specialty_line = next(i for i, line in enumerate(lines, 1) if line.endswith("- dentist"))
    known = ", ".join(specialty.value for specialty in Specialty)
    assert len(caught.value.problems) == 3
    assert (
        "practitioners[0].specialties[0]: 'dentist' is not a known specialty;"
        f" known: {known} (line {specialty_line})" in map(str, caught.value.problems)
    )
    assert str(caught.value).startswith(f"{path}: 3 problems\n- ")


def change(data: dict[str, Any], path: str, value: Any) -> None:
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    place: Any = data
    for step in steps:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("clinic/email", "nobody", "clinic.email: 'nobody' is not an e-mail address"),
        ("clinic/phone", "0522", "clinic.phone: '0522' is not a phone number with + and the country code"),
        ("clinic/timezone", "Mars/Base", "clinic.timezone: 'Mars/Base' is not a known time zone, like Africa/Casablanca"),
        ("clinic/name", {"fr": "x", "en": "x"}, "clinic.name: missing languages: ary, ary-Latn"),
        ("clinic/base_url", "https://x.example/", "clinic.base_url: 'https://x.example/' is not a web address without a final /"),
        ("booking/slot_step_minutes", "12", "booking.slot_step_minutes: 12 is not a multiple of 5 minutes"),
        ("booking/horizon_days", None, "booking.horizon_days: is missing"),
        ("sites/0/latitude", "133", "sites[0].latitude: '133' is not a number from -90 to 90"),
        ("sites/0/opening_hours/weekly/sunday", ["09:00-12:00", "11:00-13:00"], "sites[0].opening_hours.weekly.sunday[1]: overlaps another range of the same day"),
        ("sites/0/opening_hours/weekly/sunday", ["9h-12h"], "sites[0].opening_hours.weekly.sunday[0]: '9h-12h' is not a range of times like 08:30-19:00"),
        ("sites/0/opening_hours/weekly/sunday", ["12:00-09:00"], "sites[0].opening_hours.weekly.sunday[0]: the end 09:00 is not after the start 12:00"),
        ("services/0/duration_minutes", "7", "services[0].duration_minutes: 7 is not a multiple of 5 minutes"),
        ("services/0/teleconsultation", "oui", "services[0].teleconsultation: 'oui' is neither true nor false"),
        ("services/0/id", "Visite 1", "services[0].id: 'Visite 1' is not an id (small letters, digits and hyphens, at most 24)"),
        ("practitioners/0/schedule/0/site", "paris", "practitioners[0].schedule[0]: 'paris' is not a known site; known: centre"),
        ("practitioners/0/schedule/0/weekdays", ["lundi"], f"practitioners[0].schedule[0].weekdays[0]: 'lundi' is not a known weekday; known: {', '.join(ALL_WEEK)}"),
        ("practitioners/0/schedule/0/from", "14:32", "practitioners[0].schedule[0].from: '14:32' is not on a multiple of 5 minutes"),
        ("practitioners/0/schedule/0/breaks", ["13:00-13:30"], "practitioners[0].schedule[0].breaks: 13:00-13:30 is outside the working hours 14:30-18:00"),
        ("practitioners/0/gender", "f", "practitioners[0].gender: 'f' is not a known gender; known: female, male"),
        ("practitioners/0/phone", "1", "practitioners[0].phone: unknown key; known: gender, id, languages, leave, name, ramadan_schedule, schedule, specialties, whatsapp"),
        ("practitioners/0/leave", [{"first": "2027-02-02", "last": "2027-02-01"}], "practitioners[0].leave[0]: the last day is before the first"),
        ("practitioners", [], "practitioners: needs at least one entry"),
        ("calendar/ramadan/0/first", "08/02/2027", "calendar.ramadan[0].first: '08/02/2027' is not a date like 2027-01-31"),
        ("insurance", "cnss", "insurance: expected a list (lines with -)"),
        ("emergency_numbers/0/number", "112 or 15", "emergency_numbers[0].number: '112 or 15' is not a phone number"),
    ],
)  # fmt: skip
def test_a_fault_is_named(data: dict[str, Any], path: str, value: Any, fault: str) -> None:
    change(data, path, value)
    assert faults(data) == [fault]


def test_hours_outside_the_opening_hours_are_named_per_day(data: dict[str, Any]) -> None:
    data["practitioners"][0]["schedule"][0]["from"] = "13:00"
    assert faults(data) == [
        f"practitioners[0].schedule[0]: {day} 13:00-18:00 at centre is outside the opening hours"
        " (09:00-12:00, 14:00-18:00)"
        for day in ("monday", "friday")
    ]


def test_a_line_of_a_schedule_needs_a_day(data: dict[str, Any]) -> None:
    data["practitioners"][0]["schedule"][0]["weekdays"] = []
    assert faults(data) == ["practitioners[0].schedule[0].weekdays: needs at least one entry"]


def test_who_learns_of_late_conversations_is_read_with_defaults(data: dict[str, Any]) -> None:
    minutes = {"stat": 2, "urgent": 10, "asap": 30, "routine": 120}
    data["handoff"] = {"within_minutes": minutes, "promise_minutes": 30}
    assert parse(data).handoff.escalate_to == DEFAULT_ALERTED
    data["handoff"]["escalate_to"] = {"routine": ["manager"]}
    read = parse(data).handoff.escalate_to
    assert read == {**DEFAULT_ALERTED, "routine": (Alerted.MANAGER,)}
    data["handoff"]["escalate_to"] = {"routine": [], "asap": ["boss"], "later": ["duty"]}
    assert faults(data) == [
        "handoff.escalate_to.asap[0]: 'boss' is not a known group; known: duty, manager",
        "handoff.escalate_to.routine: needs at least one entry",
        "handoff.escalate_to.later: unknown key; known: asap, routine, stat, urgent",
    ]


def test_overlapping_lines_of_a_schedule_are_named(data: dict[str, Any]) -> None:
    data["practitioners"][0]["schedule"].append(
        {"site": "centre", "weekdays": ["friday"], "from": "17:00", "to": "18:00"}
    )
    assert faults(data) == [
        "practitioners[0].schedule[1]: friday 17:00-18:00 at centre overlaps 14:30-18:00 at centre"
    ]


@pytest.mark.parametrize("key", ["sites", "services", "practitioners"])
def test_an_id_used_twice_is_named(data: dict[str, Any], key: str) -> None:
    data[key].append(copy.deepcopy(data[key][0]))
    assert faults(data) == [f"{key}[1].id: {data[key][0]['id']!r} is already used above"]


def test_a_key_written_twice_is_named() -> None:
    text = yaml.safe_dump(SMALLEST, allow_unicode=True) + "insurance: [ramed]\n"
    with pytest.raises(ClinicFileError, match="insurance: is written twice"):
        parse_clinic(text)


@pytest.mark.parametrize("text", ["", "a: [", "- just\n- a list"])
def test_a_file_that_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(ClinicFileError):
        parse_clinic(text)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClinicFileError, match="cannot be read"):
        load_clinic(tmp_path / "clinic.yml")


def test_unknown_ids_are_refused(data: dict[str, Any]) -> None:
    clinic = parse(data)
    for look_up in (clinic.site, clinic.service, clinic.practitioner):
        with pytest.raises(UnknownIdError):
            look_up("nothing")


def test_the_demo_clinic_is_valid_and_bookable() -> None:
    clinic = load_clinic(DEMO_FILE)
    assert [number.number for number in clinic.emergency_numbers] == ["15", "141"]
    for specialty in clinic.specialties:
        assert clinic.practitioners_of(specialty.value)
        assert clinic.services_of(specialty.value)
    assert {s for p in clinic.practitioners for s in p.specialties} == set(clinic.specialties)


def test_names_of_demo_doctors_fit_on_a_button() -> None:
    # WhatsApp shows 20 characters of a button and 24 of a list row.
    for practitioner in load_clinic(DEMO_FILE).practitioners:
        assert len(practitioner.latin_name.short) <= 20
        assert len(practitioner.arabic_name.short) <= 20

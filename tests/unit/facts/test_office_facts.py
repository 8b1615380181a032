"""The office's part of the clinic file, and the working days that it promises."""

# ruff: noqa: E501 (the table of faults reads best one fault to a line)
from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from clinic.facts.codes import Insurance, RequestKind
from clinic.facts.errors import ClinicFileError
from clinic.facts.loader import load_clinic, parse_clinic
from clinic.facts.office import Office, WhenUnpaid
from clinic.facts.opening import working_day_end
from tests.small_clinic import small_clinic

DEMO = Path(__file__).parents[3] / "clinic.yml"
ZONE = ZoneInfo("Africa/Casablanca")


def test_the_demo_file_says_all_of_it() -> None:
    office = load_clinic(DEMO).office

    assert office.working_days[RequestKind.PRESCRIPTION_RENEWAL] == 2
    assert office.deposits.when_unpaid is WhenUnpaid.RELEASE
    assert [entry.site_id for entry in office.walk_ins] == ["maarif", "ain-sebaa"]
    assert list(office.insurance_how) == [Insurance.MUTUELLE]


def test_a_clinic_without_an_office_part_has_its_defaults() -> None:
    assert small_clinic().office == Office()


@pytest.mark.parametrize(
    ("there", "instead", "fault"),
    [
        ("when_unpaid: release", "when_unpaid: forget", "'forget' is not a known rule"),
        ("  - site: maarif\n    specialties: [general_practice, p", "  - site: rabat\n    specialties: [general_practice, p", "'rabat' is not a known site"),
        ("  results: 1", "  results: soon", "'soon' is not a whole number"),
        ("  results: 1", "  parking: 1", "unknown key"),
        ("deposit_mad: 100", "deposit_mad: 0", "'0' is not a whole number"),
        ("insurance_how:\n  mutuelle:", "insurance_how:\n  axa:", "unknown key"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(there: str, instead: str, fault: str) -> None:
    text = DEMO.read_text(encoding="utf-8")
    assert there in text

    with pytest.raises(ClinicFileError) as raised:
        parse_clinic(text.replace(there, instead, 1))

    assert fault in str(raised.value)
    assert "(line " in str(raised.value)


@pytest.mark.parametrize(
    ("now", "days", "end"),
    [
        ("2026-11-23T10:00", 0, "2026-11-23T19:00"),
        ("2026-11-23T10:00", 1, "2026-11-24T19:00"),
        ("2026-11-23T20:00", 0, "2026-11-24T19:00"),
        ("2026-11-28T20:00", 1, "2026-12-01T19:00"),
        ("2026-12-31T10:00", 1, "2027-01-02T18:00"),
    ],
)
def test_working_days_skip_sundays_and_holidays(now: str, days: int, end: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=ZONE)

    found = working_day_end(load_clinic(DEMO), at, days)

    assert found == datetime.fromisoformat(end).replace(tzinfo=ZONE)

"""A small clinic for tests of the agenda: two doctors, two sites, three services.

Dr Alami and Dr Berrada receive from Monday to Friday, 09:00 to 18:00 with a break from
12:30 to 14:00; Dr Berrada on Friday at the other site.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from clinic.clock import UTC
from clinic.facts.codes import Gender, Specialty, Weekday
from clinic.facts.model import (
    BookingRules,
    Clinic,
    DataController,
    DateRange,
    EmergencyDepartment,
    LocalText,
    PersonName,
    Practitioner,
    PublicHoliday,
    ScheduleBlock,
    Service,
    Site,
    TimeRange,
    WeeklyHours,
)
from clinic.scheduling.model import Appointment, AppointmentStatus

NOW = datetime(2027, 1, 18, 8, 0, tzinfo=UTC)
"""A Monday, 08:00 in Casablanca; no holiday in the two weeks that follow."""

ALAMI, BERRADA = "dr-alami", "dr-berrada"
SHORT, MIDDLE, LONG = "visit-20", "visit-30", "visit-45"


class FixedClock:
    """Stands still until it is told the time."""

    def __init__(self, now: datetime = NOW) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time


def text(word: str) -> LocalText:
    return LocalText(fr=word, ary=word, ary_latn=word, en=word)


def hours(start: str, end: str) -> TimeRange:
    return TimeRange(time.fromisoformat(start), time.fromisoformat(end))


def weekdays(opening: tuple[TimeRange, ...]) -> WeeklyHours:
    """The same hours from Monday to Friday, closed at the week-end."""
    return WeeklyHours((opening,) * 5 + ((), ()))


def site(identifier: str) -> Site:
    return Site(
        id=identifier,
        name=text(identifier),
        city=text("Casablanca"),
        address=text("1, rue des Tests"),
        directions=None,
        latitude=33.5,
        longitude=-7.6,
        phone="+212522000100",
        emergency_department=EmergencyDepartment(text("CHU"), text("Casablanca"), None),
        hours=weekdays((hours("08:30", "19:00"),)),
        ramadan_hours=weekdays((hours("09:00", "15:00"),)),
    )


def practitioner(identifier: str, *, friday_site: str = "centre") -> Practitioner:
    name = PersonName("Dr", "Test", identifier)
    return Practitioner(
        id=identifier,
        latin_name=name,
        arabic_name=name,
        gender=Gender.FEMALE,
        specialties=(Specialty.GENERAL_PRACTICE,),
        languages=("fr",),
        whatsapp=None,
        schedule=tuple(
            ScheduleBlock(
                site_id=friday_site if day is Weekday.FRIDAY else "centre",
                weekday=day,
                hours=hours("09:00", "18:00"),
                breaks=(hours("12:30", "14:00"),),
            )
            for day in Weekday
            if day < Weekday.SATURDAY
        ),
        ramadan_schedule=(),
        leave=(),
    )


def service(identifier: str, minutes: int) -> Service:
    return Service(
        id=identifier,
        specialty=Specialty.GENERAL_PRACTICE,
        name=text(identifier),
        duration_minutes=minutes,
        price_mad=200,
        what_to_bring=text("carte"),
        preparation=None,
        teleconsultation=False,
    )


def small_clinic(*, step_minutes: int = 15) -> Clinic:
    return Clinic(
        name=text("Clinique Test"),
        default_language="fr",
        timezone="Africa/Casablanca",
        phone="+212522000100",
        email="test@clinic.example",
        reception_whatsapp=None,
        data_controller=DataController("Test", "D-1", "test@clinic.example"),
        base_url="https://clinic.example",
        calendar_title=text("Rendez-vous"),
        booking=BookingRules(
            min_notice_minutes=60,
            horizon_days=90,
            slot_step_minutes=step_minutes,
            grace_minutes=10,
            late_grace_minutes=15,
        ),
        emergency_numbers=(),
        insurance=(),
        insurance_note=None,
        sites=(site("centre"), site("nord")),
        services=(service(SHORT, 20), service(MIDDLE, 30), service(LONG, 45)),
        practitioners=(practitioner(ALAMI), practitioner(BERRADA, friday_site="nord")),
        ramadan=(DateRange(date(2027, 2, 8), date(2027, 3, 9)),),
        public_holidays=(PublicHoliday(date(2027, 3, 10), text("Aïd"), estimate=True),),
    )


def with_practitioner(clinic: Clinic, changed: Practitioner) -> Clinic:
    """The clinic with one practitioner replaced by the one of the same id."""
    return replace(
        clinic,
        practitioners=tuple(
            changed if known.id == changed.id else known for known in clinic.practitioners
        ),
    )


def booked_appointment(**values: Any) -> Appointment:
    """Returns a booked appointment of half an hour; `values` are the attributes that matter."""
    start = values.get("start", NOW)
    usual: dict[str, Any] = {
        "id": "appointment-1",
        "patient_id": "patient-1",
        "practitioner_id": ALAMI,
        "site_id": "centre",
        "service_id": MIDDLE,
        "start": start,
        "end": start + timedelta(minutes=30),
        "status": AppointmentStatus.BOOKED,
        "hold_expires_at": None,
        "version": 1,
        "calendar_token": "token",
        "created_at": NOW,
        "idempotency_key": None,
    }
    return Appointment(**{**usual, **values})

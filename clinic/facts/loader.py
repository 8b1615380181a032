"""Reads the clinic file into a `Clinic`, or says everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clinic.facts.care_reader import read_after_care, read_nurses
from clinic.facts.checks import check_clinic
from clinic.facts.codes import Gender, Insurance, Language, Specialty, Weekday
from clinic.facts.errors import ClinicFileError
from clinic.facts.handoff_loader import read_handoff
from clinic.facts.model import (
    BookingRules,
    Clinic,
    DataController,
    DateRange,
    EmergencyDepartment,
    EmergencyNumber,
    Leave,
    PersonName,
    Practitioner,
    PublicHoliday,
    ScheduleBlock,
    Service,
    Site,
    WeeklyHours,
)
from clinic.facts.office_loader import read_office
from clinic.facts.problems import Problem, Problems
from clinic.facts.reader import Section, Value, read_root

_T = TypeVar("_T")
_E = TypeVar("_E", bound=Enum)

_WEEKDAYS = {day.key: day for day in Weekday}
_EMERGENCY_NUMBER = re.compile(r"\+?[0-9]{2,15}")
_URL = re.compile(r"https?://[^\s/]+(/[^\s]*[^\s/])?")


def load_clinic(path: str | Path) -> Clinic:
    """Reads and checks a clinic file.

    Raises:
        ClinicFileError: the file is missing or has faults; all of them are listed.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem("", "unreadable", {"reason": f"cannot be read: {error}"})
        raise ClinicFileError(str(path), [problem]) from error
    return parse_clinic(text, name=str(path))


def parse_clinic(text: str, *, name: str = "clinic.yml") -> Clinic:
    """Reads and checks the text of a clinic file; see `load_clinic`."""
    problems = Problems()
    root = read_root(text, problems)
    if root is None:
        raise ClinicFileError(name, problems.found)
    clinic = _clinic(root)
    root.done()
    if problems.found:
        raise ClinicFileError(name, problems.found)
    return clinic


def _clinic(root: Section) -> Clinic:
    head = root.section("clinic")
    sites = _list(root, "sites", _site)
    services = _list(root, "services", _service)
    practitioners = _list(root, "practitioners", _practitioner)
    holidays = root.section("calendar")
    clinic = Clinic(
        name=head.local_text("name"),
        default_language=_code(head.value("default_language"), Language, "language").value,
        timezone=_timezone(head.value("timezone")),
        phone=head.value("phone").phone(),
        email=head.value("email").email(),
        reception_whatsapp=_optional_phone(head, "reception_whatsapp"),
        data_controller=_data_controller(head.section("data_controller")),
        base_url=head.value("base_url").matching(_URL, "web_address"),
        calendar_title=head.local_text("calendar_title"),
        video_url=(
            head.value("video_url").matching(_URL, "web_address") if head.has("video_url") else None
        ),
        booking=_booking_rules(root.section("booking")),
        emergency_numbers=_list(root, "emergency_numbers", _emergency_number),
        insurance=_codes(root, "insurance", Insurance, "insurance"),
        insurance_note=root.optional_local_text("insurance_note"),
        sites=sites,
        services=services,
        practitioners=practitioners,
        ramadan=_list(holidays, "ramadan", _date_range),
        public_holidays=_list(holidays, "public_holidays", _public_holiday),
        nurses=read_nurses(root),
        after_care=read_after_care(root),
        office=read_office(root),
        handoff=read_handoff(root),
    )
    holidays.done()
    head.done()
    check_clinic(clinic, root)
    return clinic


def _data_controller(section: Section) -> DataController:
    controller = DataController(
        name=section.value("name").text(),
        cndp_number=section.value("cndp_number").text(),
        email=section.value("email").email(),
    )
    section.done()
    return controller


def _booking_rules(section: Section) -> BookingRules:
    rules = BookingRules(
        min_notice_minutes=section.value("min_notice_minutes").integer(0, 7 * 24 * 60),
        horizon_days=section.value("horizon_days").integer(1, 366),
        slot_step_minutes=section.value("slot_step_minutes").minutes(5, 240),
        grace_minutes=section.value("grace_minutes").integer(0, 60),
        late_grace_minutes=section.value("late_grace_minutes").integer(0, 240),
    )
    section.done()
    return rules


def _emergency_number(section: Section) -> EmergencyNumber:
    number = section.value("number").matching(_EMERGENCY_NUMBER, "emergency_number")
    read = EmergencyNumber(number=number, label=section.local_text("label"))
    section.done()
    return read


def _site(section: Section) -> Site:
    opening = section.section("opening_hours")
    site = Site(
        id=section.value("id").identifier(),
        name=section.local_text("name"),
        city=section.local_text("city"),
        address=section.local_text("address"),
        directions=section.optional_local_text("directions"),
        latitude=section.value("latitude").decimal(-90, 90),
        longitude=section.value("longitude").decimal(-180, 180),
        phone=section.value("phone").phone(),
        emergency_department=_emergency_department(section.section("emergency_department")),
        hours=_weekly_hours(opening.section("weekly")),
        ramadan_hours=_weekly_hours(opening.section("ramadan")),
        keywords=_keywords(section),
    )
    opening.done()
    section.done()
    return site


def _emergency_department(section: Section) -> EmergencyDepartment:
    department = EmergencyDepartment(
        name=section.local_text("name"),
        address=section.local_text("address"),
        phone=_optional_phone(section, "phone"),
    )
    section.done()
    return department


def _weekly_hours(section: Section) -> WeeklyHours:
    hours = WeeklyHours(tuple(section.ranges(day.key) for day in Weekday))
    section.done()
    return hours


def _service(section: Section) -> Service:
    service = Service(
        id=section.value("id").identifier(),
        specialty=_code(section.value("specialty"), Specialty, "specialty"),
        name=section.local_text("name"),
        duration_minutes=section.value("duration_minutes").minutes(5, 480),
        price_mad=section.value("price_mad").integer(0, 1_000_000),
        what_to_bring=section.local_text("what_to_bring"),
        preparation=section.optional_local_text("preparation"),
        teleconsultation=section.value("teleconsultation").boolean(),
        keywords=_keywords(section),
        deposit_mad=(
            section.value("deposit_mad").integer(1, 1_000_000) if section.has("deposit_mad") else 0
        ),
        home_visit=section.has("home_visit") and section.value("home_visit").boolean(),
    )
    section.done()
    return service


def _practitioner(section: Section) -> Practitioner:
    name = section.section("name")
    practitioner = Practitioner(
        id=section.value("id").identifier(),
        latin_name=_person_name(name.section("latin")),
        arabic_name=_person_name(name.section("arabic")),
        gender=_code(section.value("gender"), Gender, "gender"),
        specialties=_codes(section, "specialties", Specialty, "specialty"),
        languages=tuple(lang.value for lang in _codes(section, "languages", Language, "language")),
        whatsapp=_optional_phone(section, "whatsapp"),
        schedule=_schedule(section, "schedule"),
        ramadan_schedule=_schedule(section, "ramadan_schedule", optional=True),
        leave=tuple(_leave(item) for item in section.sections("leave", optional=True)),
    )
    name.done()
    section.done()
    return practitioner


def _person_name(section: Section) -> PersonName:
    name = PersonName(
        title=section.value("title").text(),
        given=section.value("given").text(),
        family=section.value("family").text(),
    )
    section.done()
    return name


def _schedule(section: Section, key: str, *, optional: bool = False) -> tuple[ScheduleBlock, ...]:
    blocks: list[ScheduleBlock] = []
    for number, line in enumerate(section.sections(key, optional=optional)):
        weekdays = [_weekday(value) for value in line.values("weekdays")]
        if line.has("weekdays") and not weekdays:
            line.problem_at("weekdays", "no_entry")
        site_id = line.value("site").identifier()
        end = line.value("to")
        hours = end.ordered(line.value("from").time_of_day(), end.time_of_day())
        breaks = line.ranges("breaks")
        for pause in breaks:
            if not hours.contains(pause):
                line.problem_at("breaks", "break_outside", given=pause, hours=hours)
        line.done()
        blocks.extend(
            ScheduleBlock(site_id, day, hours, breaks, line=number)
            for day in weekdays
            if day is not None
        )
    return tuple(blocks)


def _list(section: Section, key: str, read: Callable[[Section], _T]) -> tuple[_T, ...]:
    return tuple(read(item) for item in section.sections(key))


def _code(value: Value, kind: type[_E], name: str) -> _E:
    # The stand-in for an unknown code is never used: the problem is noted.
    return value.code(kind, name) or next(iter(kind))


def _codes(section: Section, key: str, kind: type[_E], name: str) -> tuple[_E, ...]:
    read = (value.code(kind, name) for value in section.values(key))
    return tuple(dict.fromkeys(code for code in read if code is not None))


def _keywords(section: Section) -> tuple[str, ...]:
    return tuple(value.text() for value in section.values("keywords", optional=True))


def _optional_phone(section: Section, key: str) -> str | None:
    return section.value(key).phone() if section.has(key) else None


def _timezone(value: Value) -> str:
    name = value.text()
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        value.problem("time_zone", given=name)
    return name


def _weekday(value: Value) -> Weekday | None:
    text = value.text()
    if text and text not in _WEEKDAYS:
        value.problem("unknown_code", given=text, kind="weekday", known=", ".join(_WEEKDAYS))
    return _WEEKDAYS.get(text)


def _leave(section: Section) -> Leave:
    hours = None
    if section.has("from") or section.has("to"):
        end = section.value("to")
        hours = end.ordered(section.value("from").time_of_day(), end.time_of_day())
    return Leave(days=_date_range(section), hours=hours)


def _date_range(section: Section) -> DateRange:
    days = DateRange(first=section.value("first").day(), last=section.value("last").day())
    if days.last < days.first:
        section.problem("days_reversed")
    section.done()
    return days


def _public_holiday(section: Section) -> PublicHoliday:
    holiday = PublicHoliday(
        day=section.value("date").day(),
        name=section.local_text("name"),
        estimate=section.has("estimate") and section.value("estimate").boolean(),
    )
    section.done()
    return holiday

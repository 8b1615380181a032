"""The clinic's facts as values: who works where and when, what it costs, whom to call.

`clinic.facts.loader.load_clinic` makes a `Clinic` from the clinic file. Times of the day
are clinic local time; `clinic.facts.opening` turns them into instants.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from clinic.facts.codes import Gender, Insurance, Language, Specialty, Weekday
from clinic.facts.errors import UnknownIdError
from clinic.facts.handoff import HandoffRules
from clinic.facts.local_text import LocalText as LocalText
from clinic.facts.office import Office

if TYPE_CHECKING:
    from clinic.facts.care import AfterCare, NurseOnDuty


@dataclass(frozen=True)
class TimeRange:
    """Part of a day in local time, `end` exclusive."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def overlaps(self, other: TimeRange) -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: TimeRange) -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class WeeklyHours:
    """The hours of each weekday, Monday first, in order of time."""

    days: tuple[tuple[TimeRange, ...], ...]

    def on(self, weekday: int) -> tuple[TimeRange, ...]:
        """Returns the hours of a weekday (0 is Monday)."""
        return self.days[weekday]


@dataclass(frozen=True)
class DateRange:
    """Whole days, both ends included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class EmergencyDepartment:
    """The hospital to send a patient to who is near a site."""

    name: LocalText
    address: LocalText
    phone: str | None


@dataclass(frozen=True)
class Site:
    """A place where the clinic receives patients."""

    id: str
    name: LocalText
    city: LocalText
    address: LocalText
    directions: LocalText | None
    latitude: float
    longitude: float
    phone: str
    emergency_department: EmergencyDepartment
    hours: WeeklyHours
    ramadan_hours: WeeklyHours
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScheduleBlock:
    """When a practitioner receives at a site on one weekday.

    Attributes:
        line: which line of the file's list says so, from 0; for faults.
    """

    site_id: str
    weekday: Weekday
    hours: TimeRange
    breaks: tuple[TimeRange, ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Leave:
    """Days off; with `hours` only that part of each of these days."""

    days: DateRange
    hours: TimeRange | None


@dataclass(frozen=True)
class Closure:
    """Time that staff closed in the console, beside what the clinic file says.

    Attributes:
        practitioner_id: whose leave it is; None when a site is closed.
        site_id: the site that is closed; None for a leave, and for all sites together.
        start: aware instant.
        end: aware instant, exclusive.
    """

    practitioner_id: str | None
    site_id: str | None
    start: datetime
    end: datetime

    def concerns(self, practitioner_id: str, site_id: str) -> bool:
        """Tells whether it keeps a practitioner from receiving at a site."""
        if self.practitioner_id is not None:
            return self.practitioner_id == practitioner_id
        return self.site_id in (None, site_id)


@dataclass(frozen=True)
class PersonName:
    """A name in one script."""

    title: str
    given: str
    family: str

    @property
    def full(self) -> str:
        """Title, given and family name: "Dr Karim Benjelloun"."""
        return f"{self.title} {self.given} {self.family}"

    @property
    def short(self) -> str:
        """Title and family name, for buttons: "Dr Benjelloun"."""
        return f"{self.title} {self.family}"


@dataclass(frozen=True)
class Practitioner:
    """Somebody whose time can be booked; offers every service of their specialties."""

    id: str
    latin_name: PersonName
    arabic_name: PersonName
    gender: Gender
    specialties: tuple[Specialty, ...]
    languages: tuple[str, ...]
    whatsapp: str | None
    schedule: tuple[ScheduleBlock, ...]
    ramadan_schedule: tuple[ScheduleBlock, ...]
    leave: tuple[Leave, ...]

    @property
    def site_ids(self) -> tuple[str, ...]:
        """The sites of the weekly schedule, each once, in the order of the file."""
        return tuple(dict.fromkeys(block.site_id for block in self.schedule))

    @property
    def all_site_ids(self) -> frozenset[str]:
        """The sites whose agenda is concerned: those of the weekly and of the Ramadan schedule."""
        return frozenset(block.site_id for block in (*self.schedule, *self.ramadan_schedule))

    def name(self, language: str) -> PersonName:
        """Returns the name in the script of a language."""
        return self.arabic_name if language == Language.DARIJA.value else self.latin_name


@dataclass(frozen=True)
class Service:
    """Something that can be booked: duration in minutes, price and deposit in dirhams.

    Attributes:
        keywords: other words by which patients name it.
        deposit_mad: to be paid beforehand, 0 for nothing.
    """

    id: str
    specialty: Specialty
    name: LocalText
    duration_minutes: int
    price_mad: int
    what_to_bring: LocalText
    preparation: LocalText | None
    teleconsultation: bool
    keywords: tuple[str, ...] = ()
    deposit_mad: int = 0
    home_visit: bool = False


@dataclass(frozen=True)
class EmergencyNumber:
    """A number to call at once, with who answers."""

    number: str
    label: LocalText


@dataclass(frozen=True)
class PublicHoliday:
    """A day on which all sites are closed; religious ones are estimates until announced."""

    day: date
    name: LocalText
    estimate: bool


@dataclass(frozen=True)
class BookingRules:
    """What can be booked.

    Attributes:
        min_notice_minutes: shortest time between asking and the appointment.
        horizon_days: how far ahead patients may book.
        slot_step_minutes: distance of two possible starts.
        grace_minutes: how long after the end of the notice an offered time can be taken,
            for the patient who reads the offer and taps a few minutes later.
        late_grace_minutes: how late a patient may come and still be seen at once.
    """

    min_notice_minutes: int
    horizon_days: int
    slot_step_minutes: int
    grace_minutes: int
    late_grace_minutes: int


@dataclass(frozen=True)
class DataController:
    """Who answers for personal data under law 09-08, and the CNDP declaration."""

    name: str
    cndp_number: str
    email: str


@dataclass(frozen=True)
class Clinic:
    """Everything that the clinic file says."""

    name: LocalText
    default_language: str
    timezone: str
    phone: str
    email: str
    reception_whatsapp: str | None
    data_controller: DataController
    base_url: str
    calendar_title: LocalText
    booking: BookingRules
    emergency_numbers: tuple[EmergencyNumber, ...]
    insurance: tuple[Insurance, ...]
    insurance_note: LocalText | None
    sites: tuple[Site, ...]
    services: tuple[Service, ...]
    practitioners: tuple[Practitioner, ...]
    ramadan: tuple[DateRange, ...]
    public_holidays: tuple[PublicHoliday, ...]
    nurses: tuple[NurseOnDuty, ...] = ()
    after_care: tuple[AfterCare, ...] = ()
    office: Office = field(default_factory=Office)
    handoff: HandoffRules = field(default_factory=HandoffRules)
    video_url: str | None = None
    closures: tuple[Closure, ...] = ()
    """Entered in the console, not in the file (`clinic.adapters.closures.with_closures`)."""

    @property
    def current(self) -> Clinic:
        """Itself: a clinic that nothing changes (`clinic.facts.source.ClinicSource`)."""
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def site(self, site_id: str) -> Site:
        """Returns the site; raises `UnknownIdError`."""
        for site in self.sites:
            if site.id == site_id:
                return site
        raise UnknownIdError("site", site_id)

    def practitioner(self, practitioner_id: str) -> Practitioner:
        """Returns the practitioner; raises `UnknownIdError`."""
        for practitioner in self.practitioners:
            if practitioner.id == practitioner_id:
                return practitioner
        raise UnknownIdError("practitioner", practitioner_id)

    def service(self, service_id: str) -> Service:
        """Returns the service; raises `UnknownIdError`."""
        for service in self.services:
            if service.id == service_id:
                return service
        raise UnknownIdError("service", service_id)

    @property
    def specialties(self) -> tuple[Specialty, ...]:
        """The specialties that somebody here practises and a service exists for."""
        practised = {s for p in self.practitioners for s in p.specialties}
        return tuple(dict.fromkeys(s.specialty for s in self.services if s.specialty in practised))

    def services_of(self, specialty: str) -> tuple[Service, ...]:
        """Returns the services of a specialty; the first in the file is the usual one."""
        return tuple(service for service in self.services if service.specialty.value == specialty)

    def practitioners_of(self, specialty: str) -> tuple[Practitioner, ...]:
        """Returns who practises a specialty, in the order of the file."""
        return tuple(
            practitioner
            for practitioner in self.practitioners
            if any(own.value == specialty for own in practitioner.specialties)
        )

    def holiday_on(self, day: date) -> PublicHoliday | None:
        return next((holiday for holiday in self.public_holidays if holiday.day == day), None)

    def in_ramadan(self, day: date) -> bool:
        return any(day in month for month in self.ramadan)

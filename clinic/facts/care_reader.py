"""Reads the nurses on duty and the after-care texts of the clinic file."""

from __future__ import annotations

from clinic.facts.care import AfterCare, NurseOnDuty, Shift
from clinic.facts.codes import Language, Weekday
from clinic.facts.model import PersonName
from clinic.facts.reader import Section

_WEEKDAYS = {day.key: day for day in Weekday}


def read_nurses(root: Section) -> tuple[NurseOnDuty, ...]:
    """Reads `nurses_on_duty`; none when it is absent."""
    return tuple(_nurse(item) for item in root.sections("nurses_on_duty", optional=True))


def read_after_care(root: Section) -> tuple[AfterCare, ...]:
    """Reads `after_care`; none when it is absent."""
    return tuple(_after_care(item) for item in root.sections("after_care", optional=True))


def _nurse(section: Section) -> NurseOnDuty:
    name = section.section("name")
    nurse = NurseOnDuty(
        latin_name=_name(name.section("latin")),
        arabic_name=_name(name.section("arabic")),
        phone=section.value("phone").phone() if section.has("phone") else None,
        shifts=tuple(shift for line in section.sections("shifts") for shift in _shifts(line)),
    )
    name.done()
    section.done()
    return nurse


def _name(section: Section) -> PersonName:
    name = PersonName(*(section.value(part).text() for part in ("title", "given", "family")))
    section.done()
    return name


def _shifts(section: Section) -> list[Shift]:
    end = section.value("to")
    hours = end.ordered(section.value("from").time_of_day(), end.time_of_day())
    shifts = []
    for value in section.values("weekdays"):
        text = value.text()
        if text in _WEEKDAYS:
            shifts.append(Shift(_WEEKDAYS[text], hours))
        elif text:
            value.problem("unknown_code", given=text, kind="weekday", known=", ".join(_WEEKDAYS))
    section.done()
    return shifts


def _after_care(section: Section) -> AfterCare:
    words = section.section("words")
    entry = AfterCare(
        id=section.value("id").identifier(),
        words=tuple(
            value.text() for language in Language for value in words.values(language.value)
        ),
        is_worn=section.has("worn") and section.value("worn").boolean(),
        advice=section.local_text("advice"),
        call_now=section.local_text("call_now"),
    )
    words.done()
    section.done()
    return entry

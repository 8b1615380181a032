"""Who answers medical questions when, and the approved texts on after-care."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clinic.facts.codes import Language, Weekday
from clinic.facts.model import Clinic, LocalText, PersonName, TimeRange


@dataclass(frozen=True)
class Shift:
    """When a nurse is on duty on one weekday."""

    weekday: Weekday
    hours: TimeRange


@dataclass(frozen=True)
class NurseOnDuty:
    """Somebody who answers medical questions.

    Attributes:
        phone: for the staff's list; patients are not given it.
    """

    latin_name: PersonName
    arabic_name: PersonName
    phone: str | None
    shifts: tuple[Shift, ...]

    def name(self, language: str) -> PersonName:
        """Returns the name in the script of a language."""
        return self.arabic_name if language == Language.DARIJA.value else self.latin_name


@dataclass(frozen=True)
class AfterCare:
    """What a doctor approved for the days after a procedure.

    Attributes:
        words: what patients call the procedure, in any language.
        is_worn: the patient has it on them (stitches, a plaster): no "after" need be said.
        advice: the approved text.
        call_now: the sign that means: call now.
    """

    id: str
    words: tuple[str, ...]
    is_worn: bool
    advice: LocalText
    call_now: LocalText


def nurse_on_duty(clinic: Clinic, at: datetime) -> NurseOnDuty | None:
    """Returns who is on duty at an aware instant; None when nobody is."""
    local = at.astimezone(clinic.zone)
    for nurse in clinic.nurses:
        for shift in nurse.shifts:
            is_on = shift.hours.start <= local.time() < shift.hours.end
            if shift.weekday == local.weekday() and is_on:
                return nurse
    return None

"""Questions that the clinic answers from its own facts, and the answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clinic.scheduling.model import Appointment
from clinic.scheduling.queue import Place
from whatsapp.location import Location
from whatsapp.messages import Choice

CLOCK_GRAINS = ("minute", "hour")
"""Grains of a time that name a moment of a day."""


@dataclass(frozen=True)
class SaidTime:
    """A time in the question: aware instants, `end` exclusive, and how exact it is."""

    start: datetime
    end: datetime
    grain: str


@dataclass(frozen=True)
class FactQuestion:
    """What a patient asks, and what is known of them that helps to answer.

    Attributes:
        intent: one of the `ask_*` intents.
        specialty: named in the question.
        context_specialty: of the booking that the question interrupts.
        about_ramadan: the hours of Ramadan are meant.
        about_holidays: public holidays in general are meant.
        upcoming: the patient's own appointments to come, the next one first.
        place: where the patient stands in today's queue, for the first appointment of today.
        in_form: another question is open: it follows the answer, no other button should.
    """

    intent: str
    specialty: str | None = None
    context_specialty: str | None = None
    practitioner_id: str | None = None
    site_id: str | None = None
    service_id: str | None = None
    insurance: str | None = None
    time: SaidTime | None = None
    about_ramadan: bool = False
    about_holidays: bool = False
    upcoming: tuple[Appointment, ...] = ()
    place: Place | None = None
    in_form: bool = False


@dataclass(frozen=True)
class FactAnswer:
    """A response with its variables, what can be tapped below it and a place on the map.

    Attributes:
        needs_person: the facts do not say it: a person answers. The response then has the
            variable `handoff`.
    """

    response: str
    values: dict[str, str]
    choices: tuple[Choice, ...] = ()
    location: Location | None = None
    needs_person: bool = False

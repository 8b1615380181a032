"""Which appointment a patient means, and which of the times they said is the one they have.

"Changer mon rdv de jeudi" names the present time, "mettez-moi vendredi" the wished one, "mon rdv
de jeudi à samedi" both. What is concluded here is always said back before anything changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from actions.appointment_words import ends_with, place_of, says
from actions.said import Said
from actions.times import SaidTime, is_without_day, said_times
from clinic.appointments.model import OwnAppointment
from clinic.facts.model import Clinic
from nlu.normaliser import normalise
from nlu.time_expressions import resolve_time


@dataclass(frozen=True)
class TwoTimes:
    """The time of the appointment meant, and the time wished for it, where they were said."""

    old: SaidTime | None = None
    new: SaidTime | None = None


@dataclass(frozen=True)
class Mention:
    """What a message says about the appointment that it means."""

    time: SaidTime | None = None
    practitioner_id: str | None = None
    specialty: str | None = None
    relation: str | None = None
    name: str | None = None

    @property
    def is_empty(self) -> bool:
        return self == Mention()


def mention_of(said: Said, time: SaidTime | None) -> Mention:
    """Returns what a message says, with the time that is not a wish."""
    return Mention(
        time=time,
        practitioner_id=said.value("practitioner"),
        specialty=said.value("specialty"),
        relation=said.value("relation"),
        name=said.value("person_name"),
    )


def find_meant(
    own: Sequence[OwnAppointment], mention: Mention, clinic: Clinic
) -> list[OwnAppointment]:
    """Returns the appointments that everything said fits."""
    tests: list[Callable[[OwnAppointment], bool]] = []
    if time := mention.time:
        tests.append(lambda it: time.covers(it.appointment.start, clinic.zone))
    if mention.practitioner_id:
        tests.append(lambda it: it.appointment.practitioner_id == mention.practitioner_id)
    elif mention.specialty:
        tests.append(lambda it: specialty_of(it, clinic) == mention.specialty)
    if mention.relation:
        tests.append(lambda it: it.patient.relation.value == mention.relation)
    if mention.name:
        wanted = set(normalise(mention.name).split())
        tests.append(lambda it: bool(wanted & set(normalise(it.patient.name).split())))
    return [it for it in own if all(test(it) for test in tests)]


def specialty_of(own: OwnAppointment, clinic: Clinic) -> str:
    """Returns the specialty of an appointment."""
    return clinic.service(own.appointment.service_id).specialty.value


def only_time(said: Said, zone: ZoneInfo) -> SaidTime | None:
    """Returns the first time of a message that cannot speak of another one."""
    return next(iter(said_times(said, zone)), None)


def tell_times_apart(
    said: Said, own: Sequence[OwnAppointment], zone: ZoneInfo, now: datetime
) -> TwoTimes:
    """Tells the time of the appointment meant from the wished one."""
    times = said_times(said, zone)
    if (left := _given_up(said.text, times, zone, now)) and times:
        return TwoTimes(old=left, new=times[0])
    if not times:
        return TwoTimes(old=left)
    if len(times) == 1:
        return _one(said.text, times[0], own, zone)
    first, second = times[0], times[1]
    fits_first, fits_second = _fits(first, own, zone), _fits(second, own, zone)
    if fits_second and not fits_first:
        return TwoTimes(old=second, new=first)
    if not fits_first and not _stands_after(said.text, first, "before_old"):
        # Two wishes ("jeudi ou vendredi"): the first counts, the other can be said again.
        return TwoTimes(new=first)
    return TwoTimes(old=first, new=second)


def _one(text: str, time: SaidTime, own: Sequence[OwnAppointment], zone: ZoneInfo) -> TwoTimes:
    is_new = _stands_after(text, time, "before_new")
    is_old = _stands_after(text, time, "before_old")
    if _fits(time, own, zone):
        return TwoTimes(new=time) if is_new and not is_old else TwoTimes(old=time)
    return TwoTimes(old=time) if is_old and not is_new else TwoTimes(new=time)


def _given_up(
    text: str, times: Sequence[SaidTime], zone: ZoneInfo, now: datetime
) -> SaidTime | None:
    """Returns what somebody wants another time instead of; the time component leaves it out."""
    plain = normalise(text)
    place = place_of(plain, "instead")
    if place is None:
        return None
    found = resolve_time(plain[place[1] :], now=now)
    if not found:
        return None
    first = found[0]
    if len(times) > 1:
        return next((t for t in times if t.start == first.start), None)
    if any(time.start == first.start for time in times):
        return None
    has_day = not is_without_day(first.text, zone)
    return SaidTime(first.start, first.end, first.grain, has_day)


def _fits(time: SaidTime, own: Sequence[OwnAppointment], zone: ZoneInfo) -> bool:
    return any(time.covers(it.appointment.start, zone) for it in own)


def _stands_after(text: str, time: SaidTime, topic: str) -> bool:
    """Tells whether a word of the topic stands right before a time, or begins it."""
    start, end = time.place
    words = text[start:end].split()
    begins = len(words) > 1 and says(words[0], topic)
    return begins or ends_with(text[:start], topic)

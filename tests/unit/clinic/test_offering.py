"""Which times are offered for a wish."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from clinic.adapters.database import Database
from clinic.facts.model import Clinic
from clinic.scheduling.model import AgendaSlot
from clinic.scheduling.offering import Fit, Offer, Offering, Wish
from clinic.scheduling.services import Scheduling
from tests.small_clinic import ALAMI, BERRADA, NOW, SHORT, FixedClock, practitioner, small_clinic

SPECIALTY = "general_practice"
ONE_DOCTOR = replace(small_clinic(), practitioners=(practitioner(ALAMI),))


class Agenda:
    """The agenda of a small clinic, with what is offered from it."""

    def __init__(self, database: Database, clock: FixedClock, clinic: Clinic) -> None:
        self.clinic = clinic
        self.scheduling = Scheduling(database, clinic, clock)
        self.offering = Offering(self.scheduling, clinic, clock)
        self._booked = 0

    def book(self, day: str, *times: str, doctor: str = ALAMI) -> None:
        """Books 20 minutes at each time, each for another patient."""
        for time in times:
            start = self.at(day, time)
            slot = AgendaSlot(doctor, "centre", SHORT, start, start + timedelta(minutes=20))
            self._booked += 1
            patient = f"patient-{self._booked}"
            hold = self.scheduling.hold(slot, patient, key=patient)
            self.scheduling.book(hold.id, patient, key=hold.id)

    def at(self, day: str, time: str) -> datetime:
        return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=self.clinic.zone)

    def wish(self, day: str, first: str, last: str, *, narrow: bool = False) -> Wish:
        return Wish(SPECIALTY, start=self.at(day, first), end=self.at(day, last), narrow=narrow)

    def times(self, offer: Offer) -> list[str]:
        return [f"{slot.start.astimezone(self.clinic.zone):%d %H:%M}" for slot in offer.slots]


@pytest.fixture
def agenda(database: Database, clock: FixedClock) -> Agenda:
    return Agenda(database, clock, ONE_DOCTOR)


def test_a_part_of_the_day_gives_three_times_in_it(agenda: Agenda) -> None:
    offer = agenda.offering.find(agenda.wish("2027-01-20", "14:00", "18:00"))

    assert offer.fit is Fit.AS_ASKED
    assert agenda.times(offer) == ["20 14:00", "20 15:30", "20 17:30"]


def test_without_a_day_the_first_days_are_offered(agenda: Agenda) -> None:
    offer = agenda.offering.find(Wish(SPECIALTY))

    assert offer.fit is Fit.AS_ASKED
    assert agenda.times(offer) == ["18 09:00", "19 14:00", "20 09:00"]


def test_an_hour_comes_with_the_nearest_times_of_its_day(agenda: Agenda) -> None:
    agenda.book("2027-01-20", "15:00")

    offer = agenda.offering.find(agenda.wish("2027-01-20", "15:00", "16:00", narrow=True))

    assert offer.fit is Fit.AS_ASKED
    assert agenda.times(offer) == ["20 14:30", "20 15:30", "20 15:45"]


def test_a_full_hour_gives_the_nearest_times_of_its_day(agenda: Agenda) -> None:
    agenda.book("2027-01-20", "15:00", "15:30")

    offer = agenda.offering.find(agenda.wish("2027-01-20", "15:00", "16:00", narrow=True))

    assert offer.fit is Fit.NEAREST
    assert agenda.times(offer) == ["20 14:00", "20 14:15", "20 14:30"]


def test_the_nearest_time_is_found_late_in_a_day_of_many_doctors_and_no_time_comes_twice(
    database: Database, clock: FixedClock
) -> None:
    doctors = tuple(practitioner(f"dr-{number}") for number in range(4))
    agenda = Agenda(database, clock, replace(small_clinic(), practitioners=doctors))
    for doctor in doctors:
        agenda.book("2027-01-20", "16:30", "17:00", doctor=doctor.id)

    offer = agenda.offering.find(agenda.wish("2027-01-20", "17:00", "17:15", narrow=True))

    assert offer.fit is Fit.NEAREST
    assert agenda.times(offer) == ["20 15:45", "20 16:00", "20 17:30"]
    assert {slot.practitioner_id for slot in offer.slots} == {"dr-0"}, "first in the clinic file"


def test_a_full_day_gives_other_days(agenda: Agenda) -> None:
    day = agenda.wish("2027-01-23", "00:00", "23:59")  # a Saturday: closed

    offer = agenda.offering.find(day)

    assert offer.fit is Fit.NEAREST
    assert agenda.times(offer) == ["25 09:00", "26 14:00", "27 09:00"]


def test_what_was_seen_is_not_offered_again(agenda: Agenda) -> None:
    wish = agenda.wish("2027-01-20", "14:00", "18:00")
    first = agenda.offering.find(wish)

    second = agenda.offering.find(wish, first.slots)

    assert second.fit is Fit.AS_ASKED
    assert len(second.slots) == 3
    assert set(first.slots).isdisjoint(second.slots)


def test_when_everything_asked_for_was_seen_the_next_days_come(agenda: Agenda) -> None:
    wish = agenda.wish("2027-01-20", "17:30", "18:00")
    seen = agenda.offering.find(wish).slots

    offer = agenda.offering.find(wish, seen)

    assert agenda.times(Offer(seen, Fit.AS_ASKED)) == ["20 17:30"]
    assert offer.fit is Fit.NEAREST
    assert [time[:2] for time in agenda.times(offer)] == ["21", "22", "25"]


def test_the_past_part_of_a_wish_is_left_out(agenda: Agenda, clock: FixedClock) -> None:
    clock.time = NOW + timedelta(hours=8)  # 16:00 at the clinic, an hour's notice

    offer = agenda.offering.find(agenda.wish("2027-01-18", "14:00", "18:00"))

    assert agenda.times(offer) == ["18 17:00", "18 17:15", "18 17:30"]


def test_a_time_that_is_over_gives_the_next_free_ones(agenda: Agenda) -> None:
    offer = agenda.offering.find(agenda.wish("2027-01-15", "09:00", "10:00"))

    assert offer.fit is Fit.NEAREST
    assert agenda.times(offer) == ["18 09:00", "19 14:00", "20 09:00"]


def test_only_the_named_doctor_is_offered(database: Database, clock: FixedClock) -> None:
    agenda = Agenda(database, clock, small_clinic())
    wish = replace(agenda.wish("2027-01-20", "09:00", "18:00"), practitioner_id=BERRADA)

    offer = agenda.offering.find(wish)

    assert {slot.practitioner_id for slot in offer.slots} == {BERRADA}


def test_beyond_the_horizon_nothing_is_offered(agenda: Agenda) -> None:
    assert agenda.offering.find(agenda.wish("2027-12-20", "09:00", "18:00")) == Offer((), Fit.NONE)


def test_who_cannot_wait_gets_the_earliest_times_half_an_hour_apart(agenda: Agenda) -> None:
    offer = agenda.offering.find(Wish(SPECIALTY, soonest=True))

    assert offer.fit is Fit.AS_ASKED
    assert agenda.times(offer) == ["18 09:00", "18 09:30", "18 10:00"]

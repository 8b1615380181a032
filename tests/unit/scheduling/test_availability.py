"""Free slots from schedules, breaks, leave, closed days, Ramadan and busy time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.clock import UTC
from clinic.facts.codes import Weekday
from clinic.facts.model import Clinic, DateRange, Leave, ScheduleBlock
from clinic.scheduling.availability import (
    bookable_period,
    free_slots_on,
    is_offered,
    working_pieces,
)
from clinic.scheduling.model import AgendaSlot, Interval
from tests.small_clinic import (
    ALAMI,
    BERRADA,
    LONG,
    MIDDLE,
    NOW,
    SHORT,
    hours,
    small_clinic,
    with_practitioner,
)

ZONE = ZoneInfo("Africa/Casablanca")
MONDAY = date(2027, 1, 18)


@pytest.fixture
def clinic() -> Clinic:
    return small_clinic()


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def starts(clinic: Clinic, day: date, *busy: Interval, service: str = MIDDLE, who: str = ALAMI):
    slots = free_slots_on(clinic, clinic.practitioner(who), clinic.service(service), day, busy)
    return [slot.start.astimezone(ZONE).strftime("%H:%M") for slot in slots]


def test_a_free_day_offers_every_step_that_fits_before_break_and_end(clinic: Clinic) -> None:
    offered = starts(small_clinic(step_minutes=30), MONDAY)
    assert offered == [
        "09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00",
        "14:00", "14:30", "15:00", "15:30", "16:00", "16:30", "17:00", "17:30",
    ]  # fmt: skip
    assert starts(clinic, MONDAY, service=LONG)[-1] == "17:15"


def test_steps_count_again_from_the_end_of_a_break(clinic: Clinic) -> None:
    alami = clinic.practitioner(ALAMI)
    block = ScheduleBlock(
        "centre", Weekday.MONDAY, hours("09:10", "11:00"), (hours("09:50", "10:05"),)
    )
    clinic = with_practitioner(clinic, replace(alami, schedule=(block,)))
    assert starts(clinic, MONDAY, service=SHORT) == [
        "09:10", "09:25", "10:05", "10:20", "10:35",
    ]  # fmt: skip


def test_busy_time_takes_every_slot_that_it_touches(clinic: Clinic) -> None:
    busy = Interval(local("2027-01-18T09:20"), local("2027-01-18T17:15"))
    assert starts(clinic, MONDAY, busy, service=SHORT) == ["09:00", "17:15", "17:30"]


def test_a_slot_may_start_when_another_ends(clinic: Clinic) -> None:
    busy = Interval(local("2027-01-18T09:00"), local("2027-01-18T17:30"))
    assert starts(clinic, MONDAY, busy) == ["17:30"]


def test_a_day_of_leave_offers_nothing_and_the_days_around_it_do(clinic: Clinic) -> None:
    leave = Leave(DateRange(date(2027, 1, 19), date(2027, 1, 20)), hours=None)
    alami = replace(clinic.practitioner(ALAMI), leave=(leave,))
    clinic = with_practitioner(clinic, alami)
    days = [MONDAY + timedelta(days=number) for number in range(4)]
    assert [bool(starts(clinic, day)) for day in days] == [True, False, False, True]


def test_leave_of_some_hours_takes_only_these(clinic: Clinic) -> None:
    leave = Leave(DateRange(MONDAY, MONDAY), hours=hours("09:00", "17:00"))
    clinic = with_practitioner(clinic, replace(clinic.practitioner(ALAMI), leave=(leave,)))
    assert starts(clinic, MONDAY) == ["17:00", "17:15", "17:30"]


def test_closed_days_offer_nothing(clinic: Clinic) -> None:
    public_holiday, sunday = date(2027, 3, 10), date(2027, 1, 24)
    assert starts(clinic, public_holiday) == []
    assert starts(clinic, sunday) == []


def test_a_site_filter_leaves_out_days_at_the_other_site(clinic: Clinic) -> None:
    berrada, friday = clinic.practitioner(BERRADA), date(2027, 1, 22)
    visit = clinic.service(MIDDLE)
    at_centre = free_slots_on(clinic, berrada, visit, friday, (), site_id="centre")
    at_nord = free_slots_on(clinic, berrada, visit, friday, (), site_id="nord")
    assert list(at_centre) == []
    assert {slot.site_id for slot in at_nord} == {"nord"}


def test_in_ramadan_the_usual_schedule_is_cut_to_the_site_hours(clinic: Clinic) -> None:
    offered = starts(clinic, date(2027, 2, 8))
    assert (offered[0], offered[-1]) == ("09:00", "14:30")
    assert "12:30" not in offered


def test_a_ramadan_schedule_replaces_the_usual_one(clinic: Clinic) -> None:
    block = ScheduleBlock("centre", Weekday.MONDAY, hours("10:00", "15:00"), ())
    alami = replace(clinic.practitioner(ALAMI), ramadan_schedule=(block,))
    clinic = with_practitioner(clinic, alami)
    offered = starts(clinic, date(2027, 2, 8))
    assert (offered[0], offered[-1]) == ("10:00", "14:30")
    assert "12:30" in offered
    assert starts(clinic, date(2027, 2, 9)) == []


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        (date(2026, 2, 13), 8),  # the last working day at UTC+1
        (date(2026, 2, 16), 9),  # the clock went back on Sunday 15 February
        (date(2026, 3, 20), 9),
        (date(2026, 3, 23), 8),  # and forward on Sunday 22 March
    ],
)
def test_nine_stays_nine_across_the_clock_changes_of_ramadan(
    clinic: Clinic, day: date, utc_hour: int
) -> None:
    first = working_pieces(clinic, clinic.practitioner(ALAMI), day)[0]
    assert first.interval.start == datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)
    assert starts(clinic, day)[0] == "09:00"


def test_work_over_the_night_of_the_clock_change_counts_real_minutes(clinic: Clinic) -> None:
    sunday = date(2026, 3, 22)  # 02:00 becomes 03:00
    site = clinic.site("centre")
    open_days = (*site.hours.days[:6], (hours("00:00", "06:00"),))
    site = replace(site, hours=replace(site.hours, days=open_days))
    block = ScheduleBlock("centre", Weekday.SUNDAY, hours("01:00", "05:00"), ())
    alami = replace(clinic.practitioner(ALAMI), schedule=(block,))
    clinic = with_practitioner(replace(clinic, sites=(site,)), alami)
    assert starts(clinic, sunday) == [
        "01:00", "01:15", "01:30", "01:45", "03:00", "03:15",
        "03:30", "03:45", "04:00", "04:15", "04:30",
    ]  # fmt: skip


def test_the_bookable_period_goes_from_the_notice_to_the_last_day_of_the_horizon(
    clinic: Clinic,
) -> None:
    assert bookable_period(clinic, NOW) == Interval(
        local("2027-01-18T09:00").astimezone(UTC), local("2027-04-19T00:00").astimezone(UTC)
    )


def slot(start: str, service: str = MIDDLE, minutes: int = 30, **changes: str) -> AgendaSlot:
    begin = local(start).astimezone(UTC)
    made = AgendaSlot(ALAMI, "centre", service, begin, begin + timedelta(minutes=minutes))
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("wanted", "offered"),
    [
        (slot("2027-01-18T10:00"), True),
        (slot("2027-01-18T08:45"), False),  # before the working hours
        (slot("2027-01-18T12:15"), False),  # into the break
        (slot("2027-01-18T10:05"), False),  # off the grid
        (slot("2027-01-17T10:00"), False),  # past
        (slot("2027-04-19T10:00"), False),  # beyond the horizon
        (slot("2027-03-10T10:00"), False),  # public holiday
        (slot("2027-01-18T10:00", minutes=20), False),  # another duration
        (slot("2027-01-18T10:00", service="unknown"), False),
        (slot("2027-01-18T10:00", practitioner_id="dr-nobody"), False),
        (slot("2027-01-18T10:00", site_id="nord"), False),
    ],
)
def test_only_slots_of_the_schedule_are_offered(
    clinic: Clinic, wanted: AgendaSlot, offered: bool
) -> None:
    assert is_offered(clinic, wanted, NOW) is offered


def test_an_offered_slot_stays_acceptable_for_the_grace_minutes(clinic: Clinic) -> None:
    wanted = slot("2027-01-18T10:00")
    notice_ends = wanted.start - timedelta(minutes=60)
    assert is_offered(clinic, wanted, notice_ends + timedelta(minutes=10))
    assert not is_offered(clinic, wanted, notice_ends + timedelta(minutes=11))


intervals = st.builds(
    lambda minute, length: Interval(
        datetime(2027, 2, 4, tzinfo=UTC) + timedelta(minutes=minute),
        datetime(2027, 2, 4, tzinfo=UTC) + timedelta(minutes=minute + length),
    ),
    st.integers(0, 6 * 24 * 60),
    st.integers(1, 300),
)


@given(
    busy=st.lists(intervals, max_size=12),
    step=st.sampled_from([5, 10, 15, 20, 30]),
    service_id=st.sampled_from([SHORT, MIDDLE, LONG]),
    day=st.dates(date(2027, 2, 4), date(2027, 2, 9)),
)
def test_no_free_slot_overlaps_busy_time_or_leaves_the_schedule(
    busy: list[Interval], step: int, service_id: str, day: date
) -> None:
    clinic = small_clinic(step_minutes=step)
    alami, service = clinic.practitioner(ALAMI), clinic.service(service_id)
    pieces = working_pieces(clinic, alami, day)
    for free in free_slots_on(clinic, alami, service, day, busy):
        assert free.end - free.start == timedelta(minutes=service.duration_minutes)
        assert not any(free.interval.overlaps(other) for other in busy)
        assert any(
            piece.interval.start <= free.start and free.end <= piece.interval.end
            for piece in pieces
        )

"""Which slots are offered first, and which after "other times"."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from clinic.scheduling.choice import choose, without_similar
from clinic.scheduling.model import AgendaSlot

ZONE = ZoneInfo("Africa/Casablanca")


def slot(start: str, doctor: str = "dr-a") -> AgendaSlot:
    begin = datetime.fromisoformat(start).replace(tzinfo=ZONE)
    return AgendaSlot(doctor, "centre", "visit", begin, begin + timedelta(minutes=30))


def grid(day: str, first: str, last: str, *, step: int = 15, doctors: int = 1) -> list[AgendaSlot]:
    start, end = (datetime.fromisoformat(f"{day}T{at}") for at in (first, last))
    slots = []
    while start <= end:
        slots += [slot(start.isoformat(), f"dr-{number}") for number in range(doctors)]
        start += timedelta(minutes=step)
    return slots


def times(slots: list[AgendaSlot]) -> list[str]:
    return [f"{slot.start.astimezone(ZONE):%d %H:%M}" for slot in slots]


def test_one_afternoon_is_spread_from_the_earliest_to_the_latest() -> None:
    afternoon = grid("2027-01-18", "14:00", "17:15")
    assert times(choose([afternoon], 3, ZONE)) == ["18 14:00", "18 15:30", "18 17:00"]


def test_several_doctors_at_the_same_times_come_mixed() -> None:
    picked = choose([grid("2027-01-18", "14:00", "17:00", doctors=2)], 3, ZONE)
    assert times(picked) == ["18 14:00", "18 15:30", "18 17:00"]
    assert len({slot.practitioner_id for slot in picked}) == 2


def test_several_days_give_different_parts_of_the_day() -> None:
    days = [grid(f"2027-01-{day}", "09:00", "17:30") for day in (18, 19, 20)]
    assert times(choose(days, 3, ZONE)) == ["18 09:00", "19 14:00", "20 09:00"]


def test_several_days_give_several_doctors_who_are_free_at_the_same_time() -> None:
    days = [grid(f"2027-01-{day}", "09:00", "17:30", doctors=2) for day in (18, 19, 20)]
    assert [slot.practitioner_id for slot in choose(days, 2, ZONE)] == ["dr-0", "dr-1"]


def test_two_days_share_three_choices() -> None:
    days = [grid(f"2027-01-{day}", "14:00", "17:30") for day in (18, 19)]
    assert times(choose(days, 3, ZONE)) == ["18 14:00", "18 17:30", "19 14:00"]


def test_a_day_with_one_slot_leaves_its_share_to_the_others() -> None:
    days = [[slot("2027-01-18T17:30")], grid("2027-01-19", "09:00", "10:00", step=60)]
    assert times(choose(days, 3, ZONE)) == ["18 17:30", "19 09:00", "19 10:00"]


def test_fewer_slots_than_asked_are_all_given() -> None:
    assert times(choose([[slot("2027-01-18T17:30")]], 3, ZONE)) == ["18 17:30"]
    assert choose([], 3, ZONE) == []


def test_what_was_offered_is_left_out_and_what_is_near_it() -> None:
    afternoon = grid("2027-01-18", "14:00", "15:00")
    offered = [afternoon[0]]
    assert times(without_similar(afternoon, offered, near=False)) == [
        "18 14:15", "18 14:30", "18 14:45", "18 15:00",
    ]  # fmt: skip
    assert times(without_similar(afternoon, offered, near=True)) == [
        "18 14:30", "18 14:45", "18 15:00",
    ]  # fmt: skip

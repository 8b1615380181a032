"""Moving, restoring and confirming, also when two want the same; on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic.adapters.database import Transaction
from clinic.clock import UTC
from clinic.scheduling.errors import (
    AppointmentNotFoundError,
    HoldExpiredError,
    NotBookedError,
    SchedulingError,
    SlotNotOfferedError,
    SlotTakenError,
)
from clinic.scheduling.model import (
    AgendaSlot,
    Appointment,
    AppointmentStatus,
    ParticipationStatus,
    SlotQuery,
)
from clinic.scheduling.services import Scheduling
from tests.small_clinic import ALAMI, MIDDLE, FixedClock

ZONE = ZoneInfo("Africa/Casablanca")
AMINA, BRAHIM, CHAMA = "patient-amina", "patient-brahim", "patient-chama"


def slot(at: str) -> AgendaSlot:
    """Half an hour with Dr Alami on Monday 18 January 2027."""
    start = datetime.fromisoformat(f"2027-01-18T{at}").replace(tzinfo=ZONE).astimezone(UTC)
    return AgendaSlot(ALAMI, "centre", MIDDLE, start, start + timedelta(minutes=30))


def book(scheduling: Scheduling, at: str, patient: str = AMINA) -> Appointment:
    hold = scheduling.hold(slot(at), patient, key=f"hold {at} {patient}")
    return scheduling.book(hold.id, patient, key=f"book {at} {patient}")


def move(scheduling: Scheduling, booked: Appointment, at: str, key: str = "move") -> Appointment:
    hold = scheduling.hold(slot(at), booked.patient_id, key=f"hold {at}", moving=booked.id)
    return scheduling.move(booked.id, hold.id, key=key)


def is_free(scheduling: Scheduling, at: str) -> bool:
    wanted = slot(at)
    query = SlotQuery(MIDDLE, wanted.start, wanted.end, practitioner_id=ALAMI)
    return wanted in scheduling.find_slots(query, limit=9, spread=False)


def at_once(*work: Callable[[], Appointment]) -> list[Appointment | SchedulingError]:
    """Runs all of them at the same time; returns what each gave or raised."""
    barrier = threading.Barrier(len(work))

    def run(one: Callable[[], Appointment]) -> Appointment | SchedulingError:
        barrier.wait(30)
        try:
            return one()
        except SchedulingError as error:
            return error

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


class TestMove:
    def test_the_row_keeps_id_and_calendar_link_and_its_version_grows(
        self, scheduling: Scheduling
    ) -> None:
        booked = book(scheduling, "10:00")
        scheduling.accept(booked.id)

        moved = move(scheduling, booked, "15:00")

        assert (moved.id, moved.calendar_token) == (booked.id, booked.calendar_token)
        assert (moved.slot, moved.version) == (slot("15:00"), 2)
        assert moved.participation is ParticipationStatus.NEEDS_ACTION
        assert is_free(scheduling, "10:00")
        assert not is_free(scheduling, "15:00")

    def test_the_same_request_again_moves_and_tells_once(self, scheduling: Scheduling) -> None:
        told: list[tuple[datetime, datetime]] = []

        def tell(_tx: Transaction, before: Appointment, after: Appointment) -> None:
            told.append((before.start, after.start))

        booked = book(scheduling, "10:00")
        hold = scheduling.hold(slot("15:00"), AMINA, key="h", moving=booked.id)
        first = scheduling.move(booked.id, hold.id, key="m", on_moved=tell)

        assert scheduling.move(booked.id, hold.id, key="m", on_moved=tell) == first
        assert told == [(slot("10:00").start, slot("15:00").start)]

    def test_a_time_that_overlaps_the_old_one_can_be_moved_to(self, scheduling: Scheduling) -> None:
        booked = book(scheduling, "10:00")
        assert move(scheduling, booked, "10:15").slot == slot("10:15")

    def test_when_the_new_time_is_taken_the_old_one_stands(
        self, scheduling: Scheduling, clock: FixedClock
    ) -> None:
        booked = book(scheduling, "10:00")
        hold = scheduling.hold(slot("15:00"), AMINA, key="h", moving=booked.id)
        clock.time += timedelta(minutes=6)
        book(scheduling, "15:00", BRAHIM)

        with pytest.raises(SlotTakenError):
            scheduling.move(booked.id, hold.id, key="m")
        assert scheduling.get(booked.id) == booked

    def test_a_hold_that_ran_out_is_taken_again_while_its_slot_is_free(
        self, scheduling: Scheduling, clock: FixedClock
    ) -> None:
        booked = book(scheduling, "10:00")
        hold = scheduling.hold(slot("15:00"), AMINA, key="h", moving=booked.id)
        clock.time += timedelta(minutes=6)
        scheduling.release_expired_holds()
        assert scheduling.move(booked.id, hold.id, key="m").slot == slot("15:00")

    def test_a_failing_follow_up_leaves_everything_as_it_was(self, scheduling: Scheduling) -> None:
        def fail(_tx: Transaction, _before: Appointment, _after: Appointment) -> None:
            raise RuntimeError

        booked = book(scheduling, "10:00")
        hold = scheduling.hold(slot("15:00"), AMINA, key="h", moving=booked.id)
        with pytest.raises(RuntimeError):
            scheduling.move(booked.id, hold.id, key="m", on_moved=fail)
        assert scheduling.get(booked.id) == booked
        assert not is_free(scheduling, "15:00")

    def test_the_hold_of_another_patient_moves_nothing(self, scheduling: Scheduling) -> None:
        booked = book(scheduling, "10:00")
        hold = scheduling.hold(slot("15:00"), BRAHIM, key="h")
        with pytest.raises(HoldExpiredError):
            scheduling.move(booked.id, hold.id, key="m")
        with pytest.raises(AppointmentNotFoundError):
            scheduling.move("nothing", hold.id, key="m")

    def test_a_cancelled_appointment_cannot_be_moved(self, scheduling: Scheduling) -> None:
        booked = book(scheduling, "10:00")
        scheduling.cancel(booked.id, key="c")
        hold = scheduling.hold(slot("15:00"), AMINA, key="h")
        with pytest.raises(NotBookedError):
            scheduling.move(booked.id, hold.id, key="m")

    def test_two_moves_to_one_slot_that_nobody_holds_move_one(
        self, scheduling: Scheduling, clock: FixedClock
    ) -> None:
        amina, brahim = book(scheduling, "10:00"), book(scheduling, "11:00", BRAHIM)
        first = scheduling.hold(slot("15:00"), AMINA, key="a", moving=amina.id)
        clock.time += timedelta(minutes=6)
        second = scheduling.hold(slot("15:00"), BRAHIM, key="b", moving=brahim.id)
        clock.time += timedelta(minutes=6)

        outcomes = at_once(
            lambda: scheduling.move(amina.id, first.id, key="ma"),
            lambda: scheduling.move(brahim.id, second.id, key="mb"),
        )

        assert sorted(type(outcome).__name__ for outcome in outcomes) == [
            "Appointment",
            "SlotTakenError",
        ]
        starts = {scheduling.get(a.id).start for a in (amina, brahim)}
        assert len(starts & {slot("10:00").start, slot("11:00").start}) == 1
        assert slot("15:00").start in starts

    def test_a_move_against_a_booking_gives_the_slot_to_one(
        self, scheduling: Scheduling, clock: FixedClock
    ) -> None:
        amina = book(scheduling, "10:00")
        first = scheduling.hold(slot("15:00"), AMINA, key="a", moving=amina.id)
        clock.time += timedelta(minutes=6)
        second = scheduling.hold(slot("15:00"), BRAHIM, key="b")
        clock.time += timedelta(minutes=6)

        outcomes = at_once(
            lambda: scheduling.move(amina.id, first.id, key="m"),
            lambda: scheduling.book(second.id, BRAHIM, key="b"),
        )

        assert sorted(type(outcome).__name__ for outcome in outcomes) == [
            "Appointment",
            "SlotTakenError",
        ]
        assert scheduling.get(amina.id).status is AppointmentStatus.BOOKED

    def test_the_same_move_twice_at_once_moves_once(self, scheduling: Scheduling) -> None:
        booked = book(scheduling, "10:00")
        hold = scheduling.hold(slot("15:00"), AMINA, key="h", moving=booked.id)
        outcomes = at_once(
            *[lambda: scheduling.move(booked.id, hold.id, key="m") for _ in range(4)]
        )
        assert [o.version for o in outcomes if isinstance(o, Appointment)] == [2, 2, 2, 2]


class TestCancelAndRestore:
    def test_cancelling_twice_at_once_tells_once(self, scheduling: Scheduling) -> None:
        told: list[str] = []

        def tell(_tx: Transaction, cancelled: Appointment) -> None:
            told.append(cancelled.id)

        booked = book(scheduling, "10:00")
        at_once(
            *[lambda: scheduling.cancel(booked.id, key="c", on_cancelled=tell) for _ in range(4)]
        )
        assert told == [booked.id]
        assert scheduling.get(booked.id).version == 2

    def test_a_cancellation_is_taken_back_with_its_calendar_link(
        self, scheduling: Scheduling
    ) -> None:
        booked = book(scheduling, "10:00")
        scheduling.cancel(booked.id, key="c")
        restored = scheduling.restore(booked.id)
        assert (restored.status, restored.version) == (AppointmentStatus.BOOKED, 3)
        assert restored.calendar_token == booked.calendar_token
        assert scheduling.restore(booked.id) == restored

    def test_what_somebody_took_meanwhile_is_not_restored(self, scheduling: Scheduling) -> None:
        booked = book(scheduling, "10:00")
        scheduling.cancel(booked.id, key="c")
        book(scheduling, "10:00", BRAHIM)
        with pytest.raises(SlotTakenError):
            scheduling.restore(booked.id)
        assert scheduling.get(booked.id).status is AppointmentStatus.CANCELLED

    def test_an_undo_against_a_booking_gives_the_slot_to_one(self, scheduling: Scheduling) -> None:
        booked = book(scheduling, "10:00")
        scheduling.cancel(booked.id, key="c")
        outcomes = at_once(
            lambda: scheduling.restore(booked.id), lambda: book(scheduling, "10:00", BRAHIM)
        )
        assert sorted(type(outcome).__name__ for outcome in outcomes) == [
            "Appointment",
            "SlotTakenError",
        ]

    def test_a_past_time_is_not_restored(self, scheduling: Scheduling, clock: FixedClock) -> None:
        booked = book(scheduling, "10:00")
        scheduling.cancel(booked.id, key="c")
        clock.time += timedelta(hours=5)
        with pytest.raises(SlotNotOfferedError):
            scheduling.restore(booked.id)


class TestAccept:
    def test_the_patient_is_noted_as_coming_once(self, scheduling: Scheduling) -> None:
        told: list[str] = []

        def tell(_tx: Transaction, accepted: Appointment) -> None:
            told.append(accepted.id)

        booked = book(scheduling, "10:00")
        accepted = scheduling.accept(booked.id, on_accepted=tell)
        assert accepted.participation is ParticipationStatus.ACCEPTED
        assert scheduling.accept(booked.id, on_accepted=tell) == accepted
        assert told == [booked.id]

    def test_a_cancelled_appointment_cannot_be_confirmed(self, scheduling: Scheduling) -> None:
        booked = book(scheduling, "10:00")
        scheduling.cancel(booked.id, key="c")
        with pytest.raises(NotBookedError):
            scheduling.accept(booked.id)

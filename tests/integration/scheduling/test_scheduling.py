"""Finding, holding, booking and cancelling, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from clinic.adapters.database import Database, Transaction
from clinic.adapters.scheduling import Appointments
from clinic.adapters.tables.scheduling import appointment as table
from clinic.clock import UTC
from clinic.scheduling.errors import (
    AppointmentNotFoundError,
    HoldExpiredError,
    NotCancellableError,
    PatientBusyError,
    SlotNotOfferedError,
    SlotTakenError,
)
from clinic.scheduling.model import AgendaSlot, Appointment, AppointmentStatus, SlotQuery
from clinic.scheduling.services import Scheduling
from tests.small_clinic import ALAMI, BERRADA, LONG, MIDDLE, NOW, SHORT, FixedClock, small_clinic

ZONE = ZoneInfo("Africa/Casablanca")
AMINA, BRAHIM = "patient-amina", "patient-brahim"
MINUTES = {SHORT: 20, MIDDLE: 30, LONG: 45}
FIVE_MINUTES = timedelta(minutes=5)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def slot(at: str = "10:00", *, service: str = MIDDLE, doctor: str = ALAMI) -> AgendaSlot:
    """A slot of Monday 18 January 2027."""
    start = local(f"2027-01-18T{at}").astimezone(UTC)
    end = start + timedelta(minutes=MINUTES[service])
    return AgendaSlot(doctor, "centre", service, start, end)


def query(first: str, last: str, **changes: str) -> SlotQuery:
    return SlotQuery(MIDDLE, local(first), local(last), **changes)


def book(scheduling: Scheduling, wanted: AgendaSlot, patient: str = AMINA) -> Appointment:
    hold = scheduling.hold(wanted, patient, key=f"hold {wanted.key} {patient}")
    return scheduling.book(hold.id, patient, key=f"book {wanted.key} {patient}")


def times(slots: list[AgendaSlot]) -> list[str]:
    return [f"{slot.start.astimezone(ZONE):%d %H:%M}" for slot in slots]


def statuses(database: Database) -> list[str]:
    with database.read() as tx:
        rows = tx.connection.execute(select(table.c.status).order_by(table.c.created_at))
        return list(rows.scalars())


class TestFind:
    def test_an_afternoon_gives_three_choices_from_the_earliest(
        self, scheduling: Scheduling
    ) -> None:
        wanted = query("2027-01-18T14:00", "2027-01-18T18:00", practitioner_id=ALAMI)
        found = scheduling.find_slots(wanted)
        assert times(found) == ["18 14:00", "18 15:30", "18 17:30"]
        assert {slot.practitioner_id for slot in found} == {ALAMI}

    def test_without_spread_the_earliest_ones_come(self, scheduling: Scheduling) -> None:
        wanted = query("2027-01-18T14:00", "2027-01-18T18:00", practitioner_id=ALAMI)
        found = scheduling.find_slots(wanted, spread=False)
        assert times(found) == ["18 14:00", "18 14:15", "18 14:30"]

    def test_other_times_never_repeat_and_reach_every_slot(self, scheduling: Scheduling) -> None:
        wanted = query("2027-01-18T14:00", "2027-01-18T18:00", practitioner_id=ALAMI)
        every = scheduling.find_slots(wanted, limit=99, spread=False)
        offered: list[AgendaSlot] = []
        while more := scheduling.find_slots(wanted, exclude=offered):
            offered += more
        assert sorted(offered, key=lambda slot: slot.start) == every
        assert len(offered) == len(set(offered)) == 15

    def test_times_near_a_refused_one_come_last(self, scheduling: Scheduling) -> None:
        wanted = query("2027-01-18T14:00", "2027-01-18T18:00", practitioner_id=ALAMI)
        first = scheduling.find_slots(wanted)
        assert times(scheduling.find_slots(wanted, exclude=first)) == [
            "18 14:30", "18 16:00", "18 17:00",
        ]  # fmt: skip

    def test_what_is_held_or_booked_is_not_offered(self, scheduling: Scheduling) -> None:
        book(scheduling, slot("14:00"))
        scheduling.hold(slot("14:30"), BRAHIM, key="k")
        wanted = query("2027-01-18T14:00", "2027-01-18T18:00", practitioner_id=ALAMI)
        assert times(scheduling.find_slots(wanted, spread=False)) == [
            "18 15:00", "18 15:15", "18 15:30",
        ]  # fmt: skip

    def test_an_expired_hold_and_a_cancelled_appointment_are_offered_again(
        self, scheduling: Scheduling, clock: FixedClock
    ) -> None:
        cancelled = book(scheduling, slot("14:00"))
        scheduling.cancel(cancelled.id, key="c")
        scheduling.hold(slot("14:30"), BRAHIM, key="k")
        clock.time += FIVE_MINUTES
        wanted = query("2027-01-18T14:00", "2027-01-18T15:00", practitioner_id=ALAMI)
        found = scheduling.find_slots(wanted, limit=9, spread=False)
        assert times(found) == ["18 14:00", "18 14:15", "18 14:30", "18 14:45"]

    def test_times_at_which_the_patient_is_elsewhere_are_left_out(
        self, scheduling: Scheduling
    ) -> None:
        book(scheduling, slot("14:00", doctor=BERRADA))
        wanted = query(
            "2027-01-18T14:00", "2027-01-18T15:00", practitioner_id=ALAMI, patient_id=AMINA
        )
        assert times(scheduling.find_slots(wanted)) == ["18 14:30", "18 14:45"]
        others = replace(wanted, patient_id=BRAHIM)
        assert times(scheduling.find_slots(others))[0] == "18 14:00"

    def test_the_patients_own_hold_is_still_offered_to_them(self, scheduling: Scheduling) -> None:
        scheduling.hold(slot("14:00"), AMINA, key="k")
        wanted = query(
            "2027-01-18T14:00", "2027-01-18T14:15", practitioner_id=ALAMI, patient_id=AMINA
        )
        assert times(scheduling.find_slots(wanted)) == ["18 14:00"]

    def test_today_starts_after_the_shortest_notice(
        self, scheduling: Scheduling, clock: FixedClock
    ) -> None:
        clock.time = local("2027-01-18T15:05").astimezone(UTC)
        wanted = query("2027-01-18T00:00", "2027-01-19T00:00")
        assert times(scheduling.find_slots(wanted, limit=1)) == ["18 16:15"]

    def test_a_week_offers_its_first_days_at_different_times(self, scheduling: Scheduling) -> None:
        found = scheduling.find_slots(query("2027-01-18T00:00", "2027-01-25T00:00"))
        assert times(found) == ["18 09:00", "19 14:00", "20 09:00"]

    def test_a_closed_period_offers_nothing(self, scheduling: Scheduling) -> None:
        assert scheduling.find_slots(query("2027-01-23T00:00", "2027-01-25T00:00")) == []
        assert scheduling.find_slots(query("2028-01-03T00:00", "2028-01-08T00:00")) == []


class TestHold:
    def test_a_hold_lasts_five_minutes(self, scheduling: Scheduling) -> None:
        hold = scheduling.hold(slot(), AMINA, key="k")
        assert (hold.expires_at, hold.slot, hold.booked) == (NOW + FIVE_MINUTES, slot(), False)

    def test_the_same_slot_again_is_the_same_hold(
        self, scheduling: Scheduling, clock: FixedClock
    ) -> None:
        hold = scheduling.hold(slot(), AMINA, key="first tap")
        clock.time += timedelta(minutes=2)
        assert scheduling.hold(slot(), AMINA, key="second tap") == hold

    def test_a_hold_keeps_others_out_of_every_overlapping_time(
        self, scheduling: Scheduling
    ) -> None:
        scheduling.hold(slot("10:00"), AMINA, key="k")
        for wanted in (slot("10:00"), slot("09:45", service=SHORT), slot("10:15", service=LONG)):
            with pytest.raises(SlotTakenError):
                scheduling.hold(wanted, BRAHIM, key="k2")
        assert scheduling.hold(slot("10:30"), BRAHIM, key="k3").slot == slot("10:30")

    def test_an_expired_hold_keeps_nobody_out(
        self, scheduling: Scheduling, clock: FixedClock
    ) -> None:
        scheduling.hold(slot(), AMINA, key="k")
        clock.time += FIVE_MINUTES
        assert scheduling.hold(slot(), BRAHIM, key="k2").patient_id == BRAHIM

    def test_a_new_hold_lets_go_of_the_patients_earlier_one(self, scheduling: Scheduling) -> None:
        scheduling.hold(slot("10:00"), AMINA, key="k")
        scheduling.hold(slot("11:00"), AMINA, key="k2")
        assert scheduling.hold(slot("10:00"), BRAHIM, key="k3").slot == slot("10:00")

    def test_a_failed_hold_leaves_the_earlier_one(self, scheduling: Scheduling) -> None:
        hold = scheduling.hold(slot("10:00"), AMINA, key="k")
        scheduling.hold(slot("11:00"), BRAHIM, key="k2")
        with pytest.raises(SlotTakenError):
            scheduling.hold(slot("11:00"), AMINA, key="k3")
        booked = scheduling.book(hold.id, AMINA, key="k4")
        assert booked.slot == slot("10:00")

    def test_an_old_request_delivered_again_does_not_undo_a_newer_hold(
        self, scheduling: Scheduling
    ) -> None:
        old = scheduling.hold(slot("10:00"), AMINA, key="old")
        new = scheduling.hold(slot("11:00"), AMINA, key="new")
        again = scheduling.hold(slot("10:00"), AMINA, key="old")
        assert (again.id, again.expires_at) == (old.id, NOW)
        assert scheduling.get(new.id).status is AppointmentStatus.PROPOSED

    def test_a_busy_patient_is_told_so(self, scheduling: Scheduling) -> None:
        book(scheduling, slot("10:00"))
        with pytest.raises(PatientBusyError):
            scheduling.hold(slot("10:15", doctor=BERRADA), AMINA, key="k")

    def test_a_tap_on_the_slot_that_is_booked_already_leads_to_it(
        self, scheduling: Scheduling
    ) -> None:
        appointment = book(scheduling, slot())
        hold = scheduling.hold(slot(), AMINA, key="another tap")
        assert (hold.id, hold.booked) == (appointment.id, True)
        assert scheduling.book(hold.id, AMINA, key="another") == appointment

    def test_a_slot_that_the_clinic_does_not_offer_is_refused(self, scheduling: Scheduling) -> None:
        for at in ("07:00", "10:05", "13:00", "18:00"):
            with pytest.raises(SlotNotOfferedError):
                scheduling.hold(slot(at), AMINA, key="k")


class TestBook:
    def test_a_hold_becomes_an_appointment(self, scheduling: Scheduling) -> None:
        booked = book(scheduling, slot())
        assert (booked.status, booked.hold_expires_at, booked.version, booked.slot) == (
            AppointmentStatus.BOOKED,
            None,
            1,
            slot(),
        )
        assert scheduling.get(booked.id) == booked
        assert scheduling.by_calendar_token(booked.calendar_token) == booked
        assert len(booked.calendar_token) >= 32

    def test_the_same_request_or_hold_again_is_the_same_appointment_once(
        self, scheduling: Scheduling, database: Database
    ) -> None:
        told: list[str] = []

        def tell(_tx: Transaction, booked: Appointment) -> None:
            told.append(booked.id)

        hold = scheduling.hold(slot(), AMINA, key="k")
        first = scheduling.book(hold.id, AMINA, key="tap", on_booked=tell)
        assert scheduling.book(hold.id, AMINA, key="tap", on_booked=tell) == first
        assert scheduling.book(hold.id, AMINA, key="second tap", on_booked=tell) == first
        assert (told, statuses(database)) == ([first.id], ["booked"])

    def test_one_request_books_one_appointment_whatever_it_holds_when_repeated(
        self, scheduling: Scheduling
    ) -> None:
        hold = scheduling.hold(slot("10:00"), AMINA, key="k")
        first = scheduling.book(hold.id, AMINA, key="tap")
        other = scheduling.hold(slot("11:00"), AMINA, key="k2")
        assert scheduling.book(other.id, AMINA, key="tap") == first

    def test_an_expired_hold_is_booked_when_the_slot_is_still_free(
        self, scheduling: Scheduling, clock: FixedClock
    ) -> None:
        hold = scheduling.hold(slot(), AMINA, key="k")
        clock.time += timedelta(minutes=20)
        assert scheduling.book(hold.id, AMINA, key="k2").slot == slot()

    def test_a_released_expired_hold_is_taken_again_when_the_slot_is_still_free(
        self, scheduling: Scheduling, clock: FixedClock
    ) -> None:
        hold = scheduling.hold(slot(), AMINA, key="k")
        clock.time += FIVE_MINUTES
        assert scheduling.release_expired_holds() == 1
        assert scheduling.book(hold.id, AMINA, key="k2").slot == slot()
        with pytest.raises(SlotTakenError):
            scheduling.hold(slot("10:15"), BRAHIM, key="k3")

    def test_an_expired_hold_whose_slot_is_gone_books_nothing(
        self, scheduling: Scheduling, database: Database, clock: FixedClock
    ) -> None:
        hold = scheduling.hold(slot("10:00"), AMINA, key="k")
        clock.time += FIVE_MINUTES
        book(scheduling, slot("10:15", service=SHORT), BRAHIM)
        with pytest.raises(SlotTakenError):
            scheduling.book(hold.id, AMINA, key="k2")
        assert sorted(statuses(database)) == ["booked", "cancelled"]

    def test_an_expired_hold_of_a_patient_busy_by_now_books_nothing(
        self, scheduling: Scheduling, clock: FixedClock
    ) -> None:
        hold = scheduling.hold(slot("10:00"), AMINA, key="k")
        book(scheduling, slot("10:15", doctor=BERRADA))
        with pytest.raises(PatientBusyError):
            scheduling.book(hold.id, AMINA, key="k2")

    def test_an_expired_hold_of_a_time_too_near_is_over(
        self, scheduling: Scheduling, clock: FixedClock
    ) -> None:
        hold = scheduling.hold(slot("10:00"), AMINA, key="k")
        clock.time = slot("10:00").start - timedelta(minutes=30)
        with pytest.raises(HoldExpiredError):
            scheduling.book(hold.id, AMINA, key="k2")

    def test_what_is_not_held_cannot_be_booked(self, scheduling: Scheduling) -> None:
        others = scheduling.hold(slot("10:00"), BRAHIM, key="k")
        released = scheduling.hold(slot("11:00"), AMINA, key="k2")
        scheduling.release(released.id)
        for hold_id in ("nothing", others.id, released.id):
            with pytest.raises(HoldExpiredError):
                scheduling.book(hold_id, AMINA, key="k3")

    def test_a_cancelled_appointment_does_not_come_back_from_its_hold(
        self, scheduling: Scheduling
    ) -> None:
        booked = book(scheduling, slot())
        scheduling.cancel(booked.id, key="c")
        with pytest.raises(HoldExpiredError):
            scheduling.book(booked.id, AMINA, key="old button")

    def test_a_failing_notification_undoes_the_booking(
        self, scheduling: Scheduling, database: Database
    ) -> None:
        def fail(_tx: Transaction, _booked: Appointment) -> None:
            raise LookupError

        hold = scheduling.hold(slot(), AMINA, key="k")
        with pytest.raises(LookupError):
            scheduling.book(hold.id, AMINA, key="k2", on_booked=fail)
        assert statuses(database) == ["proposed"]


class TestRelease:
    def test_a_released_slot_is_free_and_a_booked_one_stays(
        self, scheduling: Scheduling, database: Database
    ) -> None:
        hold = scheduling.hold(slot("10:00"), AMINA, key="k")
        scheduling.release(hold.id)
        booked = book(scheduling, slot("10:00"), BRAHIM)
        scheduling.release(booked.id)
        assert statuses(database) == ["booked"]

    def test_only_expired_holds_are_released(
        self, scheduling: Scheduling, database: Database, clock: FixedClock
    ) -> None:
        book(scheduling, slot("09:00"))
        scheduling.hold(slot("10:00"), AMINA, key="k")
        clock.time += timedelta(minutes=3)
        scheduling.hold(slot("11:00"), BRAHIM, key="k2")
        clock.time += timedelta(minutes=2)
        assert scheduling.release_expired_holds() == 1
        assert statuses(database) == ["booked", "cancelled", "proposed"]

    def test_unused_holds_are_forgotten_after_a_day(
        self, scheduling: Scheduling, database: Database, clock: FixedClock
    ) -> None:
        scheduling.hold(slot("10:00"), AMINA, key="k")
        clock.time += FIVE_MINUTES
        scheduling.release_expired_holds()
        clock.time += timedelta(days=2)
        scheduling.release_expired_holds()
        assert statuses(database) == []


class TestCancel:
    def test_a_cancelled_time_is_free_and_the_version_grows(self, scheduling: Scheduling) -> None:
        booked = book(scheduling, slot())
        cancelled = scheduling.cancel(booked.id, key="c")
        assert (cancelled.status, cancelled.version) == (AppointmentStatus.CANCELLED, 2)
        assert book(scheduling, slot(), BRAHIM).slot == slot()

    def test_cancelling_twice_changes_and_tells_once(self, scheduling: Scheduling) -> None:
        told: list[str] = []

        def tell(_tx: Transaction, cancelled: Appointment) -> None:
            told.append(cancelled.id)

        booked = book(scheduling, slot())
        first = scheduling.cancel(booked.id, key="c", on_cancelled=tell)
        assert scheduling.cancel(booked.id, key="c2", on_cancelled=tell) == first
        assert told == [booked.id]

    def test_what_is_no_appointment_cannot_be_cancelled(self, scheduling: Scheduling) -> None:
        hold = scheduling.hold(slot(), AMINA, key="k")
        for appointment_id in ("nothing", hold.id):
            with pytest.raises(AppointmentNotFoundError):
                scheduling.cancel(appointment_id, key="c")

    def test_a_visit_that_took_place_cannot_be_cancelled(
        self, scheduling: Scheduling, database: Database
    ) -> None:
        booked = book(scheduling, slot())
        with database.write() as tx:
            tx.connection.execute(table.update().values(status="fulfilled"))
        with pytest.raises(NotCancellableError):
            scheduling.cancel(booked.id, key="c")


def test_upcoming_appointments_come_in_order_without_holds_and_cancelled_ones(
    scheduling: Scheduling,
) -> None:
    later = book(scheduling, slot("11:00"))
    child = book(scheduling, slot("10:00"), "patient-child")
    scheduling.cancel(book(scheduling, slot("14:00")).id, key="c")
    scheduling.hold(slot("15:00"), AMINA, key="k")
    book(scheduling, slot("16:00"), BRAHIM)
    family = [AMINA, "patient-child"]
    assert scheduling.upcoming_of(family, NOW) == [child, later]
    assert scheduling.upcoming_of(family, child.end) == [later]


def test_a_hold_has_no_calendar_file(scheduling: Scheduling) -> None:
    hold = scheduling.hold(slot(), AMINA, key="k")
    token = scheduling.get(hold.id).calendar_token
    assert scheduling.by_calendar_token(token) is None
    assert scheduling.by_calendar_token("guess") is None


def test_the_database_refuses_an_overlap_that_the_code_does_not_see(
    database: Database, clock: FixedClock
) -> None:
    class Blind(Appointments):
        def conflict(self, slot: AgendaSlot, patient_id: str, *, besides: str = "") -> None:
            return None

    blind = Scheduling(database, small_clinic(), clock, Blind)
    book(blind, slot("10:00"))
    with pytest.raises(SlotTakenError):
        blind.hold(slot("10:15", service=SHORT), BRAHIM, key="k")
    with pytest.raises(PatientBusyError):
        blind.hold(slot("10:15", doctor=BERRADA), AMINA, key="k")
    with database.read() as tx:
        assert tx.connection.execute(select(func.count()).select_from(table)).scalar_one() == 1

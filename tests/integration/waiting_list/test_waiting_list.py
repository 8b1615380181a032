"""A freed slot goes from one to the next, and to nobody twice; on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from clinic.adapters.send_queue import SendQueue
from clinic.consent.model import Decision
from clinic.consent.sending import may_be_sent
from clinic.scheduling.errors import SlotTakenError
from clinic.scheduling.model import Appointment, AppointmentStatus
from clinic.waiting_list.errors import OfferOverError
from clinic.waiting_list.model import OFFER_DURATION, EntryStatus
from tests.integration.waiting_list.conftest import WaitingRoom, slot


def test_a_cancelled_time_goes_to_the_first_in_line(room: WaitingRoom) -> None:
    leaving, first, second = (room.person(n) for n in range(3))
    booked = room.book("15:00", leaving.patient_id)
    room.wait(first)
    room.wait(second)

    room.cancel(booked)
    assert room.waiting_list.pass_on() == 1

    assert room.offered_to() == [(first.contact_id, "open")]
    assert (room.notices_to(first.contact_id), room.notices_to(second.contact_id)) == (1, 0)
    with pytest.raises(SlotTakenError):
        room.scheduling.hold(slot("15:00"), second.patient_id, key="k")


def test_taking_it_moves_the_later_appointment(room: WaitingRoom) -> None:
    leaving, waiting = room.person(0), room.person(1)
    freed, later = room.book("14:00", leaving.patient_id), room.book("17:00", waiting.patient_id)
    entry = room.wait(waiting, before=later)
    room.cancel(freed)
    room.waiting_list.pass_on()

    taken = room.waiting_list.take(room.open_offer(), waiting.contact_id)

    assert (taken.id, taken.slot) == (later.id, slot("14:00"))
    assert room.waiting_list.entries_of(waiting.contact_id) == []
    assert entry.status is EntryStatus.WAITING
    # What became free by it is offered too, but not to the one who left it.
    assert room.waiting_list.pass_on() == 0


def test_without_an_appointment_taking_it_books(room: WaitingRoom) -> None:
    leaving, waiting = room.person(0), room.person(1)
    freed = room.book("14:00", leaving.patient_id)
    room.wait(waiting)
    room.cancel(freed)
    room.waiting_list.pass_on()

    taken = room.waiting_list.take(room.open_offer(), waiting.contact_id)

    assert (taken.patient_id, taken.status) == (waiting.patient_id, AppointmentStatus.BOOKED)


def test_a_later_time_is_not_earlier(room: WaitingRoom) -> None:
    leaving, waiting = room.person(0), room.person(1)
    freed, booked = room.book("17:00", leaving.patient_id), room.book("14:00", waiting.patient_id)
    room.wait(waiting, before=booked)
    room.cancel(freed)
    assert room.waiting_list.pass_on() == 0


def test_after_a_time_out_it_goes_to_the_next_and_both_keep_their_place(room: WaitingRoom) -> None:
    leaving, first, second = (room.person(n) for n in range(3))
    booked = room.book("15:00", leaving.patient_id)
    room.wait(first)
    room.wait(second)
    room.cancel(booked)
    room.waiting_list.pass_on()
    offer = room.open_offer()

    room.clock.time += OFFER_DURATION
    assert room.waiting_list.pass_on() == 1

    assert room.offered_to() == [(first.contact_id, "expired"), (second.contact_id, "open")]
    assert len(room.waiting_list.entries_of(first.contact_id)) == 1
    with pytest.raises(OfferOverError):
        room.waiting_list.take(offer, first.contact_id)
    taken = room.waiting_list.take(room.open_offer(), second.contact_id)
    assert taken.patient_id == second.patient_id


def test_a_refused_slot_is_not_offered_again_to_the_same(room: WaitingRoom) -> None:
    leaving, waiting = room.person(0), room.person(1)
    booked = room.book("15:00", leaving.patient_id)
    room.wait(waiting)
    room.cancel(booked)
    room.waiting_list.pass_on()
    offer = room.open_offer()

    room.waiting_list.refuse(offer, waiting.contact_id)
    room.waiting_list.refuse(offer, waiting.contact_id)

    assert room.waiting_list.pass_on() == 0
    assert room.offered_to() == [(waiting.contact_id, "refused")]
    assert len(room.waiting_list.entries_of(waiting.contact_id)) == 1


def test_another_number_cannot_take_or_refuse(room: WaitingRoom) -> None:
    leaving, waiting, stranger = (room.person(n) for n in range(3))
    booked = room.book("15:00", leaving.patient_id)
    room.wait(waiting)
    room.cancel(booked)
    room.waiting_list.pass_on()
    for act in (room.waiting_list.take, room.waiting_list.refuse):
        with pytest.raises(OfferOverError):
            act(room.open_offer(), stranger.contact_id)


def test_an_offer_taken_many_times_at_once_is_one_appointment(room: WaitingRoom) -> None:
    leaving, waiting = room.person(0), room.person(1)
    freed, later = room.book("14:00", leaving.patient_id), room.book("17:00", waiting.patient_id)
    room.wait(waiting, before=later)
    room.cancel(freed)
    room.waiting_list.pass_on()
    offer, barrier = room.open_offer(), threading.Barrier(4)

    def take(_number: int) -> Appointment:
        barrier.wait(30)
        return room.waiting_list.take(offer, waiting.contact_id)

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(take, range(4)))

    assert {(it.id, it.start, it.version) for it in taken} == {(later.id, slot("14:00").start, 2)}


def test_taking_at_the_last_moment_and_the_time_out_end_with_one(room: WaitingRoom) -> None:
    """The tap comes in time, the job runs a moment later: whoever is first wins, never both."""
    leaving, first, second = (room.person(n) for n in range(3))
    booked = room.book("15:00", leaving.patient_id)
    room.wait(first)
    room.wait(second)
    room.cancel(booked)
    room.waiting_list.pass_on()
    offer, barrier = room.open_offer(), threading.Barrier(2)

    def take() -> bool:
        barrier.wait(30)
        try:
            room.waiting_list.take(offer, first.contact_id)
        except OfferOverError:
            return False
        return True

    def refuse() -> None:
        barrier.wait(30)
        try:
            room.waiting_list.refuse(offer, first.contact_id)
        except OfferOverError:
            return

    with ThreadPoolExecutor(2) as pool:
        taking, refusing = pool.submit(take), pool.submit(refuse)
        took, _ = taking.result(), refusing.result()
    room.waiting_list.pass_on()

    expected = [(first.contact_id, "taken")]
    if not took:
        expected = [(first.contact_id, "refused"), (second.contact_id, "open")]
    assert room.offered_to() == expected


def test_two_workers_offer_a_freed_slot_once(room: WaitingRoom) -> None:
    leaving, first, second = (room.person(n) for n in range(3))
    booked = room.book("15:00", leaving.patient_id)
    room.wait(first)
    room.wait(second)
    room.cancel(booked)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: room.waiting_list.pass_on(), range(2)))
    assert [status for _, status in room.offered_to()] == ["open"]


def test_a_hold_that_ran_out_is_passed_on(room: WaitingRoom) -> None:
    choosing, waiting = room.person(0), room.person(1)
    room.scheduling.hold(slot("15:00"), choosing.patient_id, key="k")
    room.wait(waiting)
    room.clock.time += timedelta(minutes=6)
    room.scheduling.release_expired_holds(room.desk.time_freed)
    assert room.waiting_list.pass_on() == 1


def test_nobody_is_written_to_at_night(room: WaitingRoom) -> None:
    leaving, waiting = room.person(0), room.person(1)
    booked = room.book("15:00", leaving.patient_id)
    room.wait(waiting)
    room.cancel(booked)
    room.clock.time -= timedelta(hours=3)
    assert room.waiting_list.pass_on() == 0
    room.clock.time += timedelta(hours=3)
    assert room.waiting_list.pass_on() == 1


def test_a_booking_under_way_survives_an_offer(room: WaitingRoom) -> None:
    leaving, waiting = room.person(0), room.person(1)
    booked = room.book("15:00", leaving.patient_id)
    room.wait(waiting)
    chosen = room.scheduling.hold(slot("17:00"), waiting.patient_id, key="k")
    room.cancel(booked)
    room.waiting_list.pass_on()

    other = room.scheduling.book(chosen.id, waiting.patient_id, key="b")

    assert other.slot == slot("17:00")
    taken = room.waiting_list.take(room.open_offer(), waiting.contact_id)
    assert taken.slot == slot("15:00")


@pytest.mark.parametrize("reason", ["stop", "refused", "left", "late"])
def test_an_offer_is_not_sent_when_it_is_no_longer_wanted(room: WaitingRoom, reason: str) -> None:
    leaving, waiting = room.person(0), room.person(1)
    booked = room.book("15:00", leaving.patient_id)
    entry = room.wait(waiting)
    room.cancel(booked)
    room.waiting_list.pass_on()
    with room.database.read() as tx:
        row = SendQueue(tx).next_for(waiting.contact_id, room.clock.now())
        assert row is not None
        assert may_be_sent(tx, row, room.clock.now())

    if reason == "stop":
        room.stop(waiting.contact_id)
    elif reason == "refused":
        room.clock.time += timedelta(seconds=1)
        room.say(waiting.contact_id, Decision.REFUSED, "refused")
    elif reason == "left":
        room.waiting_list.leave(entry.id, waiting.contact_id)
    else:
        room.clock.time += OFFER_DURATION

    with room.database.read() as tx:
        assert not may_be_sent(tx, row, room.clock.now())


def test_joining_again_after_stop_counts_again(room: WaitingRoom) -> None:
    leaving, waiting = room.person(0), room.person(1)
    booked = room.book("15:00", leaving.patient_id)
    entry = room.wait(waiting)
    room.stop(waiting.contact_id)
    room.waiting_list.leave(entry.id, waiting.contact_id)
    room.wait(waiting)
    room.cancel(booked)
    assert room.waiting_list.pass_on() == 1

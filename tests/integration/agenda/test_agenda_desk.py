"""Staff book, move, cancel, note who came, and take it back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from clinic.agenda.errors import (
    ChangedMeanwhileError,
    InTheWayError,
    NothingToUndoError,
    NotPossibleError,
    NotReceivingError,
    Obstacle,
)
from clinic.agenda.model import ChangeKind, Told
from clinic.scheduling.errors import PatientBusyError, SlotTakenError
from clinic.scheduling.model import AppointmentStatus
from tests.integration.agenda.conftest import SALMA, Reception, at, place
from tests.small_clinic import ALAMI, BERRADA, MIDDLE, SHORT


def test_booking_for_a_known_patient_tells_them(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")

    done = reception.agenda.book(place("19 10:00"), MIDDLE, nadia.id, by=SALMA, key="form-1")

    assert (done.appointment.start, done.appointment.end) == (at("19 10:00"), at("19 10:30"))
    assert (done.appointment.status, done.told) == (AppointmentStatus.BOOKED, Told.MESSAGE)
    assert "mardi 19 janvier à 10:00" in reception.told_text(nadia)


def test_booking_twice_with_one_form_books_once(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    first = reception.agenda.book(place("19 10:00"), MIDDLE, nadia.id, by=SALMA, key="form-1")

    assert (
        reception.agenda.book(place("19 10:00"), MIDDLE, nadia.id, by=SALMA, key="form-1") == first
    )
    assert len(reception.told(nadia)) == 1


def test_booking_over_somebody_names_who_is_in_the_way(reception: Reception) -> None:
    there = reception.booked_here(reception.person("Nadia Cherkaoui"), "19 10:00")
    other = reception.person("Omar Tahiri")

    with pytest.raises(InTheWayError) as refused:
        reception.agenda.book(place("19 10:20"), SHORT, other.id, by=SALMA, key="form-1")

    assert (refused.value.row, refused.value.is_of_patient) == (there, False)
    assert reception.told(other) == []


def test_booking_a_patient_who_is_elsewhere_at_that_time_is_refused(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    there = reception.booked_here(nadia, "19 10:00")

    with pytest.raises(InTheWayError) as refused:
        reception.agenda.book(place("19 10:00", BERRADA), MIDDLE, nadia.id, by=SALMA, key="f")

    assert (refused.value.row, refused.value.is_of_patient) == (there, True)


def test_a_hold_of_a_patient_is_in_the_way_until_it_ends(reception: Reception) -> None:
    hold = reception.held(reception.person("Nadia Cherkaoui"), "19 10:00")
    other = reception.person("Omar Tahiri")
    with pytest.raises(InTheWayError) as refused:
        reception.agenda.book(place("19 10:00"), MIDDLE, other.id, by=SALMA, key="f")
    assert refused.value.row is not None
    assert refused.value.row.id == hold

    reception.clock.time += timedelta(minutes=6)
    reception.agenda.book(place("19 10:00"), MIDDLE, other.id, by=SALMA, key="f")


def test_staff_may_place_between_the_steps_and_at_short_notice(reception: Reception) -> None:
    reception.clock.time = at("19 09:58")
    nadia = reception.person("Nadia Cherkaoui")

    done = reception.agenda.book(place("19 10:05"), SHORT, nadia.id, by=SALMA, key="f")

    assert done.appointment.start == at("19 10:05")


@pytest.mark.parametrize("time", ["19 12:15", "19 20:00", "23 10:00"])
def test_outside_of_the_hours_staff_have_to_say_so(reception: Reception, time: str) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    with pytest.raises(NotReceivingError):
        reception.agenda.book(place(time), MIDDLE, nadia.id, by=SALMA, key="f")

    done = reception.agenda.book(place(time, anyway=True), MIDDLE, nadia.id, by=SALMA, key="f")
    assert done.appointment.start == at(time)


def test_nobody_is_placed_in_the_past(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    reception.clock.time = at("19 15:00")

    with pytest.raises(NotPossibleError) as refused:
        reception.agenda.book(place("19 10:00"), MIDDLE, nadia.id, by=SALMA, key="f")
    assert refused.value.obstacle is Obstacle.PAST


def test_moving_to_another_practitioner_tells_old_and_new_time(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    before = reception.booked_here(nadia, "19 10:00")

    done = reception.agenda.move(
        before.id, place("20 11:15", BERRADA), seen_version=before.version, by=SALMA
    )

    assert (done.appointment.id, done.appointment.practitioner_id) == (before.id, BERRADA)
    assert done.appointment.start == at("20 11:15")
    text = reception.told_text(nadia)
    assert "mardi 19 janvier à 10:00" in text
    assert "mercredi 20 janvier à 11:15" in text
    assert [payload.split("{")[0] for _, payload in reception.buttons(nadia)] == [
        "/confirm_appointment",
        "/more_new_slots",
        "/cancel_appointment",
    ]
    # The old time is free again.
    assert at("19 10:00") in [slot.start for slot in reception.free_on("19")]


def test_outside_the_window_the_move_is_a_template_in_arabic(reception: Reception) -> None:
    nadia = reception.person("نادية الشرقاوي", language="ary", wrote=False)
    before = reception.booked_here(nadia, "19 10:00")

    reception.agenda.move(before.id, place("19 11:00"), seen_version=before.version, by=SALMA)

    template = reception.told(nadia)[-1]["template"]
    assert (template["name"], template["language"]["code"]) == (
        "appointment_reschedule_offer",
        "ar",
    )
    assert template["components"][0]["parameters"][0]["text"] == "نادية"


def test_moving_by_half_its_length_overlaps_only_itself(reception: Reception) -> None:
    before = reception.booked_here(reception.person("Nadia Cherkaoui"), "19 10:00")

    done = reception.agenda.move(
        before.id, place("19 10:15"), seen_version=before.version, by=SALMA, tell=False
    )

    assert (done.appointment.start, done.told) == (at("19 10:15"), None)


def test_moving_onto_somebody_changes_nothing(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    before = reception.booked_here(nadia, "19 10:00")
    there = reception.booked_here(reception.person("Omar Tahiri"), "19 11:00")

    with pytest.raises(InTheWayError) as refused:
        reception.agenda.move(before.id, place("19 11:15"), seen_version=before.version, by=SALMA)

    assert refused.value.row == there
    assert reception.scheduling.get(before.id) == before
    assert reception.told(nadia) == []


def test_a_move_loses_to_what_the_patient_changed_meanwhile(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    before = reception.booked_here(nadia, "19 10:00")
    reception.desk.cancel(before.id, key="cancel")

    with pytest.raises(ChangedMeanwhileError):
        reception.agenda.move(before.id, place("19 11:00"), seen_version=before.version, by=SALMA)


def test_of_many_who_move_into_one_time_one_gets_it(reception: Reception) -> None:
    names = ("Nadia", "Omar", "Salim", "Hind", "Karim", "Laila")
    times = ("09:00", "09:30", "11:00", "11:30", "14:00", "14:30")
    rows = [
        reception.booked_here(reception.person(f"{name} Test"), f"19 {time}")
        for name, time in zip(names, times, strict=True)
    ]

    def move(number: int) -> bool:
        row = rows[number]
        try:
            reception.agenda.move(
                row.id, place("19 10:00"), seen_version=row.version, by=SALMA, tell=False
            )
        except (InTheWayError, SlotTakenError, PatientBusyError):
            return False
        return True

    with ThreadPoolExecutor(len(rows)) as pool:
        assert sorted(pool.map(move, range(len(rows)))) == [False] * 5 + [True]
    view = reception.reader.day(at("19 00:00").date(), by=SALMA, practitioner_ids=[ALAMI])
    assert len(view.blocks) == len(rows)
    assert max(block.lanes for block in view.blocks) == 1


def test_cancelling_tells_the_patient_and_frees_the_time(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    before = reception.booked_here(nadia, "19 10:00")

    done = reception.agenda.cancel(before.id, seen_version=before.version, by=SALMA)

    assert done.appointment.status is AppointmentStatus.CANCELLED
    assert "annuler votre rendez-vous du mardi 19 janvier à 10:00" in reception.told_text(nadia)
    assert reception.buttons(nadia)[0][1] == '/book_appointment{"practitioner": "dr-alami"}'
    assert at("19 10:00") in [slot.start for slot in reception.free_on("19")]


def test_who_said_stop_is_called_not_written_to(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    before = reception.booked_here(nadia, "19 10:00")
    reception.clock.time += timedelta(minutes=1)
    reception.stop(nadia)

    done = reception.agenda.cancel(before.id, seen_version=before.version, by=SALMA)

    assert done.told is Told.CALL
    assert reception.told(nadia) == []


def test_who_never_agreed_is_called(reception: Reception) -> None:
    patient = reception.directory.add("Omar Tahiri", "06 61 23 45 67", by=SALMA)

    done = reception.agenda.book(place("19 10:00"), MIDDLE, patient.id, by=SALMA, key="f")

    assert done.told is Told.CALL


def test_arrived_and_seen(reception: Reception) -> None:
    before = reception.booked_here(reception.person("Nadia Cherkaoui"), "19 10:00")
    reception.clock.time = at("19 09:50")

    arrived = reception.agenda.note(before.id, ChangeKind.ARRIVED, by=SALMA)
    assert arrived.appointment.status is AppointmentStatus.ARRIVED
    seen = reception.agenda.note(before.id, ChangeKind.FULFILLED, by=SALMA)
    assert seen.appointment.status is AppointmentStatus.FULFILLED


def test_arriving_twice_is_arriving_once(reception: Reception) -> None:
    before = reception.booked_here(reception.person("Nadia Cherkaoui"), "19 10:00")
    reception.clock.time = at("19 09:50")

    first = reception.agenda.note(before.id, ChangeKind.ARRIVED, by=SALMA)
    assert reception.agenda.note(before.id, ChangeKind.ARRIVED, by=SALMA) == first


@pytest.mark.parametrize(
    ("now", "kind", "obstacle"),
    [
        ("18 10:00", ChangeKind.ARRIVED, Obstacle.NOT_TODAY),
        ("19 09:00", ChangeKind.NOSHOW, Obstacle.NOT_YET),
        ("19 10:30", ChangeKind.FULFILLED, Obstacle.WRONG_STATUS),
    ],
)
def test_what_cannot_be_yet_is_not_noted(
    reception: Reception, now: str, kind: ChangeKind, obstacle: Obstacle
) -> None:
    before = reception.booked_here(reception.person("Nadia Cherkaoui"), "19 10:00")
    reception.clock.time = at(now)

    with pytest.raises(NotPossibleError) as refused:
        reception.agenda.note(before.id, kind, by=SALMA)
    assert refused.value.obstacle is obstacle


def test_who_did_not_come_frees_the_rest_of_the_time(reception: Reception) -> None:
    before = reception.booked_here(reception.person("Nadia Cherkaoui"), "19 10:00")
    reception.clock.time = at("19 10:10")
    noted = reception.agenda.note(before.id, ChangeKind.NOSHOW, by=SALMA)

    other = reception.person("Omar Tahiri")
    reception.agenda.book(place("19 10:10"), SHORT, other.id, by=SALMA, key="f")
    with pytest.raises(InTheWayError):
        reception.agenda.undo(noted.change_id, by=SALMA)

    view = reception.reader.day(at("19 00:00").date(), by=SALMA, practitioner_ids=[ALAMI])
    assert [(block.lane, block.lanes) for block in view.blocks] == [(0, 2), (1, 2)]


def test_undoing_a_no_show_books_again(reception: Reception) -> None:
    before = reception.booked_here(reception.person("Nadia Cherkaoui"), "19 10:00")
    reception.clock.time = at("19 10:10")
    noted = reception.agenda.note(before.id, ChangeKind.NOSHOW, by=SALMA)

    undone = reception.agenda.undo(noted.change_id, by=SALMA)

    assert undone.appointment.status is AppointmentStatus.BOOKED


def test_undoing_a_move_before_the_message_left_tells_nothing(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    before = reception.booked_here(nadia, "19 10:00")
    moved = reception.agenda.move(
        before.id, place("19 11:00"), seen_version=before.version, by=SALMA
    )

    undone = reception.agenda.undo(moved.change_id, by=SALMA)

    assert undone.appointment.start == at("19 10:00")
    assert reception.told(nadia) == []


def test_undoing_twice_is_refused(reception: Reception) -> None:
    before = reception.booked_here(reception.person("Nadia Cherkaoui"), "19 10:00")
    moved = reception.agenda.move(
        before.id, place("19 11:00"), seen_version=before.version, by=SALMA
    )
    reception.agenda.undo(moved.change_id, by=SALMA)

    with pytest.raises(NothingToUndoError):
        reception.agenda.undo(moved.change_id, by=SALMA)


def test_a_cancellation_is_undone_while_the_time_is_free(reception: Reception) -> None:
    before = reception.booked_here(reception.person("Nadia Cherkaoui"), "19 10:00")
    cancelled = reception.agenda.cancel(before.id, seen_version=before.version, by=SALMA)
    again = reception.agenda.undo(cancelled.change_id, by=SALMA)
    assert again.appointment.status is AppointmentStatus.BOOKED

    cancelled = reception.agenda.cancel(before.id, seen_version=again.appointment.version, by=SALMA)
    other = reception.person("Omar Tahiri")
    reception.agenda.book(place("19 10:00"), MIDDLE, other.id, by=SALMA, key="f")
    with pytest.raises(InTheWayError):
        reception.agenda.undo(cancelled.change_id, by=SALMA)


def test_a_booking_is_undone_by_cancelling_it(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    booked = reception.agenda.book(place("19 10:00"), MIDDLE, nadia.id, by=SALMA, key="f")

    undone = reception.agenda.undo(booked.change_id, by=SALMA)

    assert undone.appointment.status is AppointmentStatus.CANCELLED
    assert reception.told(nadia) == []


def test_every_change_and_read_is_audited(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    before = reception.booked_here(nadia, "19 10:00")
    reception.agenda.move(before.id, place("19 11:00"), seen_version=before.version, by=SALMA)
    reception.reader.appointment(before.id, by=SALMA)
    reception.reader.appointment(before.id, by=SALMA)

    entries = reception.audit.about(nadia.contact_id)
    assert [(entry.actor, entry.action) for entry in entries] == [
        (SALMA, "appointment_changed"),
        (SALMA, "agenda_read"),
    ]
    assert entries[0].details["change"] == "moved"
    assert reception.audit.verify() == []

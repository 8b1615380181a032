"""Leave and closures: effective at once, the patients concerned are told, nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from clinic.adapters.closures import Closures
from clinic.agenda.errors import ClosureNotFoundError, EmptyClosureError, PreviewOutdatedError
from clinic.agenda.model import ChangeKind, ClosureReason, EnteredClosure, Outcome, Told
from clinic.answers.model import FactQuestion, SaidTime
from clinic.answers.services import FactAnswers
from clinic.consent.model import Reach
from clinic.facts.model import Closure
from clinic.scheduling.errors import (
    HoldExpiredError,
    NotBookedError,
    SlotNotOfferedError,
)
from clinic.scheduling.model import AgendaSlot, AppointmentStatus
from clinic.scheduling.queue import Queue
from tests.integration.agenda.conftest import SALMA, TEXTS, Reception, at, leave, place
from tests.small_clinic import ALAMI, BERRADA

TUESDAY = leave("19 00:00", "20 00:00")
SITE = Closure(None, "centre", at("19 00:00"), at("20 00:00"))


def close(
    reception: Reception, closure: Closure = TUESDAY, outcome: Outcome = Outcome.MOVE
) -> EnteredClosure:
    seen = reception.closures.preview(closure).fingerprint
    return reception.closures.close(
        closure, ClosureReason.LEAVE, outcome, by=SALMA, fingerprint=seen
    )


def test_the_assistant_offers_nothing_in_leave_at_once(reception: Reception) -> None:
    assert reception.free_on("19") != []

    close(reception)

    assert reception.free_on("19") == []
    assert reception.free_on("20") != []
    assert reception.free_on("19", BERRADA) != []


def test_leave_of_some_hours_leaves_the_others(reception: Reception) -> None:
    close(reception, leave("19 10:00", "19 15:00"))

    free = [slot.start for slot in reception.free_on("19")]
    assert (min(free), max(free)) == (at("19 09:00"), at("19 17:30"))
    assert [start for start in free if at("19 09:30") < start < at("19 15:00")] == []


def test_a_closed_site_closes_everybody_there_and_only_there(reception: Reception) -> None:
    friday = Closure(None, "nord", at("22 00:00"), at("23 00:00"))
    close(reception, friday)

    # Dr Berrada is at the other site on Friday.
    assert reception.free_on("22", BERRADA) == []
    assert reception.free_on("22", ALAMI) != []


def test_a_slot_offered_before_cannot_be_held_any_more(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    slot = reception.free_on("19")[0]
    close(reception)

    with pytest.raises(SlotNotOfferedError):
        reception.scheduling.hold(slot, nadia.id, key="tap")


def test_a_hold_in_closed_time_cannot_be_booked_any_more(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    hold = reception.held(nadia, "19 10:00")
    close(reception)

    with pytest.raises(HoldExpiredError):
        reception.scheduling.book(hold, nadia.id, key="tap")


def test_the_preview_shows_who_is_concerned_and_who_has_to_be_called(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    omar = reception.person("Omar Tahiri", agreed=False)
    first = reception.booked_here(nadia, "19 10:00")
    second = reception.booked_here(omar, "19 11:00")
    reception.booked_here(reception.person("Salim Idrissi"), "20 10:00")

    shown = reception.closures.preview(TUESDAY).concerned

    assert [(it.appointment, it.patient, it.reach) for it in shown] == [
        (first, nadia, Reach.MESSAGE),
        (second, omar, Reach.NO_CONSENT),
    ]


def test_two_patients_are_offered_other_times_that_differ(reception: Reception) -> None:
    nadia, omar = reception.person("Nadia Cherkaoui"), reception.person("Omar Tahiri")
    first = reception.booked_here(nadia, "19 10:00")
    reception.booked_here(omar, "19 11:00")

    close(reception)

    assert reception.scheduling.get(first.id).status is AppointmentStatus.PENDING
    assert "ne pourra pas recevoir Nadia Cherkaoui le mardi 19 janvier" in reception.told_text(
        nadia
    )
    offered = []
    for patient in (nadia, omar):
        *times, others = reception.buttons(patient)
        assert others[1].startswith("/more_new_slots")
        assert all(payload.startswith("/take_new_time") for _, payload in times)
        offered += [title for title, _ in times]
    assert len(offered) == len(set(offered)) == 4


def test_what_is_offered_can_be_taken(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    before = reception.booked_here(nadia, "19 10:00")
    close(reception)
    key = reception.buttons(nadia)[0][1].split('"agenda_slot": "')[1].split('"')[0]

    hold = reception.scheduling.hold(
        AgendaSlot.from_key(key), nadia.id, key="tap", moving=before.id
    )
    after = reception.desk.move(before.id, hold.id, key="move")

    assert (after.status, after.slot.key) == (AppointmentStatus.BOOKED, key)
    assert reception.closures.to_settle() == []


def test_outside_the_window_the_best_time_comes_in_a_template(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui", language="en", wrote=False)
    reception.booked_here(nadia, "19 10:00")
    close(reception)

    template = reception.told(nadia)[-1]["template"]
    assert (template["name"], template["language"]["code"]) == (
        "appointment_reschedule_offer",
        "en",
    )
    body, first, second = template["components"]
    assert [p["text"] for p in body["parameters"]][:3] == [
        "Nadia",
        "Dr dr-alami",
        "Tuesday 19 January at 10:00",
    ]
    assert (first["sub_type"], second["sub_type"]) == ("quick_reply", "quick_reply")


def test_patients_can_be_cancelled_instead(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    before = reception.booked_here(nadia, "19 10:00")

    close(reception, outcome=Outcome.CANCEL)

    assert reception.scheduling.get(before.id).status is AppointmentStatus.CANCELLED
    assert "doit annuler votre rendez-vous" in reception.told_text(nadia)


def test_who_cannot_be_written_to_stays_on_the_list_of_calls(reception: Reception) -> None:
    omar = reception.person("Omar Tahiri", agreed=False)
    reception.booked_here(omar, "19 10:00")
    close(reception)

    (waiting,) = reception.closures.to_settle()
    assert (waiting[0].patient, waiting[0].reach, waiting[1]) == (
        omar,
        Reach.NO_CONSENT,
        Told.CALL,
    )
    assert reception.told(omar) == []


def test_a_list_that_changed_since_it_was_shown_is_shown_again(reception: Reception) -> None:
    seen = reception.closures.preview(TUESDAY).fingerprint
    reception.booked_here(reception.person("Nadia Cherkaoui"), "19 10:00")

    with pytest.raises(PreviewOutdatedError):
        reception.closures.close(
            TUESDAY, ClosureReason.LEAVE, Outcome.MOVE, by=SALMA, fingerprint=seen
        )
    assert reception.closures.in_force() == []


def test_who_has_arrived_is_not_sent_away(reception: Reception) -> None:
    before = reception.booked_here(reception.person("Nadia Cherkaoui"), "19 10:00")
    reception.clock.time = at("19 09:50")
    reception.agenda.note(before.id, ChangeKind.ARRIVED, by=SALMA)

    assert reception.closures.preview(leave("19 09:55", "19 18:00")).concerned == ()


def test_presence_in_closed_time_cannot_be_confirmed(reception: Reception) -> None:
    before = reception.booked_here(reception.person("Nadia Cherkaoui"), "19 10:00")
    close(reception)

    with pytest.raises(NotBookedError):
        reception.desk.accept(before.id)


def test_reopening_before_the_message_left_takes_it_back(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    before = reception.booked_here(nadia, "19 10:00")
    entered = close(reception)

    assert reception.closures.reopen(entered.id, by=SALMA) == 1

    assert reception.scheduling.get(before.id).status is AppointmentStatus.BOOKED
    assert reception.told(nadia) == []
    assert reception.free_on("19") != []
    with pytest.raises(ClosureNotFoundError):
        reception.closures.reopen(entered.id, by=SALMA)


def test_reopening_after_it_left_tells_that_the_appointment_stands(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    reception.booked_here(nadia, "19 10:00")
    entered = close(reception)
    reception.sent_everything()

    reception.closures.reopen(entered.id, by=SALMA)

    assert "finalement maintenu" in reception.told_text(nadia)


def test_reopening_under_another_closure_changes_no_appointment(reception: Reception) -> None:
    before = reception.booked_here(reception.person("Nadia Cherkaoui"), "19 10:00")
    entered = close(reception)
    close(reception, SITE)

    assert reception.closures.reopen(entered.id, by=SALMA) == 0
    assert reception.scheduling.get(before.id).status is AppointmentStatus.PENDING


def test_who_was_not_told_when_a_process_died_is_told_later(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    reception.booked_here(nadia, "19 10:00")
    close(reception)
    with reception.database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE closure_appointment SET told = NULL")
        tx.connection.exec_driver_sql("DELETE FROM outbox")

    assert reception.closures.tell() == 1
    assert reception.closures.tell() == 0
    assert len(reception.told(nadia)) == 1


@pytest.mark.parametrize(
    "closure",
    [leave("19 10:00", "19 10:00"), leave("19 10:00", "19 09:00"), leave("15 09:00", "15 18:00")],
)
def test_a_closure_without_time_to_come_is_refused(reception: Reception, closure: Closure) -> None:
    with pytest.raises(EmptyClosureError):
        reception.closures.preview(closure)


def test_staff_can_place_somebody_in_closed_time_if_they_say_so(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    before = reception.booked_here(nadia, "20 10:00")
    close(reception)

    done = reception.agenda.move(
        before.id, place("19 10:00", anyway=True), seen_version=before.version, by=SALMA
    )
    assert done.appointment.start == at("19 10:00")


def test_moving_by_hand_settles_the_appointment(reception: Reception) -> None:
    nadia = reception.person("Nadia Cherkaoui")
    before = reception.booked_here(nadia, "19 10:00")
    close(reception)

    done = reception.agenda.move(
        before.id, place("20 10:00"), seen_version=before.version, by=SALMA
    )

    assert done.appointment.status is AppointmentStatus.BOOKED
    assert reception.closures.to_settle() == []


def test_the_assistant_says_that_the_doctor_is_on_leave(reception: Reception) -> None:
    answers = FactAnswers(reception.clinic, TEXTS, reception.clock, reception.database)
    question = FactQuestion(
        intent="ask_services",
        practitioner_id=ALAMI,
        time=SaidTime(at("19 00:00"), at("20 00:00"), "day"),
    )
    before = answers.to(question, "fr").response
    close(reception)

    assert (before, answers.to(question, "fr").response) == (
        "utter_practitioner_present",
        "utter_practitioner_on_leave",
    )


def test_the_note_of_a_closure_is_encrypted_and_read_back(reception: Reception) -> None:
    entered = reception.closures.close(
        TUESDAY,
        ClosureReason.ILLNESS,
        Outcome.MOVE,
        by=SALMA,
        fingerprint=reception.closures.preview(TUESDAY).fingerprint,
        note=" Remplacée par personne ",
    )

    with reception.database.read() as tx:
        assert Closures(tx).get(entered.id) == replace(entered, note="Remplacée par personne")
        stored = tx.connection.exec_driver_sql("SELECT note FROM closure").scalar()
    assert b"personne" not in bytes(stored)


def test_a_waiting_booking_and_a_closure_come_one_after_the_other(reception: Reception) -> None:
    """A hold taken at the very moment of closing is either concerned or refused."""
    people = [reception.person(f"Personne {letter}") for letter in "abcdef"]
    times = ["10:00", "10:30", "11:00", "14:00", "15:00", "16:00"]
    reception.clock.time += timedelta(seconds=1)

    def book(number: int) -> bool:
        try:
            reception.booked_here(people[number], f"19 {times[number]}")
        except (SlotNotOfferedError, HoldExpiredError):
            return False
        return True

    def shut(_: int) -> bool:
        for _attempt in range(20):
            try:
                close(reception)
            except PreviewOutdatedError:
                continue
            return True
        return False

    with ThreadPoolExecutor(8) as pool:
        closing = pool.submit(shut, 0)
        list(pool.map(book, range(len(people))))
        assert closing.result()
    with reception.database.read() as tx:
        statuses = {
            row.status
            for row in tx.connection.exec_driver_sql(
                "SELECT status FROM appointment WHERE hold_expires_at IS NULL"
            )
        }
    assert "booked" not in statuses


def test_who_was_asked_to_come_at_another_time_is_not_before_anybody(
    reception: Reception,
) -> None:
    reception.booked_here(reception.person("Nadia Cherkaoui"), "19 09:30")
    omar = reception.person("Omar Tahiri")
    own = reception.booked_here(omar, "19 11:00")
    close(reception, leave("19 09:00", "19 10:00"))
    reception.clock.time = at("19 08:30")

    place_of = Queue(reception.database, reception.clinic, reception.clock).place_of([own])

    assert place_of is not None
    assert place_of.before == 0

"""What staff do with a conversation, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from clinic.adapters.inbox import Inbox
from clinic.adapters.live_events import LiveEvents
from clinic.agenda.errors import ChangedMeanwhileError
from clinic.consent.model import Decision, Purpose, Reply
from clinic.facts.opening import local_day
from clinic.handoff.errors import (
    EmptyTextError,
    NotAgreedError,
    NotOpenError,
    NotSendableError,
    TakenByAnotherError,
    UnknownConversationError,
)
from clinic.handoff.inbox import Tab
from clinic.handoff.model import HandoffStatus, Priority
from clinic.patients.model import Relation
from clinic.reporting.model import Period
from clinic.scheduling.model import SlotQuery
from clinic.staff.model import Role, StaffMember
from tests.integration.staff.conftest import SALMA, YOUSSEF, Reception


def waiting(reception: Reception, text: str = "Je veux parler à quelqu'un") -> str:
    contact_id = reception.write(SALMA, text)
    reception.services.handoff.open(contact_id, Priority.ROUTINE, "request_human")
    return contact_id


def test_taking_a_conversation_silences_the_assistant_and_tells_the_patient_who(
    reception: Reception,
) -> None:
    nadia = reception.hire("nadia")
    contact_id = waiting(reception)
    assert not reception.services.handoff.is_in_human_hands(contact_id)
    reception.services.staff_desk.take(contact_id, nadia)
    assert reception.services.handoff.is_in_human_hands(contact_id)
    assert reception.said(contact_id, nadia) == [
        "patient: Je veux parler à quelqu'un",
        "event: opened",
        "event: claimed",
        "assistant: Bonjour, c'est *Nadia*, de la clinique."
        " Je prends votre conversation et je vous réponds ici.",
    ]


def test_of_ten_who_take_at_once_one_has_it_and_the_patient_is_told_one_name(
    reception: Reception,
) -> None:
    staff = [reception.hire(f"member{number}") for number in range(10)]
    contact_id = waiting(reception)

    def take(member: StaffMember) -> str | None:
        try:
            reception.services.staff_desk.take(contact_id, member)
        except TakenByAnotherError as error:
            return error.by
        return None

    with ThreadPoolExecutor(10) as people:
        refusals = list(people.map(take, staff))
    assert refusals.count(None) == 1
    winner = staff[refusals.index(None)]
    assert set(refusals) == {None, winner.id}
    told = [line for line in reception.said(contact_id, winner) if "c'est *" in line]
    assert len(told) == 1
    assert winner.name in told[0]


def test_answering_takes_over_by_itself_and_is_sent_once(reception: Reception) -> None:
    nadia, omar = reception.hire("nadia"), reception.hire("omar")
    contact_id = waiting(reception)
    desk = reception.services.staff_desk
    assert desk.reply(contact_id, nadia, " Bonjour ! ", key="form-1")
    desk.reply(contact_id, nadia, "Bonjour !", key="form-1")
    assert [line for line in reception.said(contact_id, nadia) if line.startswith("staff")] == [
        "staff: Bonjour !"
    ]
    with pytest.raises(TakenByAnotherError) as refused:
        desk.reply(contact_id, omar, "Bonjour aussi !", key="form-2")
    assert refused.value.by == nadia.id
    assert "handoff_claimed" in reception.actions(contact_id)
    assert reception.actions(contact_id).count("staff_replied") == 1


def test_writing_first_opens_a_conversation(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = reception.write(SALMA, "merci")
    reception.services.staff_desk.reply(contact_id, nadia, "Avec plaisir", key="1")
    handoff = reception.read(contact_id, nadia).handoff
    assert handoff is not None
    assert (handoff.status, handoff.claimed_by) == (HandoffStatus.CLAIMED, nadia.id)


@pytest.mark.parametrize("text", ["", "   ", "x" * 4097, "\u200b", "\x00"])
def test_an_answer_needs_words_and_not_too_many(text: str, reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = waiting(reception)
    with pytest.raises(EmptyTextError):
        reception.services.staff_desk.reply(contact_id, nadia, text, key="1")
    with pytest.raises(EmptyTextError):
        reception.services.staff_desk.add_note(contact_id, nadia, text)


def test_a_colleague_takes_over_knowingly_and_the_patient_learns_it(reception: Reception) -> None:
    nadia, omar = reception.hire("nadia"), reception.hire("omar")
    contact_id = waiting(reception)
    desk = reception.services.staff_desk
    desk.take(contact_id, nadia)
    desk.take_from(contact_id, omar)
    desk.reply(contact_id, omar, "Je prends la suite", key="1")
    with pytest.raises(TakenByAnotherError):
        desk.reply(contact_id, nadia, "…", key="2")
    assert any("c'est *Omar*" in line for line in reception.said(contact_id, omar))


def test_who_goes_away_leaves_what_waits_to_the_others(reception: Reception) -> None:
    nadia, omar = reception.hire("nadia"), reception.hire("omar")
    first, second = waiting(reception), reception.write(YOUSSEF, "bonjour", "Youssef")
    desk = reception.services.staff_desk
    desk.take(first, nadia)
    desk.reply(second, nadia, "Bonjour", key="1")
    reception.wait(seconds=1)
    assert desk.release_all(nadia) == 1
    desk.take(first, omar)
    with pytest.raises(TakenByAnotherError):
        desk.take(second, omar)


def test_ending_and_taking_the_end_back(reception: Reception) -> None:
    nadia, omar = reception.hire("nadia"), reception.hire("omar")
    contact_id = waiting(reception)
    desk = reception.services.staff_desk
    desk.take(contact_id, nadia)
    with pytest.raises(TakenByAnotherError):
        desk.resolve(contact_id, omar)
    handoff_id = desk.resolve(contact_id, nadia)
    assert not reception.services.handoff.is_in_human_hands(contact_id)
    with pytest.raises(NotOpenError):
        desk.resolve(contact_id, nadia)
    desk.reopen(handoff_id, nadia)
    assert reception.services.handoff.is_in_human_hands(contact_id)
    with pytest.raises(NotOpenError):
        desk.reopen(handoff_id, nadia)


def test_giving_back_queues_a_turn_that_says_what_was_done(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    services = reception.services
    contact_id = waiting(reception)
    patient = services.patients.register(contact_id, Relation.SELF, "Salma Benali")
    now = services.clock.now()
    slots = services.staff_appointments.free_slots(
        SlotQuery("gp-consultation", now, now + timedelta(days=7))
    )
    appointment = services.staff_appointments.book(contact_id, patient.id, slots[0], nadia, key="1")
    services.staff_desk.hand_back(contact_id, nadia)
    with services.database.read() as tx:
        turn = Inbox(tx).waiting(contact_id)[-1].message
    assert turn.is_tap
    assert turn.payload == (
        '/handed_back{"outcome": "handed_back", "done": "booked", '
        f'"appointment": "{appointment.id}"}}'
    )
    # Nobody wrote it: it stands in no transcript.
    assert not any("handed_back{" in line for line in reception.said(contact_id, nadia))


def test_booking_moving_and_cancelling_tell_the_patient_and_the_trail(
    reception: Reception,
) -> None:
    nadia = reception.hire("nadia")
    services = reception.services
    contact_id = waiting(reception)
    patient = services.patients.register(contact_id, Relation.SELF, "Salma Benali")
    now = services.clock.now()
    query = SlotQuery("gp-consultation", now, now + timedelta(days=7))
    agenda = services.staff_appointments
    slots = agenda.free_slots(query)
    booked = agenda.book(contact_id, patient.id, slots[0], nadia, key="1")
    assert agenda.book(contact_id, patient.id, slots[0], nadia, key="1").id == booked.id
    seen = booked.version
    moved = agenda.move(contact_id, booked.id, slots[5], nadia, seen_version=seen, key="2")
    agenda.cancel(contact_id, booked.id, nadia, seen_version=moved.version, key="3")
    lines = [line for line in reception.said(contact_id, nadia) if line.startswith("staff")]
    assert [line.split(":")[1].split(" ✅")[0].strip() for line in lines] == [
        "Votre rendez-vous est réservé",
        "Votre rendez-vous est déplacé",
        "Votre rendez-vous est annulé",
    ]
    done = [a for a in reception.actions(contact_id) if a.startswith("appointment_")]
    assert done == ["appointment_booked", "appointment_moved", "appointment_cancelled"]


def test_what_the_patient_changed_meanwhile_is_neither_moved_nor_cancelled(
    reception: Reception,
) -> None:
    nadia = reception.hire("nadia")
    services = reception.services
    contact_id = waiting(reception)
    patient = services.patients.register(contact_id, Relation.SELF, "Salma Benali")
    now = services.clock.now()
    agenda = services.staff_appointments
    slots = agenda.free_slots(SlotQuery("gp-consultation", now, now + timedelta(days=7)))
    shown = agenda.book(contact_id, patient.id, slots[0], nadia, key="1")
    hold = services.scheduling.hold(slots[3], patient.id, key="own", moving=shown.id)
    own = services.desk.move(shown.id, hold.id, key="own")
    said = reception.said(contact_id, nadia)

    with pytest.raises(ChangedMeanwhileError):
        agenda.cancel(contact_id, shown.id, nadia, seen_version=shown.version, key="2")
    with pytest.raises(ChangedMeanwhileError):
        agenda.move(contact_id, shown.id, slots[5], nadia, seen_version=shown.version, key="3")
    assert services.desk.own(contact_id, shown.id).appointment == own
    assert reception.said(contact_id, nadia) == said


def test_the_agenda_shows_who_booked_moved_and_cancelled_from_a_conversation(
    reception: Reception,
) -> None:
    nadia = reception.hire("nadia")
    services = reception.services
    contact_id = waiting(reception)
    patient = services.patients.register(contact_id, Relation.SELF, "Salma Benali")
    now = services.clock.now()
    agenda = services.staff_appointments
    slots = agenda.free_slots(SlotQuery("gp-consultation", now, now + timedelta(days=7)))
    booked = agenda.book(contact_id, patient.id, slots[0], nadia, key="1")
    assert booked.is_of_staff
    seen = booked.version
    moved = agenda.move(contact_id, booked.id, slots[5], nadia, seen_version=seen, key="2")
    for _ in range(2):
        agenda.cancel(contact_id, booked.id, nadia, seen_version=moved.version, key="3")

    detail = services.agenda_reader.appointment(booked.id, by=nadia.id)
    assert [(c.kind.value, c.slot_before, c.actor) for c in reversed(detail.changes)] == [
        ("booked", slots[0].key, nadia.id),
        ("moved", slots[0].key, nadia.id),
        ("cancelled", slots[5].key, nadia.id),
    ]
    # One booking, whatever came of it.
    today = local_day(services.clinic, now)
    assert services.figures.report(Period(today, today)).booked == 1
    assert reception.actions(contact_id).count("appointment_cancelled") == 1


def test_nobody_books_for_somebody_elses_patient(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    services = reception.services
    contact_id = waiting(reception)
    other = reception.write(YOUSSEF, "bonjour", "Youssef")
    stranger = services.patients.register(other, Relation.SELF, "Youssef Tazi")
    now = services.clock.now()
    slot = services.staff_appointments.free_slots(
        SlotQuery("gp-consultation", now, now + timedelta(days=7))
    )[0]
    with pytest.raises(UnknownConversationError):
        services.staff_appointments.book(contact_id, stranger.id, slot, nadia, key="1")


def test_a_snoozed_conversation_comes_back_when_the_patient_writes(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = waiting(reception)
    services = reception.services
    services.staff_desk.snooze(contact_id, nadia, services.clock.now() + timedelta(hours=3))
    assert services.inbox.counts(nadia) == {
        "open": 0, "unread": 0, "mine": 0, "snoozed": 1, "stat": 0, "late": 0,
    }  # fmt: skip
    reception.write(SALMA, "Vous êtes là ?")
    assert services.inbox.counts(nadia)["open"] == 1


def test_outside_the_window_a_template_announces_the_answer(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = waiting(reception)
    reception.wait(hours=25)
    found = reception.read(contact_id, nadia)
    assert found.window_ends is None
    desk = reception.services.staff_desk
    assert not desk.reply(contact_id, nadia, "Vos papiers sont prêts", key="1")
    # Without consent to reminders the clinic does not write first about anything else.
    values = {"patient": "Salma", "practitioner": "Dr Alami", "when": "lundi", "site": "Maârif"}
    with pytest.raises(NotAgreedError):
        desk.send_template(contact_id, nadia, "appointment_confirmation", values, key="2")
    reply = Reply("notice", "fr", "Oui", "consent")
    reception.services.consent.record(contact_id, Purpose.REMINDERS, Decision.GIVEN, reply)
    desk.send_template(contact_id, nadia, "appointment_confirmation", values, key="2")
    with pytest.raises(NotSendableError):
        desk.send_template(contact_id, nadia, "appointment_confirmation", {}, key="3")
    with pytest.raises(NotSendableError):
        desk.send_template(contact_id, nadia, "staff_appointment_booked", values, key="4")
    blank = {**values, "site": "\u200b"}
    with pytest.raises(NotSendableError):
        desk.send_template(contact_id, nadia, "appointment_confirmation", blank, key="5")
    staff = [
        e
        for e in reception.read(contact_id, nadia).transcript.entries
        if e.speaker.value == "staff"
    ]
    assert [entry.template for entry in staff] == [None, "appointment_confirmation"]
    assert "Dr Alami" in staff[1].text


def test_staff_of_another_site_see_and_do_nothing(reception: Reception) -> None:
    here = reception.hire("nadia", Role.RECEPTION, site="maarif")
    elsewhere = reception.hire("omar", Role.RECEPTION, site="ain-sebaa")
    contact_id = waiting(reception)
    services = reception.services
    with services.database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE handoff SET site = 'maarif'")
    assert len(services.inbox.page(here, Tab.OPEN).rows) == 1
    assert services.inbox.page(elsewhere, Tab.OPEN).rows == []
    assert services.inbox.search(elsewhere, "Salma") == []
    with pytest.raises(UnknownConversationError):
        reception.read(contact_id, elsewhere)
    with pytest.raises(UnknownConversationError):
        services.staff_desk.take(contact_id, elsewhere)
    with pytest.raises(UnknownConversationError):
        services.staff_desk.reply(contact_id, elsewhere, "Bonjour", key="1")
    with pytest.raises(UnknownConversationError):
        services.staff_desk.snooze(contact_id, elsewhere, services.clock.now())
    with pytest.raises(UnknownConversationError):
        services.staff_desk.release(contact_id, elsewhere)
    ended = services.staff_desk.resolve(contact_id, here)
    with pytest.raises(UnknownConversationError):
        services.staff_desk.reopen(ended, elsewhere)
    services.staff_desk.reopen(ended, here)


def test_a_note_is_for_staff_only_and_encrypted(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = waiting(reception)
    reception.services.staff_desk.add_note(contact_id, nadia, "Patiente inquiète")
    assert "note: Patiente inquiète" in reception.said(contact_id, nadia)
    with reception.services.database.read() as tx:
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar() == 0
        stored = bytes(tx.connection.exec_driver_sql("SELECT text FROM staff_note").scalar())
    assert "inquiète".encode() not in stored


def test_open_pages_are_told_of_everything_and_of_an_emergency_aloud(
    reception: Reception,
) -> None:
    nadia = reception.hire("nadia")
    contact_id = waiting(reception)
    live = reception.services.live

    def topics(do: object) -> set[tuple[str, str | None]]:
        before = live.newest_id()
        do()  # type: ignore[operator]
        return {(event.topic, event.subject) for event in live.after(before, 100)}

    both = {("inbox", contact_id), ("conversation", contact_id)}
    desk = reception.services.staff_desk
    assert topics(lambda: desk.take(contact_id, nadia)) == both
    assert topics(lambda: desk.reply(contact_id, nadia, "Bonjour", key="1")) == both
    assert topics(lambda: reception.write(SALMA, "oui")) == both
    handoff = reception.services.handoff
    assert topics(lambda: handoff.open(contact_id, Priority.STAT, "emergency")) == {
        *both,
        ("alarm", contact_id),
    }
    reception.wait(hours=25)
    with reception.services.database.write() as tx:
        LiveEvents(tx).add("inbox", reception.services.clock.now())
    assert live.prune() > 0
    assert len(live.after(0, 100)) == 1

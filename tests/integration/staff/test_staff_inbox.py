"""The lists of the inbox and the watch over them, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Transaction
from clinic.handoff.errors import UnknownConversationError
from clinic.handoff.inbox import Tab
from clinic.handoff.model import Handoff, Priority
from clinic.handoff.watch import HandoffWatch
from clinic.patients.model import Relation
from clinic.staff.model import Role, StaffMember
from tests.integration.staff.conftest import SALMA, Reception


def open_one(reception: Reception, number: int, priority: Priority, name: str = "") -> str:
    contact_id = reception.write(f"21266100{number:04d}", "bonjour", name or f"Patient {number}")
    reception.services.handoff.open(contact_id, priority, "request_human")
    reception.wait(minutes=1)
    return contact_id


def listed(reception: Reception, member: StaffMember, tab: Tab = Tab.OPEN) -> list[str]:
    return [row.contact_id for row in reception.services.inbox.page(member, tab).rows]


def test_the_most_pressing_comes_first_then_who_waits_longest(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    routine, asap, first_urgent, second_urgent, stat = (
        open_one(reception, number, priority)
        for number, priority in enumerate(
            (Priority.ROUTINE, Priority.ASAP, Priority.URGENT, Priority.URGENT, Priority.STAT)
        )
    )
    assert listed(reception, nadia) == [stat, first_urgent, second_urgent, asap, routine]
    # Whom somebody looks after already comes behind who waits.
    reception.services.staff_desk.take(first_urgent, nadia)
    assert listed(reception, nadia) == [stat, second_urgent, first_urgent, asap, routine]
    assert listed(reception, nadia, Tab.MINE) == [first_urgent]


def test_unread_is_what_concerns_somebody_and_was_written_since_they_looked(
    reception: Reception,
) -> None:
    nadia, omar = reception.hire("nadia"), reception.hire("omar")
    contact_id = open_one(reception, 1, Priority.ROUTINE)
    desk = reception.services.staff_desk
    assert listed(reception, nadia, Tab.UNREAD) == [contact_id]
    desk.mark_read(contact_id, omar)
    assert listed(reception, nadia, Tab.UNREAD) == []
    desk.take(contact_id, nadia)
    reception.wait(seconds=5)
    reception.write("212661000001", "encore moi")
    assert listed(reception, nadia, Tab.UNREAD) == [contact_id]
    assert listed(reception, omar, Tab.UNREAD) == []
    # A colleague who looks in does not make it read for whom it concerns.
    desk.mark_read(contact_id, omar)
    assert listed(reception, nadia, Tab.UNREAD) == [contact_id]


def test_who_writes_for_a_relative_is_not_called_by_the_relatives_name(
    reception: Reception,
) -> None:
    nadia = reception.hire("nadia")
    contact_id = open_one(reception, 1, Priority.ROUTINE, "Emma Eng")

    def name() -> str | None:
        reception.wait(minutes=1)
        (row,) = reception.services.inbox.page(nadia, Tab.OPEN).rows
        return row.name

    reception.services.patients.register(contact_id, Relation.SPOUSE, "John Carter")
    assert name() == "Emma Eng"
    reception.services.patients.register(contact_id, Relation.SELF, "Emma Carter")
    assert name() == "Emma Carter"


def test_what_is_listed_as_resolved_can_be_opened(reception: Reception) -> None:
    nadia = reception.hire("nadia", Role.RECEPTION, site="maarif")
    omar = reception.hire("omar")
    contact_id = open_one(reception, 1, Priority.ROUTINE)
    desk = reception.services.staff_desk
    desk.resolve(contact_id, omar)
    assert listed(reception, nadia, Tab.RESOLVED) == [contact_id]
    reception.wait(minutes=1)
    reception.services.handoff.open(contact_id, Priority.ROUTINE, "file")
    # It goes on: it is in the other lists.
    assert listed(reception, omar, Tab.RESOLVED) == []
    reception.belongs_to(contact_id, "ain-sebaa")
    desk.resolve(contact_id, omar)
    reception.wait(minutes=1)
    assert listed(reception, nadia, Tab.RESOLVED) == []
    with pytest.raises(UnknownConversationError):
        reception.read(contact_id, nadia)
    assert listed(reception, omar, Tab.RESOLVED) == [contact_id]
    assert reception.read(contact_id, omar).handoff is not None


def test_resolved_ones_are_listed_the_newest_first(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    ended = [open_one(reception, number, Priority.ROUTINE) for number in range(3)]
    for contact_id in ended:
        reception.services.staff_desk.resolve(contact_id, nadia)
        reception.wait(minutes=1)
    assert listed(reception, nadia, Tab.RESOLVED) == ended[::-1]


@pytest.mark.parametrize(
    "words",
    ["benali", "BENALI salma", "Bénali", "0661000001", "+212 6 61 00 00 01", "661000001", "0001"],
)
def test_a_patient_is_found_by_name_or_number(words: str, reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = reception.write(SALMA, "bonjour", "whatsapp name")
    reception.services.patients.register(contact_id, Relation.SELF, "Salma Benali")
    open_one(reception, 999, Priority.ROUTINE, "Youssef Tazi")
    found = reception.services.inbox.search(nadia, words)
    assert [row.contact_id for row in found] == [contact_id]
    assert found[0].name == "Salma Benali"


@pytest.mark.parametrize(
    "words",
    [
        "cherk",
        "Fatima Cherkaoui",
        "fatma",
        "الشرقاوى",
        "cherkaiu",
        "٠٦٦١٠٠٠٠٠١",
        "+212 (0)6 61 00 00 01",
        "00212661000001",
        "0661 00",
    ],
)
def test_the_agenda_finds_whom_the_inbox_finds(words: str, reception: Reception) -> None:
    nadia = reception.hire("nadia")
    services = reception.services
    contact_id = reception.write(SALMA, "سلام", "Fatima")
    services.patients.register(contact_id, Relation.SELF, "فاطمة الشرقاوي")
    child = services.patients.register(contact_id, Relation.CHILD, "Adam Cherkaoui")
    other = reception.write("33612345678", "bonjour", "Omar")
    services.patients.register(other, Relation.SELF, "Omar Tahiri")

    assert [row.contact_id for row in services.inbox.search(nadia, words)] == [contact_id]
    found = services.directory.search(words, by=nadia.id)
    assert {it.patient.contact_id for it in found} == {contact_id}
    is_number = words[-1].isdigit()
    assert (child.id in {it.patient.id for it in found}) or not is_number


def test_who_is_registered_comes_before_names_that_whatsapp_gave(reception: Reception) -> None:
    services = reception.services
    for number in range(12):
        reception.write(f"21266200{number:04d}", "bonjour", "Salma")
    contact_id = reception.write(SALMA, "bonjour", "x")
    known = services.patients.register(contact_id, Relation.SELF, "Salma Benali")

    assert [it.patient for it in services.directory.search("salma", by="nadia")] == [known]


@pytest.mark.parametrize("words", ["الشرقاوي", "فاطمه الشرقاوى", "فاطمة"])
def test_arabic_names_are_found_whatever_the_spelling(words: str, reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = reception.write(SALMA, "سلام", "فاطمة الشرقاوي")
    found = reception.services.inbox.search(nadia, words)
    assert [row.contact_id for row in found] == [contact_id]


def test_a_name_that_nobody_has_finds_nobody(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    reception.write(SALMA, "bonjour", "Salma Benali")
    assert reception.services.inbox.search(nadia, "Chraibi") == []
    assert reception.services.inbox.search(nadia, "!?") == []


@pytest.mark.parametrize(
    ("priority", "minutes"),
    [(Priority.STAT, 2), (Priority.URGENT, 10), (Priority.ASAP, 30), (Priority.ROUTINE, 120)],
)
def test_what_nobody_takes_in_its_time_is_escalated_once(
    priority: Priority, minutes: int, reception: Reception
) -> None:
    contact_id = reception.write(SALMA, "bonjour")
    services = reception.services
    services.handoff.open(contact_id, priority, "request_human")
    reception.wait(minutes=minutes - 0.5)
    assert services.handoff_watch.look() == 0
    before = services.live.newest_id()
    reception.wait(minutes=1)
    assert services.handoff_watch.look() == 1
    assert services.handoff_watch.look() == 0
    is_loud = priority in (Priority.STAT, Priority.URGENT)
    events = services.live.after(before, 50)
    assert ("alarm" in {event.topic for event in events}) is is_loud
    late = [(event.subject, event.priority) for event in events if event.topic == "late"]
    assert late == [(contact_id, priority.value)]
    nadia = reception.hire("nadia")
    assert services.inbox.counts(nadia)["late"] == 1
    assert "event: escalated" in reception.said(contact_id, nadia)


def test_one_that_cannot_be_told_does_not_keep_an_emergency_waiting(
    reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = reception.services
    nobody = open_one(reception, 1, Priority.ASAP)
    broken, emergency = (open_one(reception, n, Priority.STAT) for n in (2, 3))
    with services.database.write() as tx:
        Contacts(tx).forget_identifiers(nobody)
    act = HandoffWatch._act

    def fails(self: HandoffWatch, tx: Transaction, handoff: Handoff, now: datetime) -> int:
        if handoff.contact_id == broken:
            raise RuntimeError("a row that nobody thought of")
        return act(self, tx, handoff, now)

    monkeypatch.setattr(HandoffWatch, "_act", fails)
    reception.wait(minutes=31)
    before = services.live.newest_id()
    assert services.handoff_watch.look() == 2
    late = {event.subject for event in services.live.after(before, 50) if event.topic == "late"}
    assert late == {nobody, emergency}


def test_who_looked_and_left_it_sees_it_as_unread_again(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = open_one(reception, 1, Priority.ASAP)
    reception.services.staff_desk.mark_read(contact_id, nadia)
    assert listed(reception, nadia, Tab.UNREAD) == []
    reception.wait(minutes=31)
    reception.services.handoff_watch.look()
    assert listed(reception, nadia, Tab.UNREAD) == [contact_id]


def test_what_waits_for_too_long_moves_up_but_never_beside_an_emergency(
    reception: Reception,
) -> None:
    nadia = reception.hire("nadia")
    routine = open_one(reception, 1, Priority.ROUTINE)
    reception.wait(minutes=95)
    asap, late_asap_once = (open_one(reception, n, Priority.ASAP) for n in (2, 3))
    reception.wait(minutes=25)
    reception.services.handoff_watch.look()
    # Two hours for what is routine: it stands among what is more pressing, and waits longest.
    assert listed(reception, nadia) == [routine, asap, late_asap_once]
    reception.wait(minutes=6)
    urgent = open_one(reception, 4, Priority.URGENT)
    reception.services.handoff_watch.look()
    assert listed(reception, nadia) == [asap, late_asap_once, urgent, routine]
    reception.wait(minutes=11)
    reception.services.handoff_watch.look()
    stat = open_one(reception, 5, Priority.STAT)
    assert listed(reception, nadia)[0] == stat


def test_an_answer_takes_a_late_conversation_down_again(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    late, fresh = open_one(reception, 1, Priority.ROUTINE), ""
    reception.wait(minutes=121)
    reception.services.handoff_watch.look()
    fresh = open_one(reception, 2, Priority.ASAP)
    assert listed(reception, nadia) == [late, fresh]
    reception.services.staff_desk.reply(late, nadia, "Bonjour", key="1")
    assert listed(reception, nadia) == [fresh, late]
    assert reception.services.inbox.counts(nadia)["late"] == 0


def test_who_writes_on_while_they_wait_is_not_told_again_and_again(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = reception.write(SALMA, "bonjour")
    services = reception.services
    services.handoff.open(contact_id, Priority.ASAP, "complain")
    services.staff_desk.take(contact_id, nadia)

    def told_after(minutes: int, text: str) -> int:
        reception.wait(minutes=minutes)
        if text:
            reception.write(SALMA, text)
        reception.wait(seconds=5)
        services.handoff_watch.look()
        return sum("l'attente" in line for line in reception.said(contact_id, nadia))

    # Told at 10:31: somebody answers before 11:01.
    assert told_after(31, "") == 1
    assert [told_after(5, f"allô {number}") for number in range(4)] == [1, 1, 1, 1]
    # That was not true; who asks once more gets another honest word, and one only.
    assert told_after(15, "toujours personne ?") == 2
    assert told_after(5, "allô") == 2


def test_the_patient_is_promised_a_time_once_for_each_wait(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = reception.write(SALMA, "bonjour")
    services = reception.services
    services.handoff.open(contact_id, Priority.ASAP, "complain")
    services.staff_desk.take(contact_id, nadia)
    reception.wait(minutes=31)
    services.handoff_watch.look()
    services.handoff_watch.look()

    def promises() -> list[str]:
        return [line for line in reception.said(contact_id, nadia) if "l'attente" in line]

    # 10:00 in Casablanca when it began (UTC+1 no more: 09:00), and half an hour from now on.
    assert len(promises()) == 1
    assert "avant 10:01" in promises()[0] or "avant 11:01" in promises()[0]
    services.staff_desk.reply(contact_id, nadia, "Me voilà", key="1")
    reception.wait(minutes=40)
    services.handoff_watch.look()
    assert len(promises()) == 1
    reception.write(SALMA, "merci, et alors ?")
    reception.wait(minutes=31)
    services.handoff_watch.look()
    assert len(promises()) == 2


def test_whoever_writes_to_a_person_after_closing_time_learns_when_somebody_answers(
    reception: Reception,
) -> None:
    nadia = reception.hire("nadia")
    contact_id = reception.write(SALMA, "bonjour")
    services = reception.services
    services.staff_desk.reply(contact_id, nadia, "Bonjour", key="1")
    reception.wait(hours=13)
    reception.write(SALMA, "Encore une question")
    reception.wait(minutes=2)
    services.handoff_watch.look()
    services.handoff_watch.look()
    closed = [line for line in reception.said(contact_id, nadia) if "fermée" in line]
    assert len(closed) == 1
    assert "mardi 24 novembre" in closed[0]


def test_a_night_is_no_waiting_but_for_an_emergency(reception: Reception) -> None:
    services = reception.services
    reception.wait(hours=13)
    calm = reception.write(SALMA, "bonjour")
    services.handoff.open(calm, Priority.ROUTINE, "request_human")
    stat = reception.write("212661000009", "aide")
    services.handoff.open(stat, Priority.STAT, "emergency")
    reception.wait(hours=3)
    assert services.handoff_watch.look() == 1
    # The morning begins to count with the opening.
    reception.wait(hours=7, minutes=40)
    assert services.handoff_watch.look() == 0


def test_lists_and_searches_are_in_the_audit_trail(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = open_one(reception, 1, Priority.ROUTINE)
    inbox = reception.services.inbox
    inbox.note_read(nadia, inbox.page(nadia, Tab.OPEN).rows)
    inbox.search(nadia, "patient")
    reception.read(contact_id, nadia)
    assert reception.actions(nadia.id)[-2:] == ["inbox_read", "patients_searched"]
    assert reception.actions(contact_id) == ["conversation_read"]


def test_snoozing_ends_by_itself(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = open_one(reception, 1, Priority.ROUTINE)
    services = reception.services
    services.staff_desk.snooze(contact_id, nadia, services.clock.now() + timedelta(hours=1))
    assert listed(reception, nadia) == []
    assert listed(reception, nadia, Tab.SNOOZED) == [contact_id]
    reception.wait(minutes=61)
    assert listed(reception, nadia) == [contact_id]

"""What staff read of a conversation: all of it, who took part, who the patient knows of."""

from __future__ import annotations

from datetime import datetime

import pytest

from clinic.handoff.conversations import Conversation
from clinic.handoff.inbox import Tab
from clinic.handoff.model import Priority
from clinic.handoff.transcript import PAGE_LENGTH, Entry, Speaker, Tick
from clinic.staff.model import Role, StaffMember
from tests.integration.staff.conftest import SALMA, Reception


def waiting(reception: Reception) -> str:
    contact_id = reception.write(SALMA, "Je veux parler à quelqu'un")
    reception.services.handoff.open(contact_id, Priority.ROUTINE, "request_human")
    return contact_id


def part(
    reception: Reception,
    contact_id: str,
    member: StaffMember,
    *,
    since: datetime | None = None,
    before: datetime | None = None,
) -> Conversation:
    return reception.services.conversations.open(
        contact_id, member, is_first=before is not None, since=since, before=before
    )


def spoken(entries: list[Entry]) -> list[str]:
    return [entry.text for entry in entries if entry.speaker in (Speaker.PATIENT, Speaker.STAFF)]


def happened(reception: Reception, contact_id: str, member: StaffMember) -> list[tuple[str, ...]]:
    """Returns what happened to a conversation, who did it and to or from whom."""
    names = {it.id: it.login for it in reception.services.staff.all()}
    return [
        tuple(word for word in (it.kind, names.get(it.author or ""), names.get(it.other or ""))
              if word)
        for it in reception.read(contact_id, member).transcript.entries
        if it.speaker is Speaker.EVENT
    ]  # fmt: skip


@pytest.mark.parametrize("together", [1, 7])
def test_a_long_conversation_is_read_page_by_page_without_a_gap(
    together: int, reception: Reception
) -> None:
    """`together`: so many messages have the same time."""
    nadia = reception.hire("nadia")
    contact_id = waiting(reception)
    reception.services.staff_desk.take(contact_id, nadia)
    said = ["Je veux parler à quelqu'un"]
    for number in range(PAGE_LENGTH + 20):
        reception.write(SALMA, f"question {number}")
        reception.services.staff_desk.reply(contact_id, nadia, f"réponse {number}", key=f"{number}")
        said += [f"question {number}", f"réponse {number}"]
        if number % together == 0:
            reception.wait(seconds=1)

    newest = part(reception, contact_id, nadia).transcript
    pages, oldest = [newest.entries], newest
    while oldest.start is not None:
        oldest = part(reception, contact_id, nadia, before=oldest.start).transcript
        pages.insert(0, oldest.entries)

    read = [text for page in pages for text in spoken(page)]
    assert sorted(read) == sorted(said)
    assert len(pages) == 3
    assert pages[0][1].kind == "opened"
    # The page that is open goes on growing from where it began.
    reception.wait(seconds=1)
    reception.write(SALMA, "encore une")
    assert newest.start is not None
    grown = part(reception, contact_id, nadia, since=newest.start).transcript
    assert spoken(grown.entries) == [*spoken(newest.entries), "encore une"]
    # Each part that somebody asked for is a reading of its own.
    assert reception.actions(contact_id).count("conversation_read") == 2


def test_a_short_conversation_has_one_page(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = waiting(reception)
    transcript = part(reception, contact_id, nadia).transcript
    assert (transcript.start, spoken(transcript.entries)) == (None, ["Je veux parler à quelqu'un"])


def test_everybody_who_took_part_stands_in_the_transcript(reception: Reception) -> None:
    nadia, omar = reception.hire("nadia"), reception.hire("omar")
    contact_id = waiting(reception)
    desk = reception.services.staff_desk
    desk.take(contact_id, nadia)
    desk.assign(contact_id, omar, nadia)
    desk.take_from(contact_id, nadia)
    desk.release(contact_id, nadia)
    desk.take(contact_id, omar)
    handoff = desk.resolve(contact_id, omar)
    desk.reopen(handoff, nadia)
    desk.hand_back(contact_id, nadia)
    assert happened(reception, contact_id, nadia) == [
        ("opened",),
        ("claimed", "nadia"),
        ("assigned", "nadia", "omar"),
        ("taken_over", "nadia", "omar"),
        ("released", "nadia"),
        ("claimed", "omar"),
        ("resolved", "omar"),
        ("reopened", "nadia"),
        ("handed_back", "nadia"),
    ]


def introduced(reception: Reception, contact_id: str, member: StaffMember) -> list[str]:
    return [
        name
        for line in reception.said(contact_id, member)
        for name in ("Nadia", "Omar")
        if f"c'est *{name}*" in line
    ]


def test_each_time_that_somebody_takes_over_the_patient_learns_the_name(
    reception: Reception,
) -> None:
    nadia, omar = reception.hire("nadia"), reception.hire("omar")
    contact_id = waiting(reception)
    desk = reception.services.staff_desk
    desk.take(contact_id, nadia)
    desk.reply(contact_id, nadia, "Bonjour", key="1")
    desk.take_from(contact_id, omar)
    desk.take_from(contact_id, nadia)
    # The end that is taken back was none: nobody new answers.
    desk.reopen(desk.resolve(contact_id, nadia), nadia)
    desk.reply(contact_id, nadia, "Me revoilà", key="2")
    assert introduced(reception, contact_id, nadia) == ["Nadia", "Omar", "Nadia"]


def test_who_cannot_be_told_is_shown_and_told_once_they_have_written(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = waiting(reception)
    services = reception.services
    reception.wait(hours=25)
    services.staff_desk.take(contact_id, nadia)

    assert reception.read(contact_id, nadia).is_untold
    (claimed,) = [
        it for it in reception.read(contact_id, nadia).transcript.entries if it.kind == "claimed"
    ]
    assert claimed.is_untold
    services.handoff_watch.look()
    assert introduced(reception, contact_id, nadia) == []

    reception.write(SALMA, "Bonjour ?")
    services.handoff_watch.look()
    services.handoff_watch.look()
    assert introduced(reception, contact_id, nadia) == ["Nadia"]
    assert not reception.read(contact_id, nadia).is_untold


def test_an_answer_says_who_it_is_from_before_the_watch_does(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = waiting(reception)
    reception.wait(hours=25)
    reception.services.staff_desk.take(contact_id, nadia)
    reception.write(SALMA, "Bonjour ?")
    reception.services.staff_desk.reply(contact_id, nadia, "Bonjour Salma", key="1")
    lines = reception.said(contact_id, nadia)
    assert "c'est *Nadia*" in lines[-2]
    assert lines[-1] == "staff: Bonjour Salma"


def test_an_answer_that_waits_is_preceded_by_who_it_is_from(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = waiting(reception)
    services = reception.services
    reception.wait(hours=25)
    services.staff_desk.reply(contact_id, nadia, "Bonjour Salma", key="1")
    services.staff_desk.reply(contact_id, nadia, "Vos résultats sont là", key="2")
    reception.wait(seconds=5)
    reception.write(SALMA, "Oui ?")
    services.handoff_watch.look()

    assert introduced(reception, contact_id, nadia) == ["Nadia"]
    queued = [
        entry.text[:12]
        for entry in reception.read(contact_id, nadia).transcript.entries
        if entry.tick is Tick.WAITING
    ]
    assert queued == ["Bonjour, c'e", "Bonjour Salm", "Vos résultat"]


def test_who_has_a_conversation_keeps_it_whatever_its_site(reception: Reception) -> None:
    nadia = reception.hire("nadia", Role.RECEPTION, site="maarif")
    contact_id = waiting(reception)
    services = reception.services
    services.staff_desk.take(contact_id, nadia)
    reception.belongs_to(contact_id, "ain-sebaa")
    hind = reception.hire("hind", Role.RECEPTION, site="maarif")

    assert reception.read(contact_id, nadia).handoff is not None
    assert [row.contact_id for row in services.inbox.page(nadia, Tab.MINE).rows] == [contact_id]
    for member, theirs in ((hind, []), (nadia, [contact_id])):
        assert [row.contact_id for row in services.inbox.page(member, Tab.OPEN).rows] == theirs
    assert services.inbox.counts(nadia)["open"] == 1
    assert services.inbox.counts(hind)["open"] == 0

"""What staff send from a conversation: refused in words, kept when refused, taken back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from clinic.adapters.contacts import Contacts
from clinic.adapters.conversations import Conversations
from clinic.clock import ShiftedClock
from clinic.staff.model import Role
from tests.console import ConsoleUnderTest, Person


def test_who_comes_second_is_told_and_keeps_what_they_wrote(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    omar = console.log_in("omar", Role.RECEPTION)
    nadia.get(f"/inbox/{contact_id}")
    omar.get(f"/inbox/{contact_id}")
    assert nadia.post(f"/inbox/{contact_id}/take").status_code == 303
    second = omar.post(f"/inbox/{contact_id}/reply", text="Bonjour, ici Omar", key="1")
    assert second.status_code == 409
    assert "Nadia s&#39;occupe déjà" in second.text
    assert "Bonjour, ici Omar</textarea>" in second.text
    taken = omar.post(f"/inbox/{contact_id}/take")
    assert taken.status_code == 409
    assert "Nadia s&#39;occupe déjà" in taken.text


def test_who_writes_to_a_contact_that_was_joined_to_another_is_told_and_keeps_what_they_wrote(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    nadia.get(f"/inbox/{contact_id}")
    with console.services.database.write() as tx:
        Contacts(tx).forget_identifiers(contact_id)
    refused = nadia.post(f"/inbox/{contact_id}/reply", text="Bonjour, ici Nadia", key="1")
    assert refused.status_code == 409
    assert "il a été réuni avec un autre" in refused.text
    assert "Bonjour, ici Nadia</textarea>" in refused.text


def test_ending_can_be_taken_back_from_the_page_that_follows(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    nadia.get("/inbox")
    nadia.post(f"/inbox/{contact_id}/take")
    ended = nadia.post(f"/inbox/{contact_id}/resolve").headers["location"]
    page = nadia.get(ended).text
    undo = re.search(r'action="(/inbox/[^"]+/reopen)".*?name="handoff" value="([^"]+)"', page)
    assert undo is not None
    assert nadia.post(undo[1], handoff=undo[2]).status_code == 303
    assert console.services.handoff.is_in_human_hands(contact_id)


def kept_in(page: str) -> dict[str, str]:
    """The fields of the composer that stay as they are on the page."""
    return dict(re.findall(r'<textarea id="(\w+)"[^>]*?(hx-preserve)', page))


def test_what_was_begun_stays_when_something_else_is_sent(contact_id: str, nadia: Person) -> None:
    nadia.get(f"/inbox/{contact_id}")
    noted = nadia.post(f"/inbox/{contact_id}/note", text="À rappeler")
    sent = nadia.post(f"/inbox/{contact_id}/reply", text="Bonjour", key="1")
    assert (list(kept_in(noted.text)), list(kept_in(sent.text))) == (["reply"], ["note"])
    assert "À rappeler" not in noted.text
    assert "À rappeler" in nadia.get(f"/inbox/{contact_id}/thread").text


def test_a_note_that_is_too_long_comes_back(contact_id: str, nadia: Person) -> None:
    nadia.get(f"/inbox/{contact_id}")
    refused = nadia.post(f"/inbox/{contact_id}/note", text="x" * 4097)
    assert refused.status_code == 409
    assert "x" * 4097 + "</textarea>" in refused.text
    assert 'id="tab-note" aria-controls="panel-note" aria-selected="true"' in refused.text


def test_a_template_that_cannot_be_sent_comes_back_with_what_was_filled_in(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    clock = console.services.clock
    assert isinstance(clock, ShiftedClock)
    clock.advance(timedelta(hours=25))
    nadia.log_in("nadia")
    nadia.get(f"/inbox/{contact_id}")
    refused = nadia.post(
        f"/inbox/{contact_id}/template",
        template="appointment_confirmation",
        value_patient="Lalla Salma",
        value_when="lundi à 10:00",
    )
    assert refused.status_code == 409
    assert 'value="Lalla Salma"' in refused.text
    assert 'value="lundi à 10:00"' in refused.text
    opened = re.findall(
        r'<details (open)? name="template-[^"]*" data-template="(\w+)"', refused.text
    )
    assert [name for is_open, name in opened if is_open] == ["appointment_confirmation"]


@pytest.mark.parametrize("undo", ["../logout?x=", "a/b.c", '"><b>', "x" * 200])
def test_a_link_cannot_make_undo_do_something_else(undo: str, nadia: Person) -> None:
    for done in ("resolved", "snoozed"):
        page = nadia.get("/inbox", params={"done": done, "undo": undo}).text
        assert re.findall(r'action="(/inbox/[^"]*)"', page) == []


def test_the_notice_waits_for_the_page_that_shows_it(contact_id: str, nadia: Person) -> None:
    nadia.get(f"/inbox/{contact_id}")
    nadia.post(f"/inbox/{contact_id}/misunderstood", message="unknown")
    nadia.get("/inbox/count", headers={"hx-request": "true"})
    shown = nadia.get(f"/inbox/{contact_id}").text
    assert "que l&#39;assistant ait lu" in shown


def test_the_language_changes_on_a_page_that_answers_a_form(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    omar = console.log_in("omar", Role.RECEPTION)
    omar.get("/inbox")
    omar.post(f"/inbox/{contact_id}/take")
    nadia.get("/inbox")
    refused = nadia.post(f"/inbox/{contact_id}/take").text
    back = re.search(r'name="next" value="([^"]+)"', refused)
    assert back is not None
    answer = nadia.post("/account/language", language="en", next=back[1])
    assert nadia.get(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-31", "hier"])
def test_a_day_that_nobody_means_gives_the_next_free_times(
    day: str, contact_id: str, nadia: Person
) -> None:
    found = nadia.get(f"/inbox/{contact_id}/slots?service=gp-consultation&day={day}")
    assert found.status_code == 200
    assert 'name="slot"' in found.text


@pytest.mark.parametrize(
    ("slot", "words"),
    [
        ("", "Choisissez un créneau"),
        ("x", "plus libre"),
        ("nobody~maarif~gp-consultation~20261124T1000Z~20", "plus libre"),
    ],
)
def test_a_time_that_does_not_exist_is_refused_in_words(
    slot: str, words: str, console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    (patient,) = console.services.patients.of_contact(contact_id)
    nadia.get(f"/inbox/{contact_id}")
    nadia.post(f"/inbox/{contact_id}/book", patient=patient.id, slot=slot, key="1")
    assert words in nadia.get(f"/inbox/{contact_id}").text


def said(text: str, message_id: str) -> dict[str, object]:
    """What Rasa remembers of a message."""
    parse = {"intent": {"name": "ask_price", "confidence": 0.6}, "language": "fr"}
    metadata = {"message_id": message_id, "is_tap": False}
    return {"event": "user", "text": text, "metadata": metadata, "parse_data": parse}


def test_a_double_click_reports_the_message_that_was_shown_once(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    services = console.services
    remembered = [said("zut le prix", "wamid.1")]
    with services.database.write() as tx:
        Conversations(tx).save(contact_id, remembered, services.clock.now())
    page = nadia.get(f"/inbox/{contact_id}").text
    shown = re.search(r'name="message" value="([^"]+)"', page)
    assert shown is not None

    with services.database.write() as tx:
        later = [*remembered, said("merci bien", "wamid.2")]
        Conversations(tx).save(contact_id, later, services.clock.now())
    for _ in range(2):
        answer = nadia.post(f"/inbox/{contact_id}/misunderstood", message=shown[1])
        assert answer.status_code == 303

    (message,) = services.review.waiting(by="hind")
    assert (message.text, message.times) == ("zut le prix", 1)


def test_staff_end_the_doubt_about_who_writes(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    assert "Identité à vérifier" not in nadia.get(f"/inbox/{contact_id}").text
    database, now = console.services.database, console.services.clock.now()
    with database.write() as tx:
        Contacts(tx).ask_for_recheck(contact_id, now)
    assert "Identité à vérifier" in nadia.get(f"/inbox/{contact_id}").text

    answer = nadia.post(f"/inbox/{contact_id}/identity")

    assert answer.status_code == 303
    assert "Identité à vérifier" not in nadia.get(f"/inbox/{contact_id}").text
    with database.read() as tx:
        contact = Contacts(tx).get(contact_id)
    assert contact is not None
    assert contact.recheck_since is None
    actions = [entry.action for entry in console.services.audit.about(contact_id)]
    assert "identity_confirmed" in actions

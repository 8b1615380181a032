"""The pages of inbox and conversation: what they show, refuse, and never tell."""

from __future__ import annotations

import html
import json
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest

from clinic.adapters.contacts import Contacts
from clinic.adapters.conversations import Conversations
from clinic.adapters.files import THUMBNAIL
from clinic.adapters.media import MediaFiles
from clinic.clock import ShiftedClock
from clinic.handoff.model import Priority
from clinic.handoff.transcript import PAGE_LENGTH
from clinic.patients.model import Relation
from clinic.staff.model import Role
from tests.console import ConsoleUnderTest, Person
from whatsapp.updates import Identity, InboundMessage, MediaReference, MessageType

NUMBER, NAME = "212661234567", "Salma Benali"


def receive(console: ConsoleUnderTest, text: str, key: int = 1) -> str:
    now = int(console.services.clock.now().timestamp())
    message = {
        "from": NUMBER, "id": f"wamid.{key}", "timestamp": str(now),
        "type": "text", "text": {"body": text},
    }  # fmt: skip
    number_id = console.services.settings.whatsapp.phone_number_id
    value = {"metadata": {"phone_number_id": number_id}, "messages": [message]}
    body = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}
    return console.services.intake.receive(json.dumps(body).encode()).messages[0][0]


@pytest.fixture
def contact_id(console: ConsoleUnderTest) -> str:
    """Somebody who waits for a person."""
    found = receive(console, "J'ai <b>très</b> mal")
    console.services.patients.register(found, Relation.SELF, NAME)
    console.services.handoff.open(found, Priority.URGENT, "ask_medical_question")
    return found


@pytest.fixture
def nadia(console: ConsoleUnderTest) -> Person:
    return console.log_in("nadia", Role.RECEPTION)


def test_the_inbox_lists_who_waits_and_what_patients_write_is_only_text(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    page = nadia.get("/inbox").text
    assert NAME in page
    assert "J&#39;ai &lt;b&gt;très&lt;/b&gt; mal" in page
    assert "<b>très</b>" not in page
    conversation = nadia.get(f"/inbox/{contact_id}").text
    assert "&lt;b&gt;très&lt;/b&gt;" in conversation


def test_no_address_holds_a_name_or_a_number(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    for path in ("/inbox", f"/inbox/{contact_id}", "/inbox?tab=resolved"):
        page = nadia.get(path).text
        addresses = re.findall(r'(?:href|src|action|hx-get|hx-post)="([^"]*)"', page)
        assert addresses
        assert not any("Benali" in a or "Salma" in a or NUMBER[3:] in a for a in addresses)
    # A search is no address either: only POST finds.
    assert nadia.get("/inbox/search?words=Salma").status_code == 404
    found = nadia.post("/inbox/search", words="benali")
    assert (found.status_code, NAME in found.text) == (200, True)


def test_the_log_holds_no_name_number_or_word_of_a_patient(
    console: ConsoleUnderTest, contact_id: str, nadia: Person, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        nadia.get(f"/inbox/{contact_id}")
        nadia.post("/inbox/search", words="Salma Benali")
        nadia.post(f"/inbox/{contact_id}/reply", text="Bonjour Salma", key="1")
        nadia.post(f"/inbox/{contact_id}/book", patient="x", slot="y")
        nadia.get("/inbox/nothing")
    for word in ("Salma", "Benali", NUMBER, NUMBER[3:], "très"):
        assert word not in caplog.text


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


def test_opening_and_searching_are_recorded_but_not_what_refreshes_itself(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    nadia.get(f"/inbox/{contact_id}")
    nadia.get(f"/inbox/{contact_id}/thread")
    nadia.get(f"/inbox/{contact_id}/card")
    actions = [entry.action for entry in console.services.audit.about(contact_id)]
    assert actions == ["conversation_read"]


@pytest.mark.parametrize("part", ["thread", "thread?since=2020-01-01T00:00:00Z", "card"])
def test_a_part_that_is_asked_for_without_opening_the_conversation_is_recorded(
    console: ConsoleUnderTest, contact_id: str, nadia: Person, part: str
) -> None:
    for _ in range(2):
        assert nadia.get(f"/inbox/{contact_id}/{part}").status_code == 200
    omar = console.log_in("omar", Role.RECEPTION)
    omar.get(f"/inbox/{contact_id}/{part}")
    entries = [(it.actor, it.action) for it in console.services.audit.about(contact_id)]
    readers = [person.member.id for person in (nadia, omar) if person.member]
    assert entries == [(reader, "conversation_read") for reader in readers]


def test_more_of_the_list_is_recorded_but_not_what_refreshes_itself(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    def shown() -> list[list[str]]:
        assert nadia.member is not None
        entries = console.services.audit.about(nadia.member.id)
        return [entry.details["shown"] for entry in entries if entry.action == "inbox_read"]

    nadia.get("/inbox")
    assert shown() == [[contact_id]]
    refresh = {"hx-request": "true", "X-Background": "1"}
    nadia.get("/inbox/list?pages=1", headers=refresh)
    assert shown() == [[contact_id]]
    nadia.get("/inbox/list?pages=1", headers={"hx-request": "true"})
    assert shown() == [[contact_id], [contact_id]]


def test_small_pictures_are_recorded_once_when_the_conversation_is_opened(
    console: ConsoleUnderTest, contact_id: str, nadia: Person, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    services, now = console.services, console.services.clock.now()
    monkeypatch.setattr(services.files, "_folder", tmp_path / "media")
    raw = {
        "from": NUMBER, "id": "wamid.9", "timestamp": str(int(now.timestamp())),
        "type": "image", "image": {"id": "media.9", "mime_type": "image/jpeg"},
    }  # fmt: skip
    number_id = services.settings.whatsapp.phone_number_id
    value = {"metadata": {"phone_number_id": number_id}, "messages": [raw]}
    body = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}
    services.intake.receive(json.dumps(body).encode())
    with services.database.write() as tx:
        (file,) = MediaFiles(tx).of_contact(contact_id)
        MediaFiles(tx).note_stored(file.id, mime_type="image/jpeg", has_thumbnail=1)
    services.files.write(file.id, b"small", THUMBNAIL)

    nadia.get(f"/inbox/{contact_id}")
    for _ in range(2):
        nadia.get(f"/inbox/{contact_id}/thread")
        small = nadia.get(f"/inbox/{contact_id}/files/{file.id}?thumbnail=true")
        assert small.content == b"small"

    entries = services.audit.about(contact_id)
    assert [(e.action, e.details) for e in entries] == [
        ("conversation_read", {}),
        ("media_read", {"thumbnails": [file.id]}),
    ]


def test_a_conversation_that_does_not_exist_is_not_found(
    console: ConsoleUnderTest, nadia: Person
) -> None:
    for path in ("/inbox/nothing", "/inbox/nothing/thread", "/inbox/nothing/files/x"):
        assert nadia.get(path).status_code == 404
    for path in ("take", "reply", "resolve", "note", "book", "cancel"):
        assert nadia.post(f"/inbox/nothing/{path}", text="x").status_code == 404


def test_the_page_is_in_the_members_language(console: ConsoleUnderTest, contact_id: str) -> None:
    leila = console.log_in("leila", Role.RECEPTION, language="ar")
    page = leila.get("/inbox").text
    assert '<html lang="ar" dir="rtl">' in page
    assert "المحادثات" in page


def test_a_doctor_sees_the_inbox_and_an_account_without_a_role_for_it_does_not(
    console: ConsoleUnderTest,
) -> None:
    assert console.log_in("omar", Role.DOCTOR).get("/inbox").status_code == 200
    with_nothing = console.log_in("nobody")
    assert with_nothing.get("/inbox").status_code == 403
    assert with_nothing.get("/").headers["location"] == "/account"


def test_a_conversation_is_given_only_to_who_can_see_it(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    here = console.create("hiba", Role.RECEPTION, site="maarif")
    elsewhere = console.create("omar", Role.RECEPTION, site="ain-sebaa")
    with console.services.database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE handoff SET site = 'maarif'")

    page = nadia.get(f"/inbox/{contact_id}").text
    assert f'name="to" value="{here.id}"' in page
    assert elsewhere.id not in page
    assert nadia.post(f"/inbox/{contact_id}/assign", to=elsewhere.id).status_code == 422
    assert nadia.post(f"/inbox/{contact_id}/assign", to=here.id).status_code == 303


def test_the_count_in_the_navigation_goes_on_refreshing_on_other_pages(
    contact_id: str, nadia: Person
) -> None:
    def refreshed(page: str) -> list[str]:
        """What the number asks for, and when; on its way through its first answer."""
        count = re.search(r'<span class="count[^>]*id="nav-count"[^>]*>', page)
        assert count is not None
        return re.findall(r'hx-(?:get|trigger)="([^"]+)"', count[0])

    path, trigger = refreshed(nadia.get("/account").text)
    assert trigger == "load"
    assert refreshed(nadia.get(path, headers={"hx-request": "true"}).text) == [
        path,
        "live-inbox from:body delay:600ms",
    ]
    # Beside the list, which brings the number along, it does not ask by itself.
    path, _ = refreshed(nadia.get("/inbox").text)
    assert refreshed(nadia.get(path, headers={"hx-request": "true"}).text) == []


def test_a_file_without_a_small_picture_is_not_read_unrecorded(
    console: ConsoleUnderTest,
    contact_id: str,
    nadia: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    services = console.services
    monkeypatch.setattr(services.files, "_folder", tmp_path / "media")
    now = services.clock.now()
    sent = InboundMessage(
        "wamid.9",
        Identity(NUMBER),
        now,
        MessageType.DOCUMENT,
        media=MediaReference("media.9", "application/pdf"),
    )
    with services.database.write() as tx:
        MediaFiles(tx).expect(contact_id, sent, now)
        (file,) = MediaFiles(tx).of_contact(contact_id)
        MediaFiles(tx).note_stored(file.id, mime_type="application/pdf")
    services.files.write(file.id, b"%PDF-1.7")

    answer = nadia.get(f"/inbox/{contact_id}/files/{file.id}?thumbnail=true")

    assert answer.content == b"%PDF-1.7"
    actions = [entry.action for entry in services.audit.about(contact_id)]
    assert actions == ["media_read"]


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


def test_a_search_that_is_cleared_leads_back_to_its_list(contact_id: str, nadia: Person) -> None:
    assert 'name="tab" value="mine"' in nadia.get("/inbox?tab=mine").text
    cleared = nadia.post("/inbox/search", words="", tab="mine").text
    assert re.search(r'href="/inbox\?tab=mine" id="tab-mine" aria-current="page"', cleared)


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


def test_a_file_is_named_on_the_card_without_how_sure_that_is(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    sent: dict[str, object] = {"name": "send_file", "confidence": 1.0}
    parse = {"intent": sent, "intent_ranking": [sent]}
    event = {"event": "user", "text": "…", "metadata": {"is_tap": True}, "parse_data": parse}
    with console.services.database.write() as tx:
        Conversations(tx).save(contact_id, [event], console.services.clock.now())
    card = html.unescape(nadia.get(f"/inbox/{contact_id}/card").text)
    understood = card.split("Ce que l'assistant a compris")[1].split("</section>")[0]
    assert "Envoi d'un fichier" in understood
    assert ("%" in understood, "sûr" in understood) == (False, False)


def test_a_late_conversation_is_marked_in_list_card_and_navigation(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    assert "En retard" not in nadia.get("/inbox").text
    assert isinstance(console.services.clock, ShiftedClock)
    console.services.clock.advance(timedelta(minutes=11))
    console.services.handoff_watch.look()
    count = nadia.get("/inbox/count").text
    assert 'data-late="1"' in count
    assert "count-late" in count
    page = nadia.get(f"/inbox/{contact_id}").text
    assert "row-late" in page
    assert "En retard" in page
    assert "Signalée à : équipe présente, direction" in page
    assert "En attente depuis trop longtemps ·" in page


def test_what_came_before_is_a_part_of_its_own(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    path = f"/inbox/{contact_id}"
    assert "Début de la conversation" in nadia.get(path).text
    assert isinstance(console.services.clock, ShiftedClock)
    for number in range(PAGE_LENGTH):
        console.services.clock.advance(timedelta(seconds=1))
        receive(console, f"message {number}", key=100 + number)
    page = nadia.get(path).text
    assert ("message 99" in page, "J&#39;ai" in page.split('id="thread"')[1]) == (True, False)
    button = html.unescape(page.split('data-testid="earlier"')[1])
    above = nadia.get(button.split('hx-get="')[1].split('"')[0])
    assert ("message 99" in above.text, "J&#39;ai" in above.text) == (False, True)
    assert "Début de la conversation" in above.text
    # What refreshes itself begins where the page began.
    refresh = html.unescape(page.split('id="thread"')[1].split('hx-get="')[1].split('"')[0])
    refreshed = nadia.get(refresh).text
    assert refreshed.count('class="bubble ') == page.count('class="bubble ') == PAGE_LENGTH
    statuses = [nadia.get(f"{path}/earlier{it}").status_code for it in ("", "?before=x")]
    assert statuses == [422, 422]


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


def test_going_away_gives_back_who_waits(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    nadia.get("/inbox")
    nadia.post(f"/inbox/{contact_id}/take")
    nadia.post("/account/away", away="yes")
    assert not console.services.handoff.is_in_human_hands(contact_id)


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

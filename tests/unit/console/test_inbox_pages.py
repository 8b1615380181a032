"""The pages of inbox and conversation: what they show, and never tell."""

from __future__ import annotations

import html
import logging
import re
from datetime import timedelta

import pytest

from clinic.adapters.conversations import Conversations
from clinic.clock import ShiftedClock
from clinic.handoff.transcript import PAGE_LENGTH
from clinic.staff.model import Role
from tests.console import PATIENT_NAME, PATIENT_NUMBER, ConsoleUnderTest, Person, receive


def test_the_inbox_lists_who_waits_and_what_patients_write_is_only_text(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    page = nadia.get("/inbox").text
    assert PATIENT_NAME in page
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
        assert not any("Benali" in a or "Salma" in a or PATIENT_NUMBER[3:] in a for a in addresses)
    # A search is no address either: only POST finds.
    assert nadia.get("/inbox/search?words=Salma").status_code == 404
    found = nadia.post("/inbox/search", words="benali")
    assert (found.status_code, PATIENT_NAME in found.text) == (200, True)


def test_the_log_holds_no_name_number_or_word_of_a_patient(
    console: ConsoleUnderTest, contact_id: str, nadia: Person, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        nadia.get(f"/inbox/{contact_id}")
        nadia.post("/inbox/search", words="Salma Benali")
        nadia.post(f"/inbox/{contact_id}/reply", text="Bonjour Salma", key="1")
        nadia.post(f"/inbox/{contact_id}/book", patient="x", slot="y")
        nadia.get("/inbox/nothing")
    for word in ("Salma", "Benali", PATIENT_NUMBER, PATIENT_NUMBER[3:], "très"):
        assert word not in caplog.text


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


def test_a_search_that_is_cleared_leads_back_to_its_list(contact_id: str, nadia: Person) -> None:
    assert 'name="tab" value="mine"' in nadia.get("/inbox?tab=mine").text
    cleared = nadia.post("/inbox/search", words="", tab="mine").text
    assert re.search(r'href="/inbox\?tab=mine" id="tab-mine" aria-current="page"', cleared)


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
        receive(console.services, PATIENT_NUMBER, f"message {number}", key=100 + number)
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


def test_going_away_gives_back_who_waits(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    nadia.get("/inbox")
    nadia.post(f"/inbox/{contact_id}/take")
    nadia.post("/account/away", away="yes")
    assert not console.services.handoff.is_in_human_hands(contact_id)

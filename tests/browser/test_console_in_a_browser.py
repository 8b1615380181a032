"""Staff at work: what comes in live, who takes it, what reaches the patient's phone."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright

from clinic.adapters.contacts import Contacts
from clinic.adapters.handoffs import Handoffs
from clinic.bootstrap import build_services, read_settings
from clinic.patients.model import Relation
from scripts.processes import LocalClinic
from tests.browser.accessibility import serious_faults
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.console_staff import Desk, Phones, StaffedClinic, close_window

pytestmark = [pytest.mark.browser, pytest.mark.model]

SCREENSHOTS = os.environ.get("SCREENSHOTS")
"""A folder: each test leaves a picture of its page there, to be looked at."""


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaffedClinic]:
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed")
    with LocalClinic(
        tmp_path_factory.mktemp("console"), settings={"BURST_WINDOW_MS": "0"}
    ) as clinic:
        passwords = {
            "nadia": clinic.create_administrator("nadia", "reception"),
            "omar": clinic.create_administrator("omar", "reception"),
            "leila": clinic.create_administrator("leila", "reception", language="ar"),
        }
        clinic.start_console()
        services = build_services(read_settings(clinic.environment))
        yield StaffedClinic(clinic, services, Phones(clinic.simulator_url), passwords)
        services.database.close()


@pytest.fixture
async def chromium() -> AsyncIterator[Any]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            # As for staff who have used the page before: it may play the alarm.
            args=[*ARGUMENTS, "--autoplay-policy=no-user-gesture-required"],
        )
        yield browser
        await browser.close()


async def sit_down(
    chromium: Any, staffed: StaffedClinic, login: str = "nadia", width: int = 1366
) -> Desk:
    context = await chromium.new_context(viewport={"width": width, "height": 820})
    desk = Desk(await context.new_page(), staffed.clinic.console_url)
    await desk.log_in(login, staffed.passwords[login])
    return desk


async def picture(desk: Desk, name: str) -> None:
    if SCREENSHOTS:
        await desk.page.wait_for_timeout(500)
        await desk.page.screenshot(path=str(Path(SCREENSHOTS) / f"{name}.png"))


async def ask_for_person(staffed: StaffedClinic, number: str, name: str) -> None:
    staffed.phones.add(number, name)
    staffed.phones.write(number, "Bonjour, je voudrais parler à une personne de l'accueil")


async def wait_for_handoff(staffed: StaffedClinic, number: str) -> None:
    """Waits until a patient waits for a person, whether or not a console runs."""
    for _ in range(100):
        with staffed.services.database.read() as tx:
            found = Contacts(tx).find(phone=number, user_id=None)
            if found and Handoffs(tx).open_of(found.id):
                return
        await asyncio.sleep(0.2)
    raise AssertionError("Nobody was asked for.")


async def test_a_handoff_arrives_live_and_one_of_two_has_it(
    staffed: StaffedClinic, chromium: Any
) -> None:
    nadia, omar = await sit_down(chromium, staffed), await sit_down(chromium, staffed, "omar")
    await ask_for_person(staffed, "212661000101", "Salma Benali")
    for desk in (nadia, omar):
        await desk.row("Salma Benali").wait_for(timeout=15_000)
    await picture(nadia, "inbox")
    await asyncio.gather(nadia.open("Salma Benali"), omar.open("Salma Benali"))
    takes = [desk.page.get_by_test_id("take") for desk in (nadia, omar)]
    await asyncio.gather(*(take.click() for take in takes))
    for desk in (nadia, omar):
        await desk.page.wait_for_load_state()
        await desk.page.locator("[data-testid=state]", has_text="en charge").wait_for()
    states = [await desk.state() for desk in (nadia, omar)]
    assert sorted("Vous êtes" in state for state in states) == [False, True]
    loser = omar if "Vous êtes" in states[0] else nadia
    assert "s'occupe déjà" in await loser.page.locator(".error-line").inner_text()
    # The patient was told one name.
    staffed.phones.wait_for("212661000101", "Je prends votre conversation")
    told = [t for t in staffed.phones.received("212661000101") if "Je prends" in t]
    assert len(told) == 1
    assert nadia.errors == omar.errors == []


async def test_an_answer_reaches_the_phone_and_its_ticks_come_back(
    staffed: StaffedClinic, chromium: Any
) -> None:
    desk = await sit_down(chromium, staffed)
    await ask_for_person(staffed, "212661000102", "Youssef Tazi")
    await desk.row("Youssef Tazi").wait_for(timeout=15_000)
    await desk.open("Youssef Tazi")
    await desk.reply("Bonjour, que puis-je faire pour vous ?")
    assert "Vous êtes en charge" in await desk.state()
    staffed.phones.wait_for("212661000102", "que puis-je faire pour vous")
    ticks = desk.bubble("staff", "que puis-je").locator("[data-tick=delivered], [data-tick=read]")
    await ticks.wait_for(timeout=20_000)
    before = len(staffed.phones.received("212661000102"))
    staffed.phones.write("212661000102", "quels sont vos horaires ?")
    await desk.bubble("patient", "quels sont vos horaires").wait_for(timeout=15_000)
    await desk.page.wait_for_timeout(3000)
    # The assistant could answer that, and is silent.
    assert len(staffed.phones.received("212661000102")) == before
    await desk.page.get_by_role("tab", name="Note interne").click()
    await desk.page.fill("#note", "Patient pressé, à rappeler.")
    await desk.page.get_by_test_id("note-add").click()
    await desk.bubble("note", "à rappeler").wait_for()
    assert not any("à rappeler" in text for text in staffed.phones.received("212661000102"))
    await picture(desk, "conversation")
    assert await serious_faults(desk.page) == []
    assert desk.errors == []


@pytest.mark.parametrize(("width", "number"), [(1366, "212661000121"), (390, "212661000122")])
async def test_a_file_is_attached_with_the_keyboard_and_reaches_the_phone(
    staffed: StaffedClinic, chromium: Any, width: int, number: str
) -> None:
    desk = await sit_down(chromium, staffed, width=width)
    await ask_for_person(staffed, number, f"Salwa {width}")
    await desk.row(f"Salwa {width}").wait_for(timeout=40_000)
    await desk.open(f"Salwa {width}")
    page = desk.page
    # From the start: a browser that begins to catch choosers may miss the one that comes at once.
    page.on("filechooser", lambda _: None)
    await page.wait_for_timeout(500)

    async def choose(name: str, content: bytes) -> None:
        await page.locator("#file").focus()
        async with page.expect_file_chooser() as chooser:
            await page.keyboard.press("Enter")
        file = {"name": name, "mimeType": "application/pdf", "buffer": content}
        await (await chooser.value).set_files(file)

    # Chosen and taken back: nothing is left of it.
    await choose("fausse.pdf", b"%PDF-1.7 wrong")
    await page.get_by_text("fausse.pdf").wait_for()
    await page.get_by_role("button", name="Retirer le fichier").press("Enter")
    assert not await page.get_by_text("fausse.pdf").is_visible()
    # One that is refused says why, and the words stay.
    await page.fill("#reply", "Voici votre courrier")
    await choose("courrier.pdf", b"a text that only says that it is one")
    await page.get_by_test_id("send").click()
    await page.locator(".error-line", has_text="ni un PDF").wait_for()
    assert await page.input_value("#reply") == "Voici votre courrier"
    # A note between does not lose the file.
    await choose("courrier.pdf", b"%PDF-1.7 a letter")
    await page.get_by_role("tab", name="Note interne").click()
    await page.fill("#note", "Courrier envoyé")
    await page.get_by_test_id("note-add").click()
    await desk.bubble("note", "Courrier envoyé").wait_for()
    await page.get_by_role("tab", name="Répondre").click()
    assert await page.get_by_text("courrier.pdf").is_visible()
    await picture(desk, f"attached_{width}")
    assert not await desk.is_too_wide()
    assert await serious_faults(page) == []
    await page.locator("#reply").focus()
    await page.keyboard.press("Control+Enter")
    await desk.bubble("staff", "Voici votre courrier").wait_for()
    assert not await page.locator("[data-attached]").is_visible()
    staffed.phones.wait_for(number, "Voici votre courrier")
    sent = desk.bubble("staff", "courrier.pdf")
    await sent.locator("[data-tick=delivered], [data-tick=read]").wait_for(timeout=20_000)
    await picture(desk, f"sent_file_{width}")
    assert desk.errors == []


async def test_after_handing_back_the_assistant_goes_on_with_the_booking(
    staffed: StaffedClinic, chromium: Any
) -> None:
    phones, number = staffed.phones, "212661000103"
    desk = await sit_down(chromium, staffed)
    phones.add(number, "Imane Fassi")
    phones.write(number, "Bonjour, je voudrais un rendez-vous chez le dentiste demain après-midi")
    question = phones.wait_for(number, "données")
    phones.write(number, "je veux parler à une personne")
    await desk.row("Imane Fassi").wait_for(timeout=20_000)
    await desk.open("Imane Fassi")
    await desk.reply("Bonjour Imane, je vous écoute.")
    phones.wait_for(number, "je vous écoute")
    assert "Prise de rendez-vous" in await desk.page.locator("#card").inner_text()
    await desk.page.get_by_test_id("hand-back").click()
    await desk.page.get_by_test_id("hand-back-confirm").click()
    await desk.page.wait_for_url("**/inbox?done=handed_back")
    again = phones.wait_for(number, "Reprenons là où nous en étions")
    asked = [text for text in phones.received(number) if "données" in text]
    assert len(asked) >= 2, (question, again, phones.received(number))
    phones.write(number, "oui j'accepte")
    phones.wait_for(number, "Pour qui est le rendez-vous ?")
    assert desk.errors == []


async def test_an_emergency_comes_on_top_with_sound_and_title(
    staffed: StaffedClinic, chromium: Any
) -> None:
    desk = await sit_down(chromium, staffed)
    await ask_for_person(staffed, "212661000104", "Omar Idrissi")
    await desk.row("Omar Idrissi").wait_for(timeout=15_000)
    staffed.phones.add("212661000105", "Zineb Alaoui")
    staffed.phones.write("212661000105", "au secours mon père ne respire plus")
    await desk.page.locator("body[data-sounded]").wait_for(state="attached", timeout=15_000)
    first = desk.page.locator(".row").first
    await first.locator("text=Zineb Alaoui").wait_for()
    assert await first.get_attribute("data-priority") == "stat"
    assert (await desk.page.title()).startswith("(1) URGENCE")
    await picture(desk, "emergency")
    # Taken by a person, the gate still answers.
    await desk.open("Zineb Alaoui")
    await desk.reply("J'appelle le 15 pour vous, restez près de lui.")
    staffed.phones.write("212661000105", "il saigne beaucoup de la tête")
    staffed.phones.wait_for("212661000105", "📞 *15*")
    until = [t for t in staffed.phones.received("212661000105") if "📞 *15*" in t]
    for _ in range(50):
        if len(until) >= 2:
            break
        await asyncio.sleep(0.2)
        until = [t for t in staffed.phones.received("212661000105") if "📞 *15*" in t]
    assert len(until) == 2
    assert desk.errors == []


async def test_a_closed_window_offers_templates_and_holds_the_answer(
    staffed: StaffedClinic, chromium: Any
) -> None:
    number = "212661000106"
    desk = await sit_down(chromium, staffed)
    await ask_for_person(staffed, number, "Rachid Naciri")
    await desk.row("Rachid Naciri").wait_for(timeout=15_000)
    close_window(staffed.services, number)
    await desk.open("Rachid Naciri")
    assert (
        "WhatsApp n'accepte qu'un modèle" in await desk.page.get_by_test_id("window").inner_text()
    )
    templates = desk.page.get_by_test_id("templates").locator("details")
    assert await templates.count() >= 3
    await picture(desk, "closed_window")
    await desk.page.fill("#reply", "Vos résultats d'assurance sont arrivés à l'accueil.")
    await desk.page.get_by_test_id("send").click()
    await desk.bubble("staff", "sont arrivés").wait_for()
    await desk.page.locator("[data-tick=held]").wait_for(timeout=20_000)
    assert desk.errors == []
    assert await serious_faults(desk.page) == []


async def test_a_window_that_the_patient_opens_again_takes_free_text_at_once(
    staffed: StaffedClinic, chromium: Any
) -> None:
    number = "212661000114"
    desk = await sit_down(chromium, staffed)
    await ask_for_person(staffed, number, "Nawal Alami")
    await desk.row("Nawal Alami").wait_for(timeout=15_000)
    close_window(staffed.services, number)
    await desk.open("Nawal Alami")
    await desk.page.get_by_test_id("templates").wait_for()
    staffed.phones.write(number, "me revoilà")
    await desk.bubble("patient", "me revoilà").wait_for(timeout=15_000)
    await desk.page.locator("[data-testid=window] [data-left]").wait_for(timeout=10_000)
    assert await desk.page.get_by_test_id("templates").count() == 0
    assert desk.errors == []


async def test_in_arabic_everything_reads_from_right_to_left(
    staffed: StaffedClinic, chromium: Any
) -> None:
    desk = await sit_down(chromium, staffed, "leila")
    await ask_for_person(staffed, "212661000107", "فاطمة الشرقاوي")
    await desk.row("فاطمة").wait_for(timeout=15_000)
    assert await desk.page.locator("html").get_attribute("dir") == "rtl"
    sidebar = await desk.page.locator(".sidebar").bounding_box()
    assert sidebar["x"] > 1000
    await desk.open("فاطمة")
    await picture(desk, "arabic")
    assert await serious_faults(desk.page) == []
    assert not await desk.is_too_wide()
    assert desk.errors == []


async def test_on_a_phone_one_thing_at_a_time(staffed: StaffedClinic, chromium: Any) -> None:
    desk = await sit_down(chromium, staffed, width=390)
    await ask_for_person(staffed, "212661000108", "Hamza Berrada")
    await desk.row("Hamza Berrada").wait_for(timeout=15_000)
    assert not await desk.is_too_wide()
    await picture(desk, "phone_inbox")
    await desk.open("Hamza Berrada")
    assert not await desk.row("Hamza Berrada").is_visible()
    assert not await desk.is_too_wide()
    await desk.reply("Bonjour Hamza")
    await picture(desk, "phone_conversation")
    await desk.page.locator(".card-toggle").click()
    await desk.page.locator("#card").get_by_text("+212 6 61 00 01 08").wait_for()
    await picture(desk, "phone_card")
    assert await serious_faults(desk.page) == []
    await desk.page.locator("[data-shows=card-pane]:visible").last.click()
    await desk.page.locator(".back").click()
    await desk.row("Hamza Berrada").wait_for()
    assert desk.errors == []


async def test_with_the_keyboard_alone(staffed: StaffedClinic, chromium: Any) -> None:
    desk = await sit_down(chromium, staffed)
    await ask_for_person(staffed, "212661000109", "Khadija Bennani")
    await desk.row("Khadija Bennani").wait_for(timeout=15_000)
    keys = desk.page.keyboard
    await keys.press("Tab")
    assert "contenu" in await desk.page.evaluate("document.activeElement.textContent")
    await keys.press("/")
    await keys.type("khadija")
    results = desk.page.locator("h2.list-title")
    await results.wait_for()
    await keys.press("Tab")
    for _ in range(6):
        if await desk.page.evaluate("document.activeElement.classList.contains('row')"):
            break
        await keys.press("Tab")
    await keys.press("Enter")
    await desk.page.get_by_test_id("thread").wait_for()
    await desk.live()
    for _ in range(60):
        if await desk.page.evaluate("document.activeElement.dataset.testid === 'take'"):
            break
        await keys.press("Tab")
    await keys.press("Enter")
    await desk.page.locator("[data-testid=state]", has_text="Vous êtes en charge").wait_for()
    for _ in range(80):
        if await desk.page.evaluate("document.activeElement.id === 'reply'"):
            break
        await keys.press("Tab")
    await keys.type("Bonjour Khadija")
    await keys.press("Control+Enter")
    await desk.bubble("staff", "Bonjour Khadija").wait_for()
    staffed.phones.wait_for("212661000109", "Bonjour Khadija")
    assert desk.errors == []


async def test_what_was_missed_is_shown_after_a_reconnect(
    staffed: StaffedClinic, chromium: Any
) -> None:
    desk = await sit_down(chromium, staffed)
    # A page that was loaded anew would show it anyway.
    await desk.page.evaluate("window.isTheSamePage = true")
    staffed.clinic.kill("console")
    await desk.page.locator("body[data-connected=no]").wait_for(state="attached", timeout=20_000)
    await ask_for_person(staffed, "212661000110", "Amina Tazi")
    await wait_for_handoff(staffed, "212661000110")
    staffed.clinic.start_console()
    await desk.row("Amina Tazi").wait_for(timeout=30_000)
    assert await desk.page.evaluate("window.isTheSamePage")
    assert desk.errors == []


async def test_what_somebody_is_writing_stays_until_it_is_sent(
    staffed: StaffedClinic, chromium: Any
) -> None:
    number, begun = "212661000112", "Bonjour, je regarde votre"
    desk = await sit_down(chromium, staffed)
    await ask_for_person(staffed, number, "Samia Filali")
    await desk.row("Samia Filali").wait_for(timeout=15_000)
    await desk.open("Samia Filali")
    await desk.page.evaluate("document.body.dataset.same = 'yes'")
    await desk.page.fill("#reply", begun)
    # A note in between,
    await desk.page.get_by_role("tab", name="Note interne").click()
    await desk.page.fill("#note", "Vérifier le dossier.")
    await desk.page.get_by_test_id("note-add").click()
    await desk.bubble("note", "Vérifier").wait_for()
    assert await desk.page.input_value("#reply") == begun
    assert await desk.page.input_value("#note") == ""
    # the end of the window, for which the page is read anew,
    await desk.page.evaluate(
        "document.querySelector('[data-left]').dataset.left = '-120';"
        "document.dispatchEvent(new CustomEvent('htmx:load'))"
    )
    await desk.page.wait_for_timeout(1000)
    assert await desk.page.locator("body[data-same]").count() == 1
    # and an answer that the server never gets.
    await desk.page.route("**/reply", lambda route: route.abort())
    await desk.page.get_by_test_id("send").click()
    await desk.page.locator(".toast-danger", has_text="pas marché").wait_for()
    assert await desk.page.input_value("#reply") == begun
    await desk.page.unroute("**/reply")
    await desk.page.get_by_test_id("send").click()
    await desk.bubble("staff", begun).wait_for()
    await desk.page.locator("body:not([data-same])").wait_for(state="attached")
    assert desk.errors == []


async def test_the_focus_stays_while_the_conversation_goes_on(
    staffed: StaffedClinic, chromium: Any
) -> None:
    number = "212661000113"
    desk = await sit_down(chromium, staffed)
    await ask_for_person(staffed, number, "Anas Filali")
    await desk.row("Anas Filali").wait_for(timeout=15_000)
    await desk.open("Anas Filali")
    for number_of, place in enumerate(("[data-testid=take]", "[data-opens=actions]")):
        await desk.page.focus(place)
        staffed.phones.write(number, f"encore moi {number_of}")
        await desk.bubble("patient", f"encore moi {number_of}").wait_for(timeout=15_000)
        await desk.page.wait_for_timeout(1500)
        assert await desk.page.locator(f"{place}:focus").count() == 1
    assert desk.errors == []


async def test_booking_from_the_conversation_tells_the_patient(
    staffed: StaffedClinic, chromium: Any
) -> None:
    number = "212661000111"
    desk = await sit_down(chromium, staffed)
    await ask_for_person(staffed, number, "Mehdi Alaoui")
    await desk.row("Mehdi Alaoui").wait_for(timeout=15_000)
    with staffed.services.database.read() as tx:
        contact = Contacts(tx).find(phone=number, user_id=None)
    assert contact is not None
    staffed.services.patients.register(contact.id, Relation.SELF, "Mehdi Alaoui")
    await desk.open("Mehdi Alaoui")
    await desk.page.get_by_test_id("book").click()
    await desk.page.locator("#book .slot").first.wait_for(timeout=15_000)
    await picture(desk, "booking")
    assert await serious_faults(desk.page) == []
    await desk.page.locator("#book .slot").first.click()
    await desk.page.get_by_test_id("book-confirm").click()
    await desk.page.locator(".appointment").wait_for(timeout=15_000)
    staffed.phones.wait_for(number, "Votre rendez-vous est réservé")
    assert desk.errors == []


@pytest.mark.parametrize(
    "path", ["/inbox", "/account", "/account/password", "/accounts", "/accounts/new", "/nowhere"]
)
async def test_pages_have_no_serious_fault(
    path: str, staffed: StaffedClinic, chromium: Any
) -> None:
    desk = await sit_down(chromium, staffed)
    await desk.page.goto(f"{staffed.clinic.console_url}{path}")
    assert await serious_faults(desk.page) == []
    assert not await desk.is_too_wide()
    await picture(desk, "page" + path.replace("/", "_"))
    assert desk.errors == []


async def test_the_login_page_has_no_serious_fault(staffed: StaffedClinic, chromium: Any) -> None:
    page = await chromium.new_page()
    desk = Desk(page, staffed.clinic.console_url)
    await page.goto(f"{staffed.clinic.console_url}/login")
    assert await serious_faults(desk.page) == []
    await picture(desk, "login")

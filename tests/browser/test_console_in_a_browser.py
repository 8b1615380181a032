"""Staff and the assistant: who comes to the inbox, who answers, how the assistant goes on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clinic.adapters.contacts import Contacts
from clinic.adapters.handoffs import Handoffs
from clinic.staff.model import Role
from tests.browser.accessibility import serious_faults
from tests.browser.staffed_clinic import StaffedClinic, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture(scope="module", autouse=True)
def people(staffed: StaffedClinic) -> None:
    staffed.employ("nadia", Role.RECEPTION)
    staffed.employ("omar", Role.RECEPTION)


async def ask_for_person(staffed: StaffedClinic, number: str, name: str) -> None:
    staffed.phones.add(number, name)
    staffed.phones.write(number, "Bonjour, je voudrais parler à une personne de l'accueil")


def is_waiting(staffed: StaffedClinic, number: str) -> bool:
    """Tells whether a patient waits for a person, whether or not a console runs."""
    with staffed.services.database.read() as tx:
        found = Contacts(tx).find(phone=number, user_id=None)
        return found is not None and Handoffs(tx).open_of(found.id) is not None


async def test_a_handoff_arrives_live_and_one_of_two_has_it(
    staffed: StaffedClinic, browser: Any
) -> None:
    nadia, omar = await staffed.sit_down(browser, "nadia"), await staffed.sit_down(browser, "omar")
    await ask_for_person(staffed, "212661000101", "Salma Benali")
    for desk in (nadia, omar):
        await desk.row("Salma Benali").wait_for(timeout=15_000)
    await nadia.picture("inbox")
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
    staffed: StaffedClinic, browser: Any
) -> None:
    desk = await staffed.sit_down(browser, "nadia")
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
    await desk.picture("conversation")
    assert await serious_faults(desk.page) == []
    assert desk.errors == []


@pytest.mark.parametrize(("width", "number"), [(1366, "212661000121"), (390, "212661000122")])
async def test_a_file_is_attached_with_the_keyboard_and_reaches_the_phone(
    staffed: StaffedClinic, browser: Any, width: int, number: str
) -> None:
    desk = await staffed.sit_down(browser, "nadia", width=width)
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
    await desk.picture(f"attached_{width}")
    assert not await desk.is_too_wide()
    assert await serious_faults(page) == []
    await page.locator("#reply").focus()
    await page.keyboard.press("Control+Enter")
    await desk.bubble("staff", "Voici votre courrier").wait_for()
    assert not await page.locator("[data-attached]").is_visible()
    staffed.phones.wait_for(number, "Voici votre courrier")
    sent = desk.bubble("staff", "courrier.pdf")
    await sent.locator("[data-tick=delivered], [data-tick=read]").wait_for(timeout=20_000)
    await desk.picture(f"sent_file_{width}")
    assert desk.errors == []


async def test_after_handing_back_the_assistant_goes_on_with_the_booking(
    staffed: StaffedClinic, browser: Any
) -> None:
    phones, number = staffed.phones, "212661000103"
    desk = await staffed.sit_down(browser, "nadia")
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
    staffed: StaffedClinic, browser: Any
) -> None:
    desk = await staffed.sit_down(browser, "nadia")
    await ask_for_person(staffed, "212661000104", "Omar Idrissi")
    await desk.row("Omar Idrissi").wait_for(timeout=15_000)
    staffed.phones.add("212661000105", "Zineb Alaoui")
    staffed.phones.write("212661000105", "au secours mon père ne respire plus")
    await desk.page.locator("body[data-sounded]").wait_for(state="attached", timeout=15_000)
    first = desk.page.locator(".row").first
    await first.locator("text=Zineb Alaoui").wait_for()
    assert await first.get_attribute("data-priority") == "stat"
    assert (await desk.page.title()).startswith("(1) URGENCE")
    await desk.picture("emergency")
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


async def test_what_was_missed_is_shown_after_a_reconnect(
    staffed: StaffedClinic, browser: Any
) -> None:
    desk = await staffed.sit_down(browser, "nadia")
    # A page that was loaded anew would show it anyway.
    await desk.page.evaluate("window.isTheSamePage = true")
    staffed.clinic.kill("console")
    await desk.page.locator("body[data-connected=no]").wait_for(state="attached", timeout=20_000)
    await ask_for_person(staffed, "212661000110", "Amina Tazi")
    wait_until(lambda: is_waiting(staffed, "212661000110"))
    staffed.clinic.start_console()
    await desk.row("Amina Tazi").wait_for(timeout=30_000)
    assert await desk.page.evaluate("window.isTheSamePage")
    assert desk.errors == []

"""One conversation on the page: the window, what is being written, keyboard, phone, Arabic."""

from __future__ import annotations

from typing import Any

import pytest

from clinic.staff.model import Role
from tests.browser.accessibility import serious_faults
from tests.browser.console_staff import Desk
from tests.browser.staffed_clinic import StaffedClinic

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def people(staffed: StaffedClinic) -> None:
    staffed.employ("nadia", Role.RECEPTION)
    staffed.employ("leila", Role.RECEPTION, language="ar")


async def comes(desk: Desk, staffed: StaffedClinic, name: str, number: str) -> None:
    """Lets somebody wait for a person and waits until the inbox shows it."""
    staffed.wants_person(staffed.patient(name, number))
    await desk.row(name).wait_for(timeout=15_000)


async def test_a_closed_window_offers_templates_and_holds_the_answer(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000106"
    desk = await staffed.sit_down(browser, "nadia")
    await comes(desk, staffed, "Rachid Naciri", number)
    staffed.close_window(number)
    await desk.open("Rachid Naciri")
    assert (
        "WhatsApp n'accepte qu'un modèle" in await desk.page.get_by_test_id("window").inner_text()
    )
    templates = desk.page.get_by_test_id("templates").locator("details")
    assert await templates.count() >= 3
    await desk.picture("closed_window")
    await desk.page.fill("#reply", "Vos résultats d'assurance sont arrivés à l'accueil.")
    await desk.page.get_by_test_id("send").click()
    await desk.bubble("staff", "sont arrivés").wait_for()
    # The introduction may be held too.
    await desk.page.locator("[data-tick=held]").last.wait_for(timeout=20_000)
    assert desk.errors == []
    assert await serious_faults(desk.page) == []


async def test_a_click_is_not_lost_when_the_list_changes_under_the_hand(
    staffed: StaffedClinic, browser: Any
) -> None:
    desk = await staffed.sit_down(browser, "nadia")
    await comes(desk, staffed, "Hajar Mernissi", "212661000117")
    await desk.page.wait_for_load_state("networkidle")
    await desk.row("Hajar Mernissi").hover()
    async with desk.page.expect_response("**/inbox/list*"):
        await desk.page.mouse.down()
        await desk.page.evaluate("document.body.dispatchEvent(new Event('live-inbox'))")
    await desk.page.mouse.up()
    await desk.page.get_by_test_id("thread").wait_for()
    assert "Hajar Mernissi" in await desk.page.locator("#conversation-head").inner_text()
    assert desk.errors == []


async def test_a_window_that_the_patient_opens_again_takes_free_text_at_once(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000114"
    desk = await staffed.sit_down(browser, "nadia")
    await comes(desk, staffed, "Nawal Alami", number)
    staffed.close_window(number)
    await desk.open("Nawal Alami")
    await desk.page.get_by_test_id("templates").wait_for()
    staffed.phones.write(number, "me revoilà")
    await desk.bubble("patient", "me revoilà").wait_for(timeout=15_000)
    await desk.page.locator("[data-testid=window] [data-left]").wait_for(timeout=10_000)
    assert await desk.page.get_by_test_id("templates").count() == 0
    assert desk.errors == []


async def test_what_somebody_is_writing_stays_until_it_is_sent(
    staffed: StaffedClinic, browser: Any
) -> None:
    number, begun = "212661000112", "Bonjour, je regarde votre"
    desk = await staffed.sit_down(browser, "nadia")
    await comes(desk, staffed, "Samia Filali", number)
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
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000113"
    desk = await staffed.sit_down(browser, "nadia")
    await comes(desk, staffed, "Anas Filali", number)
    await desk.open("Anas Filali")
    for number_of, place in enumerate(("[data-testid=take]", "[data-opens=actions]")):
        await desk.page.focus(place)
        staffed.phones.write(number, f"encore moi {number_of}")
        await desk.bubble("patient", f"encore moi {number_of}").wait_for(timeout=15_000)
        await desk.page.wait_for_timeout(1500)
        assert await desk.page.locator(f"{place}:focus").count() == 1
    assert desk.errors == []


async def test_in_arabic_everything_reads_from_right_to_left(
    staffed: StaffedClinic, browser: Any
) -> None:
    desk = await staffed.sit_down(browser, "leila")
    await comes(desk, staffed, "فاطمة الشرقاوي", "212661000107")
    assert await desk.page.locator("html").get_attribute("dir") == "rtl"
    sidebar = await desk.page.locator(".sidebar").bounding_box()
    assert sidebar["x"] > 1000
    await desk.open("فاطمة")
    await desk.picture("arabic")
    assert await serious_faults(desk.page) == []
    assert not await desk.is_too_wide()
    assert desk.errors == []


async def test_on_a_phone_one_thing_at_a_time(staffed: StaffedClinic, browser: Any) -> None:
    desk = await staffed.sit_down(browser, "nadia", width=390)
    await comes(desk, staffed, "Hamza Berrada", "212661000108")
    assert not await desk.is_too_wide()
    await desk.picture("phone_inbox")
    await desk.open("Hamza Berrada")
    assert not await desk.row("Hamza Berrada").is_visible()
    assert not await desk.is_too_wide()
    await desk.reply("Bonjour Hamza")
    await desk.picture("phone_conversation")
    await desk.page.locator(".card-toggle").click()
    await desk.page.locator("#card").get_by_text("+212 6 61 00 01 08").wait_for()
    await desk.picture("phone_card")
    assert await serious_faults(desk.page) == []
    await desk.page.locator("[data-shows=card-pane]:visible").last.click()
    await desk.page.locator(".back").click()
    await desk.row("Hamza Berrada").wait_for()
    assert desk.errors == []


async def test_with_the_keyboard_alone(staffed: StaffedClinic, browser: Any) -> None:
    desk = await staffed.sit_down(browser, "nadia")
    await comes(desk, staffed, "Khadija Bennani", "212661000109")
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


async def test_a_reply_that_a_colleague_was_quicker_than_keeps_its_file(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000118"
    desk = await staffed.sit_down(browser, "nadia")
    await comes(desk, staffed, "Imane Tazi", number)
    await desk.open("Imane Tazi")
    page = desk.page
    file = {"name": "devis.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a quote"}
    await page.locator("#file").set_input_files(file)
    await page.fill("#reply", "Voici votre devis")
    quicker = staffed.employ("quicker", Role.RECEPTION)
    staffed.services.staff_desk.take(staffed.contact_id(number), quicker)
    await page.get_by_test_id("send").click()
    await page.locator(".composer .error-line").wait_for()
    assert await page.input_value("#reply") == "Voici votre devis"
    assert await page.get_by_text("devis.pdf").is_visible()
    assert await page.locator("#file").evaluate("input => input.files.length") == 1

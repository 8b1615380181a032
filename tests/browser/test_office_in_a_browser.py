"""The office at work: what staff do in the browser, and what the patient then has on the phone."""

from __future__ import annotations

import os
import re
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright

from clinic.adapters.contacts import Contacts
from clinic.bootstrap import build_services, read_settings
from clinic.consent.model import Decision, Purpose, Reply
from clinic.facts.codes import RequestKind
from clinic.patients.model import Relation
from clinic.requests.model import NewRequest
from clinic.staff.model import Role, SiteRole
from scripts.processes import LocalClinic
from tests.browser.accessibility import serious_faults
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.console_staff import Desk, Phones, StaffedClinic

pytestmark = [pytest.mark.browser, pytest.mark.model]

SCREENSHOTS = os.environ.get("SCREENSHOTS")
PAGES = (
    "/requests",
    "/requests/answered",
    "/requests/deposits",
    "/requests/calls",
    "/figures",
    "/clinic-file/hours",
    "/clinic-file/prices",
    "/clinic-file/texts",
    "/clinic-file/nurses",
    "/clinic-file/history",
    "/review",
    "/review/labelled",
)


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaffedClinic]:
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed")
    settings = {"BURST_WINDOW_MS": "0", "MEDIA_FOLDER": str(tmp_path_factory.mktemp("media"))}
    with LocalClinic(tmp_path_factory.mktemp("office"), settings=settings) as clinic:
        passwords = {
            "hind": clinic.create_administrator("hind", "manager"),
            "alami": clinic.create_administrator("alami", "doctor"),
            "leila": clinic.create_administrator("leila", "manager", language="ar"),
        }
        services = build_services(read_settings(clinic.environment))
        doctor = services.staff.by_login("alami")
        assert doctor is not None
        services.staff.change(
            doctor.id,
            name="Youssef Alami",
            roles=frozenset({SiteRole(Role.DOCTOR)}),
            practitioner="dr-alami",
            by="test",
        )
        clinic.start_console()
        yield StaffedClinic(clinic, services, Phones(clinic.simulator_url), passwords)
        services.database.close()


@pytest.fixture
async def chromium() -> AsyncIterator[Any]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


async def sit_down(chromium: Any, staffed: StaffedClinic, login: str, width: int = 1366) -> Desk:
    context = await chromium.new_context(viewport={"width": width, "height": 820})
    desk = Desk(await context.new_page(), staffed.clinic.console_url)
    await desk.log_in(login, staffed.passwords[login])
    return desk


async def picture(page: Any, name: str) -> None:
    if SCREENSHOTS:
        await page.wait_for_timeout(300)
        await page.screenshot(path=str(Path(SCREENSHOTS) / f"{name}.png"), full_page=True)


def patient_writes(staffed: StaffedClinic, number: str, name: str) -> str:
    """A known patient greets: their conversation is open; returns the contact's id."""
    staffed.phones.add(number, name)
    staffed.phones.write(number, "Bonjour")
    staffed.phones.wait_for(number, "onjour")
    wired = staffed.services
    with wired.database.read() as tx:
        contact = Contacts(tx).find(phone=number, user_id=None)
    assert contact is not None
    reply = Reply("notice", "fr", "J'accepte", f"consent-{number}")
    wired.consent.record(contact.id, Purpose.CARE, Decision.GIVEN, reply)
    wired.patients.register(contact.id, Relation.SELF, name)
    return contact.id


async def test_a_prescription_is_validated_and_the_patient_opens_the_pdf(
    staffed: StaffedClinic, chromium: Any
) -> None:
    number, name = "212661000301", "Salma Benali"
    contact_id = patient_writes(staffed, number, name)
    alami = await sit_down(chromium, staffed, "alami")
    await alami.page.goto(f"{alami.base_url}/requests")
    await alami.live()
    request = staffed.services.requests.open(
        NewRequest(contact_id, RequestKind.PRESCRIPTION_RENEWAL, "b1", details={"detail": "Amlor"})
    )

    # It comes in live, and is answered with the keyboard alone.
    row = alami.page.locator(".request-row", has_text=request.reference)
    await row.wait_for(timeout=15_000)
    await row.locator("a").focus()
    await alami.page.keyboard.press("Enter")
    await alami.page.locator("#medicine-1").wait_for()
    await alami.page.locator("#medicine-1").fill("Amlodipine 5 mg")
    for words in ("1 comprimé le matin", "3 mois"):
        await alami.page.keyboard.press("Tab")
        await alami.page.keyboard.type(words)
    await alami.page.locator("#birth-date").fill("1990-03-05")
    assert await serious_faults(alami.page) == []
    await picture(alami.page, "request-prescription")
    await alami.page.locator("#birth-date").press("Enter")
    await alami.page.locator(".toast", has_text="patient est informé").wait_for()

    told = staffed.phones.wait_for(number, "/d/")
    assert "Amlodipine" not in told
    token = re.search(r"/d/([\w-]+)", told)
    assert token is not None
    phone = await (await chromium.new_context(viewport={"width": 390, "height": 800})).new_page()
    await phone.goto(f"{staffed.clinic.gateway_url}/d/{token[1]}")
    await phone.fill("#answer", "06/03/1990")
    await phone.click("button")
    await phone.locator("[role=alert]").wait_for()
    await picture(phone, "patient-link")
    await phone.fill("#answer", "05/03/1990")
    async with phone.expect_download() as started:
        await phone.click("button")
    file = await (await started.value).path()
    assert Path(file).read_bytes().startswith(b"%PDF-")
    again = await phone.goto(f"{staffed.clinic.gateway_url}/d/{token[1]}")
    assert again.status == 410
    assert alami.errors == []


async def test_a_price_changed_in_the_browser_is_what_the_assistant_says_next(
    staffed: StaffedClinic, chromium: Any
) -> None:
    number = "212661000302"
    staffed.phones.add(number, "Karim Tazi")
    staffed.phones.write(number, "c'est combien le détartrage ?")
    staffed.phones.wait_for(number, "400")
    hind = await sit_down(chromium, staffed, "hind")
    await hind.page.goto(f"{hind.base_url}/clinic-file/prices")
    price = hind.page.get_by_label("Détartrage, prix en dirhams")

    await price.fill("gratuit")
    await price.press("Enter")
    await hind.page.locator(".fault", has_text="n'est pas un nombre entier").wait_for()
    await picture(hind.page, "clinic-file-fault")
    assert await serious_faults(hind.page) == []
    price = hind.page.get_by_label("Détartrage, prix en dirhams")
    assert await price.input_value() == "gratuit"
    await price.fill("435")
    await price.press("Enter")
    await hind.page.locator(".toast", has_text="en vigueur").wait_for()

    staffed.phones.write(number, "et maintenant combien coûte le détartrage ?")
    staffed.phones.wait_for(number, "435")
    await hind.page.goto(f"{hind.base_url}/clinic-file/history/1")
    await hind.page.locator(".line-added", has_text="price_mad: 435").wait_for()
    await picture(hind.page, "clinic-file-difference")
    assert hind.errors == []


async def test_an_intent_is_corrected_and_the_patch_downloaded(
    staffed: StaffedClinic, chromium: Any
) -> None:
    number, words = "212661000303", "blorp quux zorglub frimousse"
    staffed.phones.add(number, "Imane Lahlou")
    staffed.phones.write(number, words)
    until = time.monotonic() + 30
    while not staffed.services.review.counts() and time.monotonic() < until:
        time.sleep(0.2)
    hind = await sit_down(chromium, staffed, "hind")
    await hind.page.goto(f"{hind.base_url}/review")
    card = hind.page.locator(".review", has_text=words)
    await card.locator("select").select_option("ask_price")
    await picture(hind.page, "review")
    assert await serious_faults(hind.page) == []
    await card.get_by_role("button", name="Apprendre").click()
    await hind.page.locator(".toast", has_text="correctif").wait_for()

    await hind.page.goto(f"{hind.base_url}/review/labelled")
    async with hind.page.expect_download() as started:
        await hind.page.get_by_role("link", name="Télécharger").click()
    patch = Path(await (await started.value).path()).read_text(encoding="utf-8")
    assert f"+    - {words}\n" in patch
    assert hind.errors == []


@pytest.mark.parametrize(("login", "width"), [("hind", 1366), ("leila", 390)])
async def test_every_page_of_the_office_has_no_serious_fault(
    login: str, width: int, staffed: StaffedClinic, chromium: Any
) -> None:
    desk = await sit_down(chromium, staffed, login, width)
    for path in PAGES:
        await desk.page.goto(f"{desk.base_url}{path}")
        await desk.page.locator("main").wait_for()
        assert await serious_faults(desk.page) == [], path
        assert not await desk.is_too_wide(), path
        await picture(desk.page, f"office{path.replace('/', '-')}-{login}")
    direction = await desk.page.evaluate("document.documentElement.dir")
    assert direction == ("rtl" if login == "leila" else "ltr")
    assert desk.errors == []


async def test_the_managers_charts_have_their_numbers_in_tables(
    staffed: StaffedClinic, chromium: Any
) -> None:
    hind = await sit_down(chromium, staffed, "hind")
    await hind.page.goto(f"{hind.base_url}/figures?days=7")
    await hind.page.locator("svg[role=img]").first.wait_for()
    summary = hind.page.locator("details.numbers summary").first
    await summary.focus()
    await hind.page.keyboard.press("Enter")
    await hind.page.locator("details.numbers table").first.wait_for()
    async with hind.page.expect_download() as started:
        await hind.page.get_by_role("link", name="Exporter").click()
    assert (await started.value).suggested_filename.endswith(".csv")


async def test_staff_report_a_message_that_was_misunderstood(
    staffed: StaffedClinic, chromium: Any
) -> None:
    number, words = "212661000304", "combien coûte une consultation de dermatologie ?"
    staffed.phones.add(number, "Younes Berrada")
    staffed.phones.write(number, words)
    staffed.phones.wait_for(number, "300 DH")
    with staffed.services.database.read() as tx:
        contact = Contacts(tx).find(phone=number, user_id=None)
    assert contact is not None
    alami = await sit_down(chromium, staffed, "alami")
    await alami.page.goto(f"{alami.base_url}/inbox/{contact.id}")
    await alami.page.get_by_test_id("misunderstood").click()
    await alami.page.locator(".toast", has_text="relecture").wait_for()
    assert await serious_faults(alami.page) == []
    assert alami.errors == []

    hind = await sit_down(chromium, staffed, "hind")
    await hind.page.goto(f"{hind.base_url}/review")
    await hind.page.locator(".review", has_text=words).wait_for()

"""What the office answers to requests, and what the patient then opens on the phone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from clinic.facts.codes import RequestKind
from clinic.patients.model import Patient
from clinic.requests.model import NewRequest, ServiceRequest
from clinic.staff.model import Role
from tests.browser.accessibility import serious_faults
from tests.browser.console_staff import Desk
from tests.browser.staffed_clinic import StaffedClinic

pytestmark = pytest.mark.browser

RESULTS = b"%PDF-1.7\n% results of a patient\n"


@pytest.fixture(scope="module", autouse=True)
def people(staffed: StaffedClinic) -> None:
    staffed.employ("nadia", Role.RECEPTION)
    staffed.employ("alami", Role.DOCTOR, practitioner="dr-alami")


def ask(
    staffed: StaffedClinic, patient: Patient, kind: RequestKind, **details: str
) -> ServiceRequest:
    key = f"{kind.value} {patient.id}"
    return staffed.services.requests.open(
        NewRequest(patient.contact_id, kind, key, patient.id, details)
    )


async def choose_file(desk: Desk, name: str, content: bytes) -> None:
    await desk.page.get_by_label("Fichier").set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": content}
    )


async def sends(desk: Desk, results: bytes) -> None:
    await choose_file(desk, "analyses.pdf", results)
    await desk.button("Envoyer le lien sécurisé").click()


async def opens_link(staffed: StaffedClinic, browser: Any, number: str) -> Any:
    """The page behind the link that came to a phone, on that phone."""
    found = re.search(r"/d/([\w-]+)", staffed.phones.wait_for(number, "/d/"))
    assert found is not None
    context = await browser.new_context(viewport={"width": 360, "height": 740})
    page = await context.new_page()
    await page.goto(f"{staffed.clinic.gateway_url}/d/{found[1]}")
    return page


async def opens_file(page: Any, answer: str) -> bytes:
    """Answers the page's question; returns the file that it gives."""
    await page.fill("#answer", answer)
    async with page.expect_download() as started:
        await page.click("button")
    return Path(await (await started.value).path()).read_bytes()


async def test_a_prescription_is_validated_and_the_patient_opens_the_pdf(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000301"
    salma = staffed.patient("Salma Benali", number)
    alami = await staffed.sit_down(browser, "alami")
    await alami.goto("/requests")
    request = ask(staffed, salma, RequestKind.PRESCRIPTION_RENEWAL, detail="Amlor")

    # It comes in live, and is answered with the keyboard alone.
    row = alami.page.locator(".request-row", has_text=request.reference)
    await row.wait_for(timeout=15_000)
    await row.locator("a").focus()
    await alami.page.keyboard.press("Enter")
    await alami.page.locator("#medicine-1").fill("Amlodipine 5 mg")
    for words in ("1 comprimé le matin", "3 mois"):
        await alami.page.keyboard.press("Tab")
        await alami.page.keyboard.type(words)
    await alami.page.locator("#birth-date").fill("1990-03-05")
    await alami.looks_right("request-prescription")
    await alami.page.locator("#birth-date").press("Enter")
    await alami.toast("patient est informé")

    assert "Amlodipine" not in staffed.phones.wait_for(number, "/d/")
    page = await opens_link(staffed, browser, number)
    assert (await opens_file(page, "05/03/1990")).startswith(b"%PDF-")
    assert alami.errors == []


async def test_results_open_with_the_date_of_birth_and_once(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000302"
    karim = staffed.patient("Karim El Fassi", number)
    request = ask(staffed, karim, RequestKind.RESULTS)
    nadia = await staffed.sit_down(browser, "nadia")
    await nadia.goto(f"/requests/{request.id}")
    await nadia.page.fill("#birth-date", "1971-01-02")
    await sends(nadia, b"<html>no results</html>")
    await nadia.page.locator("#upload-error", has_text="PDF, JPEG ou PNG").wait_for()
    await nadia.looks_right("request-results-refused")
    await sends(nadia, RESULTS)
    await nadia.toast("patient est informé")

    told = staffed.phones.wait_for(number, "/d/")
    assert "analyses" not in told
    assert "ésultat" not in told
    page = await opens_link(staffed, browser, number)
    assert await serious_faults(page) == []
    await page.fill("#answer", "03/01/1971")
    await page.click("button")
    await page.locator("[role=alert]").wait_for()
    await nadia.goto(f"/requests/{request.id}")
    await nadia.page.get_by_text("lien valable jusqu'au").wait_for()
    assert await opens_file(page, "02/01/1971") == RESULTS
    again = await page.goto(page.url)
    assert again.status == 410
    await page.reload()
    await nadia.page.reload()
    await nadia.page.locator(".badge", has_text="ouvert").wait_for()
    await nadia.looks_right("request-results-opened")


async def test_five_wrong_dates_close_the_link_and_staff_send_a_new_one(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000303"
    hind = staffed.patient("Hind Lamrani", number)
    request = ask(staffed, hind, RequestKind.RESULTS)
    nadia = await staffed.sit_down(browser, "nadia")
    await nadia.goto(f"/requests/{request.id}")
    await nadia.page.fill("#birth-date", "1985-06-07")
    await sends(nadia, RESULTS)
    await nadia.toast("patient est informé")
    page = await opens_link(staffed, browser, number)
    for day in range(1, 6):
        await page.fill("#answer", f"0{day}/01/1985")
        await page.click("button")
        await page.wait_for_load_state()
    assert (await page.goto(page.url)).status == 410

    before = staffed.phones.count(number)
    await nadia.goto(f"/requests/{request.id}")
    await nadia.page.get_by_text("lien expiré").wait_for()
    await nadia.button("Nouveau lien").click()
    await nadia.toast("nouveau lien est parti")
    token = re.search(r"/d/([\w-]+)", staffed.phones.newest(number, after=before)["text"])
    assert token is not None
    await page.goto(f"{staffed.clinic.gateway_url}/d/{token[1]}")
    assert await opens_file(page, "07/06/1985") == RESULTS


async def test_an_insurance_card_is_verified_and_stands_on_the_card(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000304"
    omar = staffed.patient("Omar Tahiri", number)
    request = ask(staffed, omar, RequestKind.INSURANCE_CARD)
    nadia = await staffed.sit_down(browser, "nadia")
    await nadia.goto(f"/requests/{request.id}")
    await nadia.page.get_by_label("Assurance").select_option("cnops")
    await nadia.looks_right("request-card")
    before = staffed.phones.count(number)
    await nadia.button("La carte est valable").click()
    await nadia.toast("patient est informé")

    assert staffed.phones.newest(number, after=before)["text"]
    await nadia.goto(f"/inbox/{omar.contact_id}")
    await expect(nadia.page.locator("#card")).to_contain_text("CNOPS")
    await nadia.goto("/requests/answered")
    await expect(nadia.page.locator(".request-row", has_text=request.reference)).to_contain_text(
        "Faite"
    )


async def test_an_invoice_is_made_of_the_prices_and_opened(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000305"
    ghita = staffed.patient("Ghita Benjelloun", number)
    request = ask(staffed, ghita, RequestKind.DOCUMENT, document_type="invoice")
    nadia = await staffed.sit_down(browser, "nadia", width=360)
    await nadia.goto(f"/requests/{request.id}")
    await nadia.button("Établir et envoyer").click()
    await nadia.page.locator(".error-line", has_text="document est vide").wait_for()
    await nadia.page.locator("#service-1").select_option("dental-scaling")
    await nadia.page.locator("#quantity-1").fill("2")
    await nadia.button("Ajouter une ligne").click()
    await nadia.looks_right("request-invoice-phone")
    await nadia.button("Établir et envoyer").click()
    await nadia.toast("patient est informé")

    page = await opens_link(staffed, browser, number)
    # No date of birth is known: the name opens a bill, which is nothing medical.
    assert (await opens_file(page, "Ghita Benjelloun")).startswith(b"%PDF-")
    await nadia.goto(f"/requests/{request.id}")
    async with nadia.page.expect_download() as started:
        await nadia.page.get_by_role("link", name="Facture").click()
    assert Path(await (await started.value).path()).read_bytes().startswith(b"%PDF-")


async def test_a_refusal_says_why(staffed: StaffedClinic, browser: Any) -> None:
    number = "212661000306"
    anas = staffed.patient("Anas Chraibi", number)
    request = ask(staffed, anas, RequestKind.INSURANCE_CARD)
    nadia = await staffed.sit_down(browser, "nadia")
    await nadia.goto(f"/requests/{request.id}")
    await nadia.button("Refuser").click()
    await nadia.page.locator(".error-line", has_text="pourquoi").wait_for()
    await nadia.page.get_by_label("Message au patient").fill("La photo est floue.")
    await nadia.button("Refuser").click()
    await nadia.toast("patient est informé")
    staffed.phones.wait_for(number, "La photo est floue.")
    assert nadia.errors == []

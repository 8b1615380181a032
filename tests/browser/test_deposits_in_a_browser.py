"""A deposit: asked when staff book, paid on the provider's page, paid back by staff."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from clinic.patients.model import Patient
from clinic.staff.model import Role
from tests.browser.console_staff import Desk
from tests.browser.staffed_clinic import StaffedClinic

pytestmark = pytest.mark.browser

PAGE = "/requests/deposits"


@pytest.fixture(scope="module", autouse=True)
def people(staffed: StaffedClinic) -> None:
    staffed.employ("nadia", Role.RECEPTION)
    staffed.employ("amal", Role.NURSE)


async def books(staffed: StaffedClinic, browser: Any, patient: Patient) -> Desk:
    """Reception books what has a deposit, from the conversation."""
    staffed.wants_person(patient)
    desk = await staffed.sit_down(browser, "nadia")
    await desk.goto(f"/inbox/{patient.contact_id}")
    await desk.page.get_by_test_id("book").click()
    slots = desk.page.locator("#book .slot")
    await slots.first.wait_for()
    await desk.page.get_by_label("Acte").select_option("cardiology-visit")
    others = desk.page.locator("#book [name=slot]:not([value*='cardiology-visit'])")
    await expect(others).to_have_count(0)
    await slots.first.click()
    await desk.page.get_by_test_id("book-confirm").click()
    await desk.toast("Rendez-vous réservé")
    return desk


async def test_the_patient_is_asked_pays_and_gets_it_back(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000421"
    patient = staffed.patient("Nadia Cherkaoui", number)
    desk = await books(staffed, browser, patient)

    asked = staffed.phones.wait_for(number, "acompte de 100 DH")
    texts = staffed.phones.received(number)
    assert texts.index(asked) > next(i for i, text in enumerate(texts) if "est réservé" in text)
    await desk.goto(PAGE)
    row = desk.page.locator("tr", has_text="Nadia Cherkaoui")
    await expect(row).to_contain_text("Attendu")
    assert await row.get_by_role("button").count() == 0

    link = re.search(r"https?://\S+/pay/\S+", asked)
    assert link is not None
    page = await (await browser.new_context(viewport={"width": 360, "height": 740})).new_page()
    await page.goto(link[0])
    await page.click("#pay")
    await page.get_by_text("Paiement accepté").wait_for()
    staffed.phones.wait_for(number, "acompte de 100 DH payé")

    await desk.page.reload()
    await expect(row).to_contain_text("Payé")
    await desk.looks_right("deposits-paid")
    desk.page.once("dialog", lambda dialog: dialog.dismiss())
    await row.get_by_role("button").click()
    await expect(row).to_contain_text("Payé")
    desk.page.once("dialog", lambda dialog: dialog.accept())
    await row.get_by_role("button").click()
    await desk.toast("Remboursement noté")
    await expect(row).to_contain_text("Remboursé")
    assert await row.get_by_role("button").count() == 0
    staffed.phones.wait_for(number, "rembours")
    assert desk.errors == []


async def test_who_cannot_be_told_now_is_asked_for_none(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000422"
    patient = staffed.patient("Driss Guessous", number)
    staffed.close_window(number)
    desk = await books(staffed, browser, patient)

    await desk.goto(PAGE)
    assert await desk.page.locator("tr", has_text="Driss Guessous").count() == 0
    assert staffed.services.deposits.of_contact(patient.contact_id) == []


async def test_a_nurse_sees_deposits_and_refunds_none(staffed: StaffedClinic, browser: Any) -> None:
    patient = staffed.patient("Hind Lamrani", "212661000423")
    await books(staffed, browser, patient)
    amal = await staffed.sit_down(browser, "amal", width=360)
    await amal.goto(PAGE)
    await expect(amal.page.locator("tr", has_text="Hind Lamrani")).to_contain_text("Attendu")
    assert await amal.page.get_by_role("button", name="Rembourser").count() == 0
    await amal.looks_right("deposits-phone")

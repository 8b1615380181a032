"""Outside the window: a template is chosen, filled in, and comes to the phone."""

from __future__ import annotations

from typing import Any

import pytest

from clinic.consent.model import Decision, Purpose
from clinic.staff.model import Role
from tests.browser.console_staff import Desk
from tests.browser.staffed_clinic import StaffedClinic

pytestmark = pytest.mark.browser

CONFIRMATION = "[data-template=appointment_confirmation]"


@pytest.fixture(scope="module", autouse=True)
def people(staffed: StaffedClinic) -> None:
    staffed.employ("nadia", Role.RECEPTION)


async def opened(
    staffed: StaffedClinic, browser: Any, name: str, number: str, language: str = "fr"
) -> Desk:
    """The conversation of somebody who wrote long ago and agrees to reminders."""
    patient = staffed.patient(name, number, language)
    staffed.decide(patient.contact_id, Purpose.REMINDERS)
    staffed.close_window(number)
    desk = await staffed.sit_down(browser, "nadia")
    await desk.goto(f"/inbox/{patient.contact_id}")
    return desk


async def fill_in(desk: Desk, *values: str) -> Any:
    """Opens the confirmation and fills its fields but the first in; returns its part."""
    template = desk.page.locator(CONFIRMATION)
    await template.locator("summary").click()
    for label, value in zip(("Médecin", "Quand", "Lieu"), values, strict=True):
        await template.get_by_label(label).fill(value)
    return template


async def test_a_template_is_filled_in_and_comes_to_the_phone(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000411"
    desk = await opened(staffed, browser, "Rachid Naciri", number)
    before = staffed.phones.count(number)
    template = await fill_in(desk, "Dr Alami", "lundi 30 novembre à 10:00", "Maârif")
    assert await template.get_by_label("Patient").input_value() == "Rachid"
    await desk.looks_right("template-picker")
    await template.get_by_role("button", name="Envoyer le modèle").click()

    await desk.toast("Message envoyé")
    came = staffed.phones.newest(number, after=before)
    assert came["type"] == "template"
    for words in ("Rachid", "Dr Alami", "lundi 30 novembre à 10:00", "Maârif"):
        assert words in came["text"]
    bubble = desk.bubble("staff", "Dr Alami")
    assert "modèle" in await bubble.inner_text()
    await bubble.locator("[data-tick=delivered], [data-tick=read]").wait_for(timeout=20_000)
    assert "Vous êtes en charge" in await desk.state()
    assert desk.errors == []


async def test_a_field_of_blanks_is_refused_and_the_others_stay(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000412"
    desk = await opened(staffed, browser, "Nawal Alami", number)
    before = staffed.phones.count(number)
    template = await fill_in(desk, "Dr Alami", "   ", "Maârif")
    await template.get_by_role("button", name="Envoyer le modèle").click()

    await desk.page.locator(".composer .error-line", has_text="complétez chaque champ").wait_for()
    template = desk.page.locator(CONFIRMATION)
    assert await template.get_by_label("Lieu").input_value() == "Maârif"
    await template.get_by_label("Quand").fill("lundi à 10:00")
    await template.get_by_role("button", name="Envoyer le modèle").click()
    assert "lundi à 10:00" in staffed.phones.newest(number, after=before)["text"]


async def test_who_withdrew_from_reminders_gets_none_and_staff_read_why(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000413"
    desk = await opened(staffed, browser, "Hamza Ouali", number)
    staffed.decide(staffed.contact_id(number), Purpose.REMINDERS, Decision.WITHDRAWN)
    before = staffed.phones.count(number)
    template = await fill_in(desk, "Dr Alami", "lundi à 10:00", "Maârif")
    await template.get_by_role("button", name="Envoyer le modèle").click()

    await desk.page.locator(".error-line", has_text="n'a pas accepté les rappels").wait_for()
    assert await desk.page.locator(CONFIRMATION).get_by_label("Lieu").input_value() == "Maârif"
    assert staffed.phones.count(number) == before


async def test_to_who_writes_arabic_the_template_is_arabic(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000414"
    desk = await opened(staffed, browser, "فاطمة الشرقاوي", number, language="ary")
    template = desk.page.locator(CONFIRMATION)
    assert await template.locator("summary [lang]").get_attribute("lang") == "ar"
    before = staffed.phones.count(number)
    await fill_in(desk, "الدكتور العلمي", "الإثنين مع العشرة", "المعاريف")
    await template.get_by_role("button", name="Envoyer le modèle").click()
    assert "المعاريف" in staffed.phones.newest(number, after=before)["text"]
    assert desk.errors == []


async def test_the_answer_leaves_once_the_patient_writes_again(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000415"
    desk = await opened(staffed, browser, "Samia Filali", number)
    before = staffed.phones.count(number)
    await desk.page.fill("#reply", "Votre dossier est complet.")
    await desk.page.get_by_test_id("send").click()
    assert staffed.phones.newest(number, after=before)["type"] == "template"
    held = desk.bubble("staff", "Votre dossier").locator("[data-tick=held]")
    await held.wait_for(timeout=20_000)

    staffed.phones.write(number, "oui")

    staffed.phones.wait_for(number, "Votre dossier est complet.")
    await held.wait_for(state="detached", timeout=20_000)
    assert desk.errors == []

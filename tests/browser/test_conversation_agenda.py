"""Booking, moving and cancelling from a conversation: the patient's phone says so."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from clinic.scheduling.model import AgendaSlot, AppointmentStatus
from clinic.staff.model import Role
from tests.browser.console_staff import Desk
from tests.browser.staffed_clinic import StaffedClinic

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def people(staffed: StaffedClinic) -> None:
    staffed.employ("nadia", Role.RECEPTION)


async def opened(
    staffed: StaffedClinic, browser: Any, name: str, number: str, width: int = 1366
) -> Desk:
    """Somebody's conversation, which nobody has taken."""
    patient = staffed.patient(name, number)
    staffed.wants_person(patient)
    desk = await staffed.sit_down(browser, "nadia", width)
    await desk.goto(f"/inbox/{patient.contact_id}")
    return desk


async def look_for_times(desk: Desk, practitioner: str) -> Any:
    """Opens the dialog and waits for the free times of one practitioner; returns them."""
    await desk.page.get_by_test_id("book").click()
    slots = desk.page.locator("#book .slot")
    await slots.first.wait_for()
    await desk.page.get_by_label("Acte").select_option("gp-consultation")
    await desk.page.get_by_label("Médecin").select_option(label=practitioner)
    await expect(slots.filter(has_not_text=practitioner.split()[-1])).to_have_count(0)
    await slots.first.wait_for()
    return slots


def hour_in(text: str) -> str:
    found = re.search(r"\d\d:\d\d", text)
    assert found is not None, text
    return found[0]


async def test_the_patient_is_told_of_each_step(staffed: StaffedClinic, browser: Any) -> None:
    number = "212661000401"
    desk = await opened(staffed, browser, "Mehdi Alaoui", number)
    patient = staffed.services.patients.of_contact(staffed.contact_id(number))[0]

    slots = await look_for_times(desk, "Dr Youssef Alami")
    await desk.looks_right("conversation-booking")
    hour = hour_in(await slots.first.inner_text())
    await slots.first.click()
    await desk.page.get_by_test_id("book-confirm").click()
    await desk.toast("Rendez-vous réservé")
    booked = desk.page.locator(".appointment")
    assert hour in await booked.inner_text()
    said = staffed.phones.wait_for(number, "Votre rendez-vous est réservé")
    assert hour in said
    assert "Dr Youssef Alami" in said
    assert "Vous êtes en charge" in await desk.state()

    await booked.get_by_role("button", name="Déplacer").click()
    slots = desk.page.locator("dialog[open] .slot")
    await slots.first.wait_for()
    await desk.looks_right("conversation-moving")
    hour = hour_in(await slots.last.inner_text())
    await slots.last.click()
    await desk.button("Déplacer et prévenir le patient").click()
    await desk.toast("Rendez-vous déplacé")
    assert hour in await desk.page.locator(".appointment").inner_text()
    assert hour in staffed.phones.wait_for(number, "Votre rendez-vous est déplacé")

    (upcoming,) = staffed.services.desk.upcoming_of(patient.contact_id)
    await desk.page.locator(".appointment").get_by_role("button", name="Annuler").click()
    dialog = desk.page.locator("dialog[open]")
    assert hour in await dialog.inner_text()
    await desk.looks_right("conversation-cancelling")
    await dialog.get_by_role("button", name="Annuler").click()
    await desk.toast("Rendez-vous annulé")
    await desk.page.locator("#card").get_by_text("Aucun rendez-vous à venir").wait_for()
    assert hour in staffed.phones.wait_for(number, "Votre rendez-vous est annulé")
    found = staffed.services.scheduling.get(upcoming.appointment.id)
    assert found.status is AppointmentStatus.CANCELLED
    assert desk.errors == []


async def test_a_time_that_a_colleague_gives_away_meanwhile_is_refused(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000402"
    desk = await opened(staffed, browser, "Salma Benali", number)
    other = staffed.patient("Omar Tahiri", "212661000403")
    slots = await look_for_times(desk, "Dr Youssef Alami")
    slot = AgendaSlot.from_key(await slots.first.locator("input").get_attribute("value"))
    await slots.first.click()
    start = slot.start.astimezone(staffed.services.clinic.zone)
    staffed.book(other, slot.practitioner_id, f"{start:%Y-%m-%d %H:%M}")
    before = staffed.phones.count(number)

    await desk.page.get_by_test_id("book-confirm").click()

    await desk.toast("n'est plus libre")
    assert await desk.page.locator(".appointment").count() == 0
    assert staffed.services.desk.upcoming_of(staffed.contact_id(number)) == []
    assert staffed.phones.count(number) in (before, before + 1)  # who answers now, no more


async def test_without_a_time_nothing_is_booked_and_the_page_says_what_is_missing(
    staffed: StaffedClinic, browser: Any
) -> None:
    desk = await opened(staffed, browser, "Ghita Lamrani", "212661000404")
    await desk.page.get_by_test_id("book").click()
    await desk.page.locator("#book .slot").first.wait_for()
    await desk.page.get_by_label("Acte").select_option("gp-consultation")
    await desk.page.get_by_label("Médecin").select_option("dr-lahlou")
    await desk.page.get_by_text("Ce médecin ne fait pas cet acte").wait_for()
    await desk.page.get_by_label("Médecin").select_option("dr-alami")
    await desk.page.locator("#book .slot").first.wait_for()
    await desk.page.fill("#book-day", "2027-11-01")
    await desk.page.get_by_text("Aucun créneau libre").wait_for()
    await desk.page.get_by_test_id("book-confirm").click()

    await desk.toast("Choisissez un créneau")
    assert desk.errors == []


async def test_with_the_keyboard_alone_and_outside_of_the_window(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000405"
    desk = await opened(staffed, browser, "Zineb Kettani", number)
    staffed.close_window(number)
    await desk.page.reload()
    await desk.live()
    keys = desk.page.keyboard
    await desk.page.get_by_test_id("book").focus()
    await keys.press("Enter")
    await desk.page.locator("#book .slot").first.wait_for()
    await desk.page.locator("#book-day").focus()
    for _ in range(8):
        await keys.press("Tab")
        if await desk.page.evaluate("document.activeElement.name === 'slot'"):
            break
    await keys.press("Space")
    await keys.press("Enter")

    await desk.toast("Rendez-vous réservé")
    # Free text does not go out any more: a template says it.
    newest = staffed.phones.newest(number, after=0)
    assert newest["type"] == "template"
    assert "Zineb" in str(newest["text"])
    assert desk.errors == []


async def test_on_a_phone_a_time_is_booked_from_the_card(
    staffed: StaffedClinic, browser: Any
) -> None:
    number = "212661000406"
    desk = await opened(staffed, browser, "Anas Chraibi", number, width=360)
    await desk.page.locator(".card-toggle").click()
    await desk.page.get_by_test_id("book").click()
    slots = desk.page.locator("#book .slot")
    await slots.first.wait_for()
    await desk.looks_right("conversation-booking-phone")
    box = await desk.page.locator("dialog[open]").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    await slots.first.click()
    await desk.page.get_by_test_id("book-confirm").click()
    await desk.toast("Rendez-vous réservé")
    staffed.phones.wait_for(number, "Votre rendez-vous est réservé")

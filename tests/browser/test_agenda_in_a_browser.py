"""The agenda in a browser: arrivals, leave, keyboard, phone, right to left.

The clinic runs without the assistant: what it answers to the patients' taps is tried in
`test_agenda_and_assistant.py`.
"""

from __future__ import annotations

from typing import Any

import pytest

from clinic.agenda.model import ChangeKind
from clinic.scheduling.model import AppointmentStatus
from tests.browser.accessibility import serious_faults
from tests.browser.agenda_desk import AgendaDesk
from tests.browser.staffed_clinic import StaffedClinic
from tests.console import PASSWORD

pytestmark = pytest.mark.browser

DAY = "2026-11-24"
PHONE = {"width": 390, "height": 844}


async def test_a_patient_arrives_and_is_seen_another_does_not_come(
    desk: AgendaDesk, office: StaffedClinic
) -> None:
    zineb = office.patient("Zineb Kettani", "212661000108")
    hamza = office.patient("Hamza Ouali", "212661000109")
    comes = office.book(zineb, "dr-alami", "2026-11-23 09:30")
    stays_away = office.book(hamza, "dr-alami", "2026-11-23 08:30")
    await desk.look_at("day=2026-11-23&view=day")

    await desk.block(comes).click()
    await (await desk.panel()).get_by_role("button", name="Est arrivé").click()
    await desk.page.locator(f"#block-{comes.id}.kind-arrived").wait_for()
    await desk.block(comes).click()
    await (await desk.panel()).get_by_role("button", name="A été vu").click()
    await desk.page.locator(f"#block-{comes.id}.kind-fulfilled").wait_for()

    await desk.block(stays_away).click()
    await (await desk.panel()).get_by_role("button", name="Ne s'est pas présenté").click()
    await desk.page.locator(f"#block-{stays_away.id}.kind-noshow").wait_for()
    await desk.page.get_by_role("button", name="Annuler", exact=True).last.click()
    await desk.page.locator(f"#block-{stays_away.id}.kind-booked").wait_for()


async def test_what_others_do_appears_without_a_reload(
    desk: AgendaDesk, office: StaffedClinic
) -> None:
    ghita = office.patient("Ghita Benjelloun", "212661000110")
    await desk.look_at("day=2026-11-23&view=day")

    appointment = office.book(ghita, "dr-alami", "2026-11-23 10:30")
    await desk.block(appointment).wait_for()
    office.services.agenda.note(appointment.id, ChangeKind.ARRIVED, by="colleague")
    await desk.page.locator(f"#block-{appointment.id}.kind-arrived").wait_for()


async def test_leave_is_shown_first_and_then_tells_two_patients(
    desk: AgendaDesk, office: StaffedClinic
) -> None:
    first, second = "212661000111", "212661000112"
    imane = office.patient("Imane Sqalli", first)
    fatima = office.patient("فاطمة الإدريسي", second, language="ary")
    struck = office.book(imane, "dr-lahlou", "2026-12-02 10:30", "dermatology-visit")
    waits = office.book(fatima, "dr-lahlou", "2026-12-02 11:30", "dermatology-visit")
    told = office.phones.count(first), office.phones.count(second)
    page = desk.page
    await desk.goto("/agenda/closures")
    await page.select_option("#scope", "who:dr-lahlou")
    await page.fill("#first", "2026-12-02")
    await page.fill("#last", "2026-12-02")

    await page.get_by_role("button", name="Voir qui est concerné").click()
    preview = page.locator("#preview")
    assert "2 rendez-vous concernés" in await preview.inner_text()
    await preview.get_by_role("button", name="Fermer et prévenir").click()
    await page.get_by_text("C'est fermé").wait_for()
    assert await page.get_by_text("Horaires proposés, attend sa réponse").count() == 2

    french = office.phones.newest(first, after=told[0])
    assert "ne pourra pas recevoir Imane Sqalli le mercredi 2 décembre" in french["text"]
    assert "ما غاديش يكون" in office.phones.newest(second, after=told[1])["text"]
    for it in (struck, waits):
        assert office.services.scheduling.get(it.id).status is AppointmentStatus.PENDING

    await desk.look_at("day=2026-12-02&view=day&who=dr-lahlou")
    await page.locator(f"#block-{waits.id}.kind-to_move").wait_for()
    assert (await page.locator(".agenda-away").inner_text()).strip() == "Congé"


async def test_everything_by_keyboard(desk: AgendaDesk, office: StaffedClinic) -> None:
    meryem = office.patient("Meryem Tazi", "212661000113")
    appointment = office.book(meryem, "dr-alami", "2026-11-26 09:00")
    await desk.look_at("view=week&who=dr-alami&day=2026-11-26")
    page = desk.page
    await desk.block(appointment).focus()

    await page.keyboard.press("m")
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
        await page.keyboard.press(key)
    said = page.locator("#agenda-says")
    assert "09:30, libre" in await said.inner_text()
    await page.keyboard.press("Enter")
    await desk.panel()
    await page.keyboard.press("Enter")
    await page.locator(
        f".agenda-column[data-day='2026-11-27'] #block-{appointment.id}[data-start='570']"
    ).wait_for()

    # A new patient is booked without the mouse.
    await page.locator("#agenda-panel").wait_for(state="hidden")
    await page.keyboard.press("n")
    panel = await desk.panel()
    await panel.locator("#book-day").fill("2026-11-27")
    await panel.locator("#book-time").fill("11:00")
    await panel.locator("summary").focus()
    await page.keyboard.press("Enter")
    await panel.locator("#book-name").fill("Latifa Naciri")
    await panel.locator("#book-number").fill("06 61 00 01 99")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Latifa Naciri").wait_for()
    assert "À appeler" in await desk.last_toast()


async def test_a_known_patient_is_found_by_some_letters(
    desk: AgendaDesk, office: StaffedClinic
) -> None:
    office.patient("Youssef Amrani", "212661000114")
    await desk.look_at("day=2026-11-30&view=day&who=dr-alami")
    page = desk.page
    x, y = await desk.point("dr-alami", "10:00", "2026-11-30")
    await page.mouse.click(x, y + 4)
    panel = await desk.panel()
    assert await panel.locator("#book-time").input_value() == "10:00"

    await panel.locator("#patient-q").type("yous")
    await panel.get_by_role("button", name="Youssef Amrani").click()
    await panel.get_by_role("button", name="Réserver").click()

    await page.get_by_role("button", name="10:00–10:20 Youssef Amrani").wait_for()


async def test_right_to_left_the_first_practitioner_is_on_the_right(
    desk: AgendaDesk, office: StaffedClinic
) -> None:
    page = desk.page
    await desk.look_at()
    await page.locator("button[name=language][value=ar]").click()
    await page.wait_for_selector("[dir=rtl]")
    await desk.look_at()
    columns = page.locator(".agenda-column")
    boxes = [await columns.nth(number).bounding_box() for number in (0, 1)]
    assert boxes[0]["x"] > boxes[1]["x"]
    hours = await page.locator(".agenda-hours").bounding_box()
    assert hours["x"] >= boxes[0]["x"]
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.locator("button[name=language][value=fr]").click()
    await page.wait_for_selector("[dir=ltr]")


async def test_on_a_phone_an_appointment_is_moved_by_taps(
    office: StaffedClinic, browser: Any
) -> None:
    asmae = office.patient("Asmae Filali", "212661000115")
    appointment = office.book(asmae, "dr-alami", "2026-12-01 09:00")
    context = await browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = await context.new_page()
    desk = AgendaDesk(page, office.console_url)
    await desk.log_in("samira", PASSWORD)
    await desk.look_at("day=2026-12-01&view=day&who=dr-alami")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    await desk.block(appointment).tap()
    panel = await desk.panel()
    box = await panel.bounding_box()
    assert box["width"] <= PHONE["width"]
    await panel.get_by_role("button", name="Déplacer").tap()
    await page.locator("#moving").wait_for()
    x, y = await desk.point("dr-alami", "10:00", "2026-12-01")
    await page.touchscreen.tap(x, y + 2)
    await (await desk.panel()).get_by_role("button", name="Déplacer").tap()

    await page.locator(f"#block-{appointment.id}[data-start='600']").wait_for()
    assert desk.errors == []
    await context.close()


@pytest.mark.parametrize(
    ("query", "at"),
    [
        ("day=2026-11-24&view=day", "2026-11-24 17:00"),
        ("view=week&who=dr-alami&day=2026-11-24", "2026-11-25 17:00"),
    ],
)
async def test_axe_finds_nothing_serious_in_the_agenda(
    desk: AgendaDesk, office: StaffedClinic, query: str, at: str
) -> None:
    somebody = office.patient("Hind Lamrani", f"2126610001{at[9]}0")
    appointment = office.book(somebody, "dr-alami", at)
    await desk.look_at(query)
    assert await serious_faults(desk.page) == []
    await desk.block(appointment).click()
    await desk.panel()
    assert await serious_faults(desk.page) == []


async def test_axe_finds_nothing_serious_where_time_is_closed_and_people_wait(
    desk: AgendaDesk, office: StaffedClinic
) -> None:
    await desk.goto("/agenda/closures")
    assert await serious_faults(desk.page) == []
    await desk.look_at()
    await desk.page.locator("[data-panel^='/agenda/walk-ins']").click()
    await desk.panel()
    assert await serious_faults(desk.page) == []
    await desk.page.get_by_label("Nom et prénom").fill("Rkia Mouline")
    await desk.page.get_by_role("button", name="Ajouter à la file").click()
    await desk.page.locator(".queue-item").wait_for()
    assert await serious_faults(desk.page) == []

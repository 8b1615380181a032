"""The agenda in a browser: moving, conflicts, arrivals, leave, keyboard, phone, right to left.

The clinic runs without the assistant: what it answers to the patients' taps is tried in
`test_agenda_and_assistant.py`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from clinic.agenda.model import ChangeKind
from clinic.scheduling.model import AppointmentStatus
from scripts.processes import LocalClinic
from tests.browser.accessibility import serious_faults
from tests.browser.agenda_office import Desk, Office
from tests.browser.conftest import CHROMIUM

pytestmark = pytest.mark.browser

SETTINGS = {"CLINIC_NOW": "2026-11-23T09:00:00+00:00", "BURST_WINDOW_MS": "0"}
DAY = "2026-11-24"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed")
    clinic = LocalClinic(tmp_path_factory.mktemp("clinic"), settings=SETTINGS)
    try:
        clinic.migrate()
        clinic.start_simulator()
        clinic.start_worker()
        clinic.start_console()
        clinic.wait_ready()
        office = Office(clinic)
        yield office
        office.close()
    finally:
        clinic.stop()


@pytest.fixture
async def desk(office: Office, browser: Any) -> AsyncIterator[Desk]:
    page = await browser.new_page(viewport=DESKTOP)
    desk = Desk(page, office)
    await desk.log_in()
    yield desk
    assert desk.errors == []
    await page.close()


async def test_a_dragged_appointment_moves_and_the_patient_is_told(
    desk: Desk, office: Office
) -> None:
    number = "212661000101"
    nadia = office.patient("Nadia Cherkaoui", number)
    appointment = office.book(nadia, "dr-alami", f"{DAY} 09:00")
    told = office.count(number)
    await desk.open()

    await desk.drag(appointment, "dr-alami", "10:30")
    panel = await desk.panel()
    assert "10:30" in await panel.inner_text()
    await panel.get_by_role("button", name="Déplacer").click()

    assert "Nadia Cherkaoui" in await desk.toast()
    assert office.services.scheduling.get(appointment.id).start.hour == 10
    message = office.newest(number, after=told)
    assert "La clinique a dû déplacer votre rendez-vous" in message["text"]
    assert "mardi 24 novembre à 10:30" in message["text"]


async def test_a_move_is_taken_back_by_one_click(desk: Desk, office: Office) -> None:
    number = "212661000102"
    omar = office.patient("Omar Tahiri", number)
    appointment = office.book(omar, "dr-alami", f"{DAY} 11:00")
    await desk.open()
    await desk.drag(appointment, "dr-alami", "11:30")
    panel = await desk.panel()
    await panel.get_by_label("Prévenir le patient").uncheck()
    await panel.get_by_role("button", name="Déplacer").click()
    await desk.page.locator(f"#block-{appointment.id}[data-start='690']").wait_for()

    await desk.page.get_by_role("button", name="Annuler", exact=True).click()

    await desk.page.locator(f"#block-{appointment.id}[data-start='660']").wait_for()
    assert office.services.scheduling.get(appointment.id).start == appointment.start


async def test_dragging_onto_somebody_shows_who_and_changes_nothing(
    desk: Desk, office: Office
) -> None:
    salma = office.patient("Salma Bennis", "212661000103")
    karim = office.patient("Karim El Fassi", "212661000104")
    appointment = office.book(salma, "dr-berrada", f"{DAY} 09:00")
    office.book(karim, "dr-berrada", f"{DAY} 10:00")
    await desk.open()

    await desk.drag(appointment, "dr-berrada", "10:00")
    panel = await desk.panel()
    assert "pris par Karim El Fassi, 10:00–10:20" in await panel.inner_text()
    await panel.get_by_role("button", name="Fermer").last.click()

    block = desk.page.locator(f"#block-{appointment.id}[data-start='540']")
    await block.wait_for()
    assert office.services.scheduling.get(appointment.id) == appointment


async def test_a_time_that_is_taken_while_staff_confirm_is_refused_clearly(
    desk: Desk, office: Office
) -> None:
    hind = office.patient("Hind Lamrani", "212661000105")
    anas = office.patient("Anas Chraibi", "212661000106")
    appointment = office.book(hind, "dr-berrada", f"{DAY} 11:00")
    await desk.open()
    await desk.drag(appointment, "dr-berrada", "12:00")
    panel = await desk.panel()
    office.book(anas, "dr-berrada", f"{DAY} 12:00")

    await panel.get_by_role("button", name="Déplacer").click()

    await panel.get_by_text("pris par Anas Chraibi").wait_for()
    await panel.get_by_role("button", name="Fermer").last.click()
    await desk.page.locator(f"#block-{appointment.id}[data-start='660']").wait_for()
    assert office.services.scheduling.get(appointment.id) == appointment


async def test_outside_of_the_hours_staff_are_asked_twice(desk: Desk, office: Office) -> None:
    driss = office.patient("Driss Guessous", "212661000107")
    appointment = office.book(driss, "dr-berrada", f"{DAY} 16:00")
    await desk.open()
    await desk.drag(appointment, "dr-berrada", "13:15")
    panel = await desk.panel()
    assert "ne reçoit pas à ce moment" in await panel.inner_text()

    await panel.get_by_role("button", name="Déplacer quand même").click()

    await desk.page.locator(f"#block-{appointment.id}[data-start='795']").wait_for()


async def test_a_patient_arrives_and_is_seen_another_does_not_come(
    desk: Desk, office: Office
) -> None:
    zineb = office.patient("Zineb Kettani", "212661000108")
    hamza = office.patient("Hamza Ouali", "212661000109")
    comes = office.book(zineb, "dr-alami", "2026-11-23 09:30")
    stays_away = office.book(hamza, "dr-alami", "2026-11-23 08:30")
    await desk.open("day=2026-11-23&view=day")

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


async def test_what_others_do_appears_without_a_reload(desk: Desk, office: Office) -> None:
    ghita = office.patient("Ghita Benjelloun", "212661000110")
    await desk.open("day=2026-11-23&view=day")

    appointment = office.book(ghita, "dr-alami", "2026-11-23 10:30")
    await desk.block(appointment).wait_for()
    office.note(appointment, ChangeKind.ARRIVED)
    await desk.page.locator(f"#block-{appointment.id}.kind-arrived").wait_for()


async def test_leave_is_shown_first_and_then_tells_two_patients(desk: Desk, office: Office) -> None:
    first, second = "212661000111", "212661000112"
    imane = office.patient("Imane Sqalli", first)
    fatima = office.patient("فاطمة الإدريسي", second, language="ary")
    struck = office.book(imane, "dr-lahlou", "2026-12-02 10:30", "dermatology-visit")
    waits = office.book(fatima, "dr-lahlou", "2026-12-02 11:30", "dermatology-visit")
    told = office.count(first), office.count(second)
    page = desk.page
    await page.goto(f"{office.local.console_url}/agenda/closures")
    await page.select_option("#scope", "who:dr-lahlou")
    await page.fill("#first", "2026-12-02")
    await page.fill("#last", "2026-12-02")

    await page.get_by_role("button", name="Voir qui est concerné").click()
    preview = page.locator("#preview")
    assert "2 rendez-vous concernés" in await preview.inner_text()
    await preview.get_by_role("button", name="Fermer et prévenir").click()
    await page.get_by_text("C'est fermé").wait_for()
    assert await page.get_by_text("Horaires proposés, attend sa réponse").count() == 2

    french = office.newest(first, after=told[0])
    assert "ne pourra pas recevoir Imane Sqalli le mercredi 2 décembre" in french["text"]
    assert "ما غاديش يكون" in office.newest(second, after=told[1])["text"]
    for it in (struck, waits):
        assert office.services.scheduling.get(it.id).status is AppointmentStatus.PENDING

    await desk.open("day=2026-12-02&view=day&who=dr-lahlou")
    await page.locator(f"#block-{waits.id}.kind-to_move").wait_for()
    assert (await page.locator(".agenda-away").inner_text()).strip() == "Congé"


async def test_everything_by_keyboard(desk: Desk, office: Office) -> None:
    meryem = office.patient("Meryem Tazi", "212661000113")
    appointment = office.book(meryem, "dr-alami", "2026-11-26 09:00")
    await desk.open("view=week&who=dr-alami&day=2026-11-26")
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
    assert "À appeler" in await desk.toast()


async def test_a_known_patient_is_found_by_some_letters(desk: Desk, office: Office) -> None:
    office.patient("Youssef Amrani", "212661000114")
    await desk.open("day=2026-11-30&view=day&who=dr-alami")
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
    desk: Desk, office: Office
) -> None:
    page = desk.page
    await desk.open()
    await page.locator("button[name=language][value=ar]").click()
    await page.wait_for_selector("[dir=rtl]")
    await desk.open()
    columns = page.locator(".agenda-column")
    boxes = [await columns.nth(number).bounding_box() for number in (0, 1)]
    assert boxes[0]["x"] > boxes[1]["x"]
    hours = await page.locator(".agenda-hours").bounding_box()
    assert hours["x"] >= boxes[0]["x"]
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.locator("button[name=language][value=fr]").click()
    await page.wait_for_selector("[dir=ltr]")


async def test_on_a_phone_an_appointment_is_moved_by_taps(office: Office, browser: Any) -> None:
    asmae = office.patient("Asmae Filali", "212661000115")
    appointment = office.book(asmae, "dr-alami", "2026-12-01 09:00")
    context = await browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = await context.new_page()
    desk = Desk(page, office)
    await desk.log_in()
    await desk.open("day=2026-12-01&view=day&who=dr-alami")
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
    desk: Desk, office: Office, query: str, at: str
) -> None:
    somebody = office.patient("Hind Lamrani", f"2126610001{at[9]}0")
    appointment = office.book(somebody, "dr-alami", at)
    await desk.open(query)
    assert await serious_faults(desk.page) == []
    await desk.block(appointment).click()
    await desk.panel()
    assert await serious_faults(desk.page) == []


async def test_axe_finds_nothing_serious_where_time_is_closed_and_people_wait(
    desk: Desk, office: Office
) -> None:
    await desk.page.goto(f"{office.local.console_url}/agenda/closures")
    assert await serious_faults(desk.page) == []
    await desk.open()
    await desk.page.locator("[data-panel^='/agenda/walk-ins']").click()
    await desk.panel()
    assert await serious_faults(desk.page) == []
    await desk.page.get_by_label("Nom et prénom").fill("Rkia Mouline")
    await desk.page.get_by_role("button", name="Ajouter à la file").click()
    await desk.page.locator(".queue-item").wait_for()
    assert await serious_faults(desk.page) == []

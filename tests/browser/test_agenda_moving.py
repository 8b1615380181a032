"""Appointments dragged in the agenda: who is told, what is refused, what is taken back."""

from __future__ import annotations

import pytest

from tests.browser.agenda_desk import AgendaDesk
from tests.browser.staffed_clinic import StaffedClinic

pytestmark = pytest.mark.browser

DAY = "2026-11-24"


async def test_a_dragged_appointment_moves_and_the_patient_is_told(
    desk: AgendaDesk, office: StaffedClinic
) -> None:
    number = "212661000101"
    nadia = office.patient("Nadia Cherkaoui", number)
    appointment = office.book(nadia, "dr-alami", f"{DAY} 09:00")
    told = office.phones.count(number)
    await desk.look_at()

    await desk.drag(appointment, "dr-alami", "10:30")
    panel = await desk.panel()
    assert "10:30" in await panel.inner_text()
    await panel.get_by_role("button", name="Déplacer").click()

    assert "Nadia Cherkaoui" in await desk.last_toast()
    assert office.services.scheduling.get(appointment.id).start.hour == 10
    message = office.phones.newest(number, after=told)
    assert "La clinique a dû déplacer votre rendez-vous" in message["text"]
    assert "mardi 24 novembre à 10:30" in message["text"]


async def test_a_move_is_taken_back_by_one_click(desk: AgendaDesk, office: StaffedClinic) -> None:
    number = "212661000102"
    omar = office.patient("Omar Tahiri", number)
    appointment = office.book(omar, "dr-alami", f"{DAY} 11:00")
    await desk.look_at()
    await desk.drag(appointment, "dr-alami", "11:30")
    panel = await desk.panel()
    await panel.get_by_label("Prévenir le patient").uncheck()
    await panel.get_by_role("button", name="Déplacer").click()
    await desk.page.locator(f"#block-{appointment.id}[data-start='690']").wait_for()

    await desk.page.get_by_role("button", name="Annuler", exact=True).click()

    await desk.page.locator(f"#block-{appointment.id}[data-start='660']").wait_for()
    assert office.services.scheduling.get(appointment.id).start == appointment.start


async def test_dragging_onto_somebody_shows_who_and_changes_nothing(
    desk: AgendaDesk, office: StaffedClinic
) -> None:
    salma = office.patient("Salma Bennis", "212661000103")
    karim = office.patient("Karim El Fassi", "212661000104")
    appointment = office.book(salma, "dr-berrada", f"{DAY} 09:00")
    office.book(karim, "dr-berrada", f"{DAY} 10:00")
    await desk.look_at()

    await desk.drag(appointment, "dr-berrada", "10:00")
    panel = await desk.panel()
    assert "pris par Karim El Fassi, 10:00–10:20" in await panel.inner_text()
    await panel.get_by_role("button", name="Fermer").last.click()

    block = desk.page.locator(f"#block-{appointment.id}[data-start='540']")
    await block.wait_for()
    assert office.services.scheduling.get(appointment.id) == appointment


async def test_a_time_that_is_taken_while_staff_confirm_is_refused_clearly(
    desk: AgendaDesk, office: StaffedClinic
) -> None:
    hind = office.patient("Hind Lamrani", "212661000105")
    anas = office.patient("Anas Chraibi", "212661000106")
    appointment = office.book(hind, "dr-berrada", f"{DAY} 11:00")
    await desk.look_at()
    await desk.drag(appointment, "dr-berrada", "12:00")
    panel = await desk.panel()
    office.book(anas, "dr-berrada", f"{DAY} 12:00")

    await panel.get_by_role("button", name="Déplacer").click()

    await panel.get_by_text("pris par Anas Chraibi").wait_for()
    await panel.get_by_role("button", name="Fermer").last.click()
    await desk.page.locator(f"#block-{appointment.id}[data-start='660']").wait_for()
    assert office.services.scheduling.get(appointment.id) == appointment


async def test_outside_of_the_hours_staff_are_asked_twice(
    desk: AgendaDesk, office: StaffedClinic
) -> None:
    driss = office.patient("Driss Guessous", "212661000107")
    appointment = office.book(driss, "dr-berrada", f"{DAY} 16:00")
    await desk.look_at()
    await desk.drag(appointment, "dr-berrada", "13:15")
    panel = await desk.panel()
    assert "ne reçoit pas à ce moment" in await panel.inner_text()

    await panel.get_by_role("button", name="Déplacer quand même").click()

    await desk.page.locator(f"#block-{appointment.id}[data-start='795']").wait_for()

"""Who comes without an appointment, and what becomes of those who have one."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from clinic.staff.model import Role
from tests.browser.console_staff import Desk
from tests.browser.practice import Practice

pytestmark = pytest.mark.browser

TODAY = "2026-11-23"


async def at_the_agenda(practice: Practice, browser: Any, login: str, width: int = 1366) -> Desk:
    desk = await practice.sit_down(browser, login, width)
    await desk.goto(f"/agenda?day={TODAY}&view=day")
    await desk.page.wait_for_selector("[data-ready=yes]")
    return desk


async def open_queue(desk: Desk) -> Any:
    await desk.page.locator("[data-panel^='/agenda/walk-ins']").click()
    panel = desk.page.locator("#agenda-panel[open]")
    await panel.get_by_role("heading", name="Sans rendez-vous").wait_for()
    return panel


async def add(panel: Any, name: str) -> Any:
    """Puts somebody into the queue; returns their line."""
    await panel.get_by_label("Nom et prénom").fill(name)
    await panel.get_by_role("button", name="Ajouter à la file").click()
    line = panel.locator(".queue-item", has_text=name)
    await line.wait_for()
    return line


async def test_in_order_of_arrival_somebody_is_seen_and_somebody_leaves(
    practice: Practice, browser: Any
) -> None:
    practice.employ("samira", Role.RECEPTION)
    desk = await at_the_agenda(practice, browser, "samira")
    panel = await open_queue(desk)
    await panel.get_by_text("Personne n'attend sans rendez-vous").wait_for()
    rkia, hassan = await add(panel, "Rkia Mouline"), await add(panel, "Hassan Idrissi")
    names = await panel.locator(".queue-item strong").all_inner_texts()
    assert names == ["Rkia Mouline", "Hassan Idrissi"]
    count = desk.page.locator("#walk-in-count")
    await expect(count).to_have_text("2")
    await desk.looks_right("walk-ins")

    await rkia.get_by_role("button", name="Vu").click()
    await expect(rkia).to_contain_text("a été vu")
    await hassan.get_by_role("button", name="Est parti").click()
    await expect(hassan).to_contain_text("est parti")
    await expect(count).to_be_hidden()
    await desk.looks_right("walk-ins-over")

    # Both can be taken back.
    for line in (rkia, hassan):
        await line.get_by_role("button", name="Remettre dans la file").click()
        await line.get_by_role("button", name="Est parti").wait_for()
    await expect(count).to_have_text("2")
    assert desk.errors == []


async def test_what_is_no_name_is_refused_and_a_known_patient_is_found(
    practice: Practice, browser: Any
) -> None:
    practice.employ("samira", Role.RECEPTION)
    practice.patient("Youssef Amrani", "212661000031")
    desk = await at_the_agenda(practice, browser, "samira", width=360)
    panel = await open_queue(desk)
    await panel.get_by_label("Nom et prénom").fill("12")
    await panel.get_by_role("button", name="Ajouter à la file").click()
    await panel.locator(".error-line", has_text="Écrivez le nom").wait_for()
    await panel.get_by_label("Nom et prénom").fill("")
    await panel.get_by_label("Nom et prénom").press_sequentially("yous")
    await panel.get_by_role("button", name="Youssef Amrani").click()
    await panel.get_by_role("button", name="Ajouter à la file").click()
    line = panel.locator(".queue-item", has_text="Youssef Amrani")
    await expect(line).to_contain_text("vient d'arriver")
    await desk.looks_right("walk-ins-phone")
    (waiting,) = practice.services.walk_ins.of_day(practice.services.clock.now().date())
    assert waiting.patient is not None


async def test_a_colleague_sees_the_queue_grow_without_a_reload(
    practice: Practice, browser: Any
) -> None:
    samira = practice.employ("samira", Role.RECEPTION)
    desk = await at_the_agenda(practice, browser, "samira")
    await expect(desk.page.locator("#walk-in-count")).to_be_hidden()

    practice.services.walk_ins.add("maarif", by=samira.id, name="Rkia Mouline")

    await expect(desk.page.locator("#walk-in-count")).to_have_text("1")


async def test_arrived_seen_and_not_come_with_the_keyboard(
    practice: Practice, browser: Any
) -> None:
    practice.employ("samira", Role.RECEPTION)
    zineb = practice.patient("Zineb Kettani", "212661000032")
    hamza = practice.patient("Hamza Ouali", "212661000033")
    comes = practice.book(zineb, "dr-alami", f"{TODAY} 09:30")
    stays_away = practice.book(hamza, "dr-alami", f"{TODAY} 08:30")
    desk = await at_the_agenda(practice, browser, "samira")

    async def choose(appointment: Any, button: str) -> None:
        await desk.page.locator(f"#block-{appointment.id}").focus()
        await desk.page.keyboard.press("Enter")
        found = desk.page.locator("#agenda-panel[open]").get_by_role("button", name=button)
        await found.focus()
        await desk.page.keyboard.press("Enter")

    def block(appointment: Any, kind: str) -> Any:
        return desk.page.locator(f"#block-{appointment.id}.kind-{kind}")

    await choose(comes, "Est arrivé")
    await block(comes, "arrived").wait_for()
    await choose(comes, "A été vu")
    await block(comes, "fulfilled").wait_for()
    await choose(stays_away, "Ne s'est pas présenté")
    await block(stays_away, "noshow").wait_for()
    await desk.looks_right("agenda-states")
    assert desk.errors == []

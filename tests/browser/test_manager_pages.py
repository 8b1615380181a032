"""The manager's pages: figures and their file, the clinic file and its versions, the review."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from clinic.adapters.review import ReviewMessages
from clinic.review.model import Guess, ReviewSource
from clinic.staff.model import Role
from tests.browser.console_staff import Desk
from tests.browser.practice import Practice

pytestmark = pytest.mark.browser


@pytest.fixture
def clinic(practice: Practice) -> Practice:
    practice.employ("hind", Role.MANAGER, Role.ADMIN)
    return practice


async def downloaded(desk: Desk, link: str) -> tuple[str, str]:
    """Follows a link; returns the name and the text of the file that it gives."""
    async with desk.page.expect_download() as started:
        await desk.page.get_by_role("link", name=link).click()
    download = await started.value
    return download.suggested_filename, Path(await download.path()).read_text("utf-8-sig")


async def test_the_file_has_the_numbers_of_the_charts(clinic: Practice, browser: Any) -> None:
    salma = clinic.patient("Salma Benali", "212661000051")
    for at in ("2026-11-23 10:30", "2026-11-24 10:00"):
        clinic.book(salma, "dr-alami", at)
    desk = await clinic.sit_down(browser, "hind")
    await desk.goto("/figures")
    tile = desk.page.locator(".tile", has_text="Rendez-vous pris")
    await expect(tile.locator(".tile-value")).to_have_text("2")
    summary = desk.page.locator("details.numbers summary").first
    await summary.focus()
    await desk.page.keyboard.press("Enter")
    await desk.page.locator("details.numbers table").first.wait_for()
    await desk.looks_right("figures")

    name, text = await downloaded(desk, "Exporter")
    assert name.startswith("indicateurs-")
    assert name.endswith(".csv")
    rows = list(csv.DictReader(text.splitlines()))
    booked = [int(row["valeur"]) for row in rows if row["indicateur"] == "Rendez-vous pris"]
    assert sum(booked) == 2
    assert "Salma" not in text


async def test_a_period_is_chosen_and_one_that_makes_no_sense_is_told(
    clinic: Practice, browser: Any
) -> None:
    desk = await clinic.sit_down(browser, "hind", width=360)
    await desk.goto("/figures")
    await desk.page.get_by_role("link", name="7 jours").click()
    await expect(desk.page.get_by_label("Du", exact=True)).to_have_value("2026-11-17")
    await desk.page.get_by_label("Du", exact=True).fill("2026-11-30")
    await desk.button("Afficher").click()
    await desk.page.locator(".error-line", has_text="Cette période n'est pas valable").wait_for()
    await desk.looks_right("figures-phone")


async def test_hours_are_changed_corrected_and_brought_back(clinic: Practice, browser: Any) -> None:
    desk = await clinic.sit_down(browser, "hind")
    await desk.goto("/clinic-file/hours")
    saturday = desk.page.get_by_label("samedi, Habituel").first
    before = await saturday.input_value()
    await saturday.fill("09:00-25:00")
    await desk.button("Enregistrer").click()
    await desk.page.locator(".error-line", has_text="Rien n'est enregistré").wait_for()
    faults = await desk.page.locator(".fault-list").inner_text()
    assert "Maârif, samedi « 25:00 » n'est pas une heure" in faults
    assert "Dr Karim Benjelloun" in faults
    assert "[0]" not in faults
    saturday = desk.page.get_by_label("samedi, Habituel").first
    assert await saturday.get_attribute("aria-invalid") == "true"
    assert await saturday.input_value() == "09:00-25:00"
    await desk.looks_right("hours-fault")
    await saturday.fill("08:00-19:30")
    await saturday.press("Enter")
    await desk.toast("c'est en vigueur")

    await desk.goto("/clinic-file/history")
    await desk.page.get_by_role("link", name="Différences de la version 1").click()
    await desk.page.locator(".line-added", has_text="08:00-19:30").wait_for()
    await desk.looks_right("hours-difference")
    await desk.goto("/clinic-file/history")
    desk.page.once("dialog", lambda dialog: dialog.accept())
    await desk.page.get_by_role("button", name="Restaurer la version 0").click()
    await desk.toast("de nouveau en vigueur")
    await desk.goto("/clinic-file/hours")
    assert await desk.page.get_by_label("samedi, Habituel").first.input_value() == before


async def test_of_two_who_change_the_file_the_second_is_told(
    clinic: Practice, browser: Any
) -> None:
    clinic.employ("anas", Role.MANAGER)
    first = await clinic.sit_down(browser, "hind")
    second = await clinic.sit_down(browser, "anas")
    for desk in (first, second):
        await desk.goto("/clinic-file/prices")
    price = "Détartrage, prix en dirhams"
    await first.page.get_by_label(price).fill("435")
    await first.button("Enregistrer").click()
    await first.toast("c'est en vigueur")
    await second.page.get_by_label(price).fill("450")
    await second.button("Enregistrer").click()
    await second.page.locator(".error-line", has_text="entre-temps").wait_for()
    assert await second.page.get_by_label(price).input_value() == "435"


async def test_a_message_is_learnt_taken_back_and_ignored(clinic: Practice, browser: Any) -> None:
    words = "blorp quux zorglub frimousse"
    contact_id = clinic.patient("Salma Benali", "212661000052").contact_id
    with clinic.services.database.write() as tx:
        guesses = [Guess("ask_price", 0.4), Guess("greet", 0.3)]
        source, now = ReviewSource.NOT_UNDERSTOOD, clinic.services.clock.now()
        ReviewMessages(tx).add(contact_id, "m1", words, "fr", guesses, source, now)
    desk = await clinic.sit_down(browser, "hind", width=360)
    await desk.goto("/review")
    card = desk.page.locator(".review", has_text=words)
    await expect(card).to_contain_text("40 %")
    await card.locator("select").select_option("ask_opening_hours")
    await desk.looks_right("review-phone")
    await card.get_by_role("button", name="Apprendre").click()
    await desk.toast("Ajouté au correctif")

    await desk.goto("/review/labelled")
    await desk.looks_right("review-labelled-phone")
    name, patch = await downloaded(desk, "Télécharger")
    assert name.endswith(".patch")
    assert f"+    - {words}\n" in patch
    await desk.page.get_by_role("button", name="Revenir").click()
    await desk.toast("de nouveau à relire")
    await desk.goto("/review")
    await desk.page.get_by_role("button", name="Ignorer").click()
    await desk.page.get_by_text("Rien à relire").wait_for()

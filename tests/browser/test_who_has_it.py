"""A conversation goes from hand to hand: given to somebody, put off, back in the queue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import expect

from clinic.adapters.handoffs import Handoffs
from clinic.clock import ShiftedClock
from clinic.patients.model import Patient
from clinic.staff.model import Role
from tests.browser.console_staff import Desk
from tests.browser.practice import Practice

pytestmark = pytest.mark.browser


@pytest.fixture
def salma(practice: Practice) -> Patient:
    """A patient who waits; Nadia, Omar and Amal, who is away, work here."""
    practice.employ("nadia", Role.RECEPTION)
    practice.employ("omar", Role.RECEPTION)
    amal = practice.employ("amal", Role.NURSE)
    practice.employ("hind", Role.MANAGER)
    practice.services.staff.set_away(amal.id, True)
    patient = practice.patient("Salma Benali", "212661000041")
    practice.wants_person(patient)
    return patient


async def takes(practice: Practice, browser: Any, patient: Patient, width: int = 1366) -> Desk:
    """Nadia opens the conversation and takes it."""
    desk = await practice.sit_down(browser, "nadia", width)
    await desk.goto(f"/inbox/{patient.contact_id}")
    await desk.page.get_by_test_id("take").click()
    await state(desk, "Vous êtes en charge")
    return desk


async def state(desk: Desk, words: str) -> None:
    await expect(desk.page.get_by_test_id("state")).to_contain_text(words)


async def actions(desk: Desk) -> Any:
    await desk.button("Plus d'actions").click()
    dialog = desk.page.locator("#actions[open]")
    await dialog.wait_for()
    return dialog


async def test_a_conversation_is_given_to_a_colleague_who_sees_it_come(
    practice: Practice, salma: Patient, browser: Any
) -> None:
    omar = await practice.sit_down(browser, "omar")
    await omar.goto("/inbox?tab=mine")
    await omar.page.get_by_text("Aucune conversation en main").wait_for()
    nadia = await takes(practice, browser, salma)
    dialog = await actions(nadia)
    names = [name.split()[-1] for name in await dialog.locator(".assign button").all_inner_texts()]
    assert sorted(names) == ["Hind", "Omar"]  # Amal is away
    await nadia.looks_right("conversation-actions")
    await dialog.get_by_role("button", name="Omar").click()

    await nadia.toast("Conversation confiée")
    await state(nadia, "Omar est en charge")
    await omar.row("Salma Benali").wait_for(timeout=15_000)
    await omar.open("Salma Benali")
    await state(omar, "Vous êtes en charge")
    # Who has given it away answers nobody by mistake.
    await nadia.page.fill("#reply", "Bonjour Salma")
    await nadia.page.get_by_test_id("send").click()
    await nadia.page.locator(".composer .error-line", has_text="Omar s'occupe déjà").wait_for()
    assert await nadia.page.input_value("#reply") == "Bonjour Salma"
    await nadia.page.get_by_test_id("take-over").click()
    await state(nadia, "Vous êtes en charge")
    await state(omar, "Nadia est en charge")


async def test_who_goes_away_leaves_what_waits_to_the_others(
    practice: Practice, salma: Patient, browser: Any
) -> None:
    omar = await practice.sit_down(browser, "omar")
    nadia = await takes(practice, browser, salma)
    await nadia.goto("/account")
    await nadia.button("Passer en absence").click()
    await nadia.toast("Vous êtes noté absent")
    await nadia.looks_right("account-away")
    await omar.goto("/inbox?tab=unread")
    await omar.row("Salma Benali").wait_for()
    await omar.open("Salma Benali")
    await state(omar, "En attente d'une personne")
    await omar.page.get_by_test_id("take").click()
    dialog = await actions(omar)
    assert "Nadia" not in await dialog.inner_text()

    await nadia.goto("/inbox")
    await nadia.page.locator(".list-note", has_text="Vous êtes noté absent").wait_for()
    await nadia.goto("/account")
    await nadia.button("Je suis de retour").click()
    await nadia.toast("Vous êtes disponible")


async def test_what_is_put_off_comes_back_by_itself(
    practice: Practice, salma: Patient, browser: Any
) -> None:
    nadia = await takes(practice, browser, salma)
    await (await actions(nadia)).get_by_role("button", name="Une heure").click()
    await nadia.page.get_by_text("Conversation mise en pause").wait_for()
    await expect(nadia.row("Salma Benali")).to_have_count(0)
    await nadia.looks_right("inbox-snoozed")
    await nadia.goto("/inbox?tab=snoozed")
    await nadia.row("Salma Benali").wait_for()

    clock = practice.services.clock
    assert isinstance(clock, ShiftedClock)
    clock.advance(timedelta(minutes=61))

    await nadia.goto("/inbox")
    await nadia.row("Salma Benali").wait_for()
    assert nadia.errors == []


async def test_a_pause_ends_when_the_patient_writes_or_by_undo(
    practice: Practice, salma: Patient, browser: Any
) -> None:
    nadia = await takes(practice, browser, salma, width=360)
    await (await actions(nadia)).get_by_role("button", name="prochaine ouverture").click()
    await expect(nadia.row("Salma Benali")).to_have_count(0)
    await nadia.button("Annuler").click()
    await nadia.toast("C'est annulé")
    await nadia.page.locator("[data-testid=state] .badge").wait_for(state="detached")

    await (await actions(nadia)).get_by_role("button", name="Trois heures").click()
    await expect(nadia.row("Salma Benali")).to_have_count(0)
    with practice.services.database.write() as tx:
        Handoffs(tx).note_patient(salma.contact_id, practice.services.clock.now())
    await nadia.row("Salma Benali").wait_for(timeout=15_000)
    assert nadia.errors == []


async def test_back_in_the_queue_and_resolved_with_undo(
    practice: Practice, salma: Patient, browser: Any
) -> None:
    nadia = await takes(practice, browser, salma)
    await (await actions(nadia)).get_by_role("button", name="Remettre dans la file").click()
    await nadia.page.get_by_text("Conversation remise dans la file").wait_for()
    await nadia.open("Salma Benali")
    await state(nadia, "En attente d'une personne")
    await nadia.page.get_by_test_id("take").click()
    await nadia.page.get_by_test_id("resolve").click()
    await nadia.page.get_by_text("Conversation terminée").wait_for()
    await expect(nadia.row("Salma Benali")).to_have_count(0)
    await nadia.goto("/inbox?tab=resolved")
    await nadia.row("Salma Benali").wait_for()
    await nadia.page.go_back()
    await nadia.button("Annuler").click()
    await state(nadia, "Vous êtes en charge")

"""Whom reception calls: reminders that did not arrive or were not answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import expect
from sqlalchemy import update

from clinic.adapters.contacts import Contacts
from clinic.adapters.outbox import Outbox
from clinic.adapters.tables.messaging import outbox
from clinic.messaging.model import OutboxKind, OutboxStatus
from clinic.notifications.keys import reminder_key
from clinic.staff.model import Role
from tests.browser.console_staff import Desk
from tests.browser.practice import Practice
from whatsapp.messages import OutgoingMessage

pytestmark = pytest.mark.browser

PAGE = "/requests/calls"


def reminded(practice: Practice, name: str, number: str, status: OutboxStatus, at: str) -> None:
    """Somebody with an appointment whose reminder of four hours ago came as far as `status`."""
    patient = practice.patient(name, number)
    appointment = practice.book(patient, "dr-alami", at)
    services = practice.services
    sent_at = services.clock.now() - timedelta(hours=4)
    with services.database.write() as tx:
        contact = Contacts(tx).get(patient.contact_id)
        assert contact is not None
        key = reminder_key(appointment.id, "24h", appointment.version)
        message = OutgoingMessage(text="Rappel")
        Outbox(tx).add(
            contact, message, key=key, kind=OutboxKind.NOTICE, now=sent_at, purpose="reminders"
        )
        tx.connection.execute(
            update(outbox).where(outbox.c.key.like(f"{key}%")).values(status=status.value)
        )


@pytest.fixture
def clinic(practice: Practice) -> Practice:
    """Two to call and one whose reminder is under way."""
    practice.employ("nadia", Role.RECEPTION)
    failed, read = OutboxStatus.FAILED, OutboxStatus.READ
    reminded(practice, "Salma Benali", "212661000021", failed, "2026-11-24 10:00")
    reminded(practice, "Karim El Fassi", "212661000022", read, "2026-11-24 09:00")
    reminded(practice, "Omar Tahiri", "212661000023", OutboxStatus.QUEUED, "2026-11-24 11:00")
    return practice


def card(desk: Desk, name: str) -> Any:
    return desk.page.locator(".call", has_text=name)


async def test_the_next_appointment_is_first_with_why_and_whom_to_call(
    clinic: Practice, browser: Any
) -> None:
    desk = await clinic.sit_down(browser, "nadia")
    await desk.goto(PAGE)
    names = [name.strip() for name in await desk.page.locator(".call h2").all_inner_texts()]
    assert names == ["Karim El Fassi", "Salma Benali"]
    karim, salma = card(desk, "Karim"), card(desk, "Salma")
    await expect(karim).to_contain_text("Rappel sans réponse")
    await expect(salma).to_contain_text("Message non distribué")
    await expect(salma).to_contain_text("mar. 24 nov. 10:00")
    assert await salma.get_by_role("link").get_attribute("href") == "tel:+212661000021"
    await desk.looks_right("calls")


async def test_a_try_is_noted_and_who_was_reached_leaves_the_list(
    clinic: Practice, browser: Any
) -> None:
    desk = await clinic.sit_down(browser, "nadia", width=360)
    await desk.goto(PAGE)
    salma = card(desk, "Salma")
    await salma.get_by_label("Note de l'appel").fill("Messagerie")
    await salma.get_by_role("button", name="Pas de réponse").click()
    await desk.toast("le patient reste dans la liste")
    await expect(salma.locator(".tries")).to_contain_text("Messagerie")
    await desk.looks_right("calls-tried-phone")

    await salma.get_by_role("button", name="Joint").click()
    await desk.toast("Appel noté")
    await expect(card(desk, "Salma")).to_have_count(0)
    await expect(card(desk, "Karim")).to_have_count(1)


async def test_a_call_noted_by_mistake_is_taken_back(clinic: Practice, browser: Any) -> None:
    desk = await clinic.sit_down(browser, "nadia")
    await desk.goto(PAGE)
    await card(desk, "Salma").get_by_role("button", name="Joint").click()
    await expect(card(desk, "Salma")).to_have_count(0)
    await desk.looks_right("calls-undo")
    await desk.button("Annuler").click()

    await desk.toast("de nouveau dans la liste")
    await expect(card(desk, "Salma")).to_have_count(1)
    assert await card(desk, "Salma").locator(".tries").count() == 0


async def test_with_the_keyboard_alone_to_the_empty_list(clinic: Practice, browser: Any) -> None:
    desk = await clinic.sit_down(browser, "nadia")
    await desk.goto(PAGE)
    keys = desk.page.keyboard
    for left in (1, 0):
        await desk.page.locator(".call input[name=words]").first.focus()
        await keys.type("Vient")
        await keys.press("Tab")
        await keys.press("Enter")
        await desk.toast("Appel noté")
        await expect(desk.page.locator(".call")).to_have_count(left)
    await desk.page.get_by_text("Personne à appeler").wait_for()
    await desk.looks_right("calls-none")

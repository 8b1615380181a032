"""Every page in French and Arabic, on a desk and on a narrow phone: nothing serious, none too wide.

Forms with faults are looked at where they are tried.
"""

from __future__ import annotations

from typing import Any

import pytest

from clinic.facts.codes import RequestKind
from clinic.handoff.model import Priority
from clinic.requests.model import NewRequest
from clinic.staff.model import Role
from tests.browser.console_staff import Desk
from tests.browser.practice import Practice

pytestmark = pytest.mark.browser

EVERY_ROLE = (Role.RECEPTION, Role.DOCTOR, Role.MANAGER, Role.ADMIN)
PAGES = (
    "/inbox",
    "/inbox?tab=mine",
    "/inbox?tab=resolved",
    "/agenda?day=2026-11-24&view=day",
    "/agenda?day=2026-11-24&view=week&who=dr-alami",
    "/agenda/closures",
    "/requests",
    "/requests/answered",
    "/requests/deposits",
    "/requests/calls",
    "/figures",
    "/clinic-file/hours",
    "/clinic-file/prices",
    "/clinic-file/texts",
    "/clinic-file/nurses",
    "/clinic-file/history",
    "/review",
    "/review/labelled",
    "/account",
    "/account/password",
    "/accounts",
    "/accounts/new",
    "/nowhere",
)


def fill(practice: Practice) -> list[str]:
    """A little of everything; returns the pages of single things."""
    pages: list[str] = []
    salma = practice.patient("Salma Benali", "212661000061")
    fatima = practice.patient("فاطمة الإدريسي", "212661000062", language="ary")
    practice.wants_person(salma, Priority.STAT, "emergency")
    practice.wants_person(fatima)
    for patient in (salma, fatima):
        practice.book(patient, "dr-alami", f"2026-11-24 1{len(pages)}:00")
        pages.append(f"/inbox/{patient.contact_id}")
    practice.close_window("212661000062")
    for kind in (
        RequestKind.PRESCRIPTION_RENEWAL,
        RequestKind.DOCUMENT,
        RequestKind.RESULTS,
        RequestKind.INSURANCE_CARD,
    ):
        asked = NewRequest(salma.contact_id, kind, kind.value, salma.id, {"detail": "Amlor"})
        pages.append(f"/requests/{practice.services.requests.open(asked).id}")
    return pages


@pytest.mark.parametrize("language", ["fr", "ar"])
async def test_every_page_on_a_desk_and_on_a_phone(
    language: str, practice: Practice, browser: Any
) -> None:
    member = practice.employ("hind", *EVERY_ROLE, language=language, practitioner="dr-alami")
    pages = [*PAGES, *fill(practice), f"/accounts/{member.id}"]
    desk = await practice.sit_down(browser, "hind")
    direction = await desk.page.evaluate("document.documentElement.dir")
    assert direction == {"fr": "ltr", "ar": "rtl"}[language]
    for number, path in enumerate(pages):
        await desk.page.goto(f"{practice.console_url}{path}")
        await desk.page.locator("main").wait_for()
        for width in (1366, 360):
            await desk.page.set_viewport_size({"width": width, "height": 780})
            await desk.looks_right(f"page-{number:02}-{language}-{width}")


async def test_what_opens_on_a_page_in_arabic_on_a_phone(practice: Practice, browser: Any) -> None:
    practice.employ("hind", *EVERY_ROLE, language="ar")
    conversation, *_ = fill(practice)
    desk = await practice.sit_down(browser, "hind", width=360)
    page = desk.page

    async def opens(button: str, shown: str) -> None:
        """Opens something, looks at it and closes it again."""
        await page.locator(button).first.click()
        await page.locator(shown).first.wait_for()
        await desk.looks_right(f"opened-{button.strip('[].#^=').split('=')[-1][-12:]}-ar-360")
        box = await page.locator("dialog[open]").bounding_box()
        assert box["x"] >= 0, button
        assert box["x"] + box["width"] <= 360, button
        await page.keyboard.press("Escape")
        await page.locator("dialog[open]").wait_for(state="detached")

    await desk.goto(conversation)
    await opens("#open-actions", "#actions[open]")
    await page.locator(".card-toggle").click()
    await opens("#open-book", "#book .slot")
    await opens("[id^=open-move]", "dialog[open] .slot")
    await opens("[id^=open-cancel]", "dialog[open] .button-danger")
    await desk.goto("/agenda?day=2026-11-24&view=day&who=dr-alami")
    await page.wait_for_selector("[data-ready=yes]")
    await opens("[data-panel*=walk-ins]", "#agenda-panel[open] .queue-form")
    await opens("[data-panel*=new]", "#agenda-panel[open] #book-day")
    await opens(".block", "#agenda-panel[open] .history")


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
async def test_the_pages_before_the_login(language: str, practice: Practice, browser: Any) -> None:
    context = await browser.new_context(viewport={"width": 360, "height": 740}, locale=language)
    desk = Desk(await context.new_page(), practice.console_url)
    await desk.page.goto(f"{practice.console_url}/login")
    assert await desk.page.locator("html").get_attribute("lang") == language
    await desk.looks_right(f"login-{language}-360")

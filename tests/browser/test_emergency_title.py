"""The title says that there is an emergency for as long as nobody has it."""

from __future__ import annotations

from typing import Any

import pytest

from clinic.handoff.model import Priority
from clinic.staff.model import Role
from tests.browser.console_staff import Desk
from tests.browser.practice import Practice

pytestmark = pytest.mark.browser


def emergency(practice: Practice, number: str) -> str:
    patient = practice.patient("Zineb Alaoui", number)
    practice.wants_person(patient, Priority.STAT, "emergency")
    return patient.contact_id


async def title(desk: Desk, beginning: str) -> None:
    """Waits for a title."""
    await desk.page.wait_for_function(
        "beginning => document.title.startsWith(beginning)", arg=beginning, timeout=10_000
    )


@pytest.mark.parametrize("path", ["/account", "/inbox"])
async def test_the_title_counts_emergencies_until_somebody_has_them(
    path: str, practice: Practice, browser: Any
) -> None:
    nadia = practice.employ("nadia", Role.RECEPTION)
    first = emergency(practice, "212661000001")
    desk = await practice.sit_down(browser, "nadia")
    # Where somebody comes later, and opens another page, it is said as well.
    await desk.goto(path)
    await title(desk, "(1) URGENCE")
    second = emergency(practice, "212661000002")
    await title(desk, "(2) URGENCE")

    await desk.page.click("h1")
    await desk.page.keyboard.press("Shift")
    await desk.page.wait_for_timeout(300)
    assert (await desk.page.title()).startswith("(2) URGENCE")

    practice.services.staff_desk.take(first, nadia)
    await title(desk, "(1) URGENCE")
    practice.services.staff_desk.take(second, nadia)
    await desk.page.wait_for_function("() => !document.title.includes('URGENCE')", timeout=10_000)
    assert desk.errors == []

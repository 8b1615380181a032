"""The console without assistant and phones: long conversations, late ones, hours, a finger."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from clinic.agenda.model import Placement
from clinic.bootstrap import Services
from clinic.clock import ShiftedClock
from clinic.handoff.model import Priority
from clinic.handoff.transcript import PAGE_LENGTH
from clinic.staff.accounts import COMMAND_LINE
from clinic.staff.model import NewMember, Role, SiteRole
from console.app import create_app
from tests.browser.accessibility import serious_faults
from tests.browser.console_staff import Desk
from tests.console import PASSWORD, console_services, receive

FINGER = 44
"""Pixels."""
_SECONDS = 30


@dataclass
class ConsoleAlone:
    """A console that listens, and the services behind it."""

    services: Services
    url: str
    messages: int = 0

    def receive(self, number: str, text: str) -> str:
        """Lets a patient write; returns the contact's id."""
        self.messages += 1
        return receive(self.services, number, text, self.messages)

    def wait(self, **span: float) -> None:
        assert isinstance(self.services.clock, ShiftedClock)
        self.services.clock.advance(timedelta(**span))


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[ConsoleAlone]:
    wired = console_services(f"sqlite:///{tmp_path / 'clinic.db'}")
    roles = frozenset({SiteRole(Role.RECEPTION), SiteRole(Role.MANAGER)})
    wired.staff.create(NewMember("nadia", "Nadia", PASSWORD, roles), COMMAND_LINE)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_app(wired), log_level="warning", ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until = time.monotonic() + _SECONDS
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    yield ConsoleAlone(wired, f"http://127.0.0.1:{listener.getsockname()[1]}")
    server.should_exit = True
    thread.join(_SECONDS)
    listener.close()
    wired.database.close()


async def at_desk(alone: ConsoleAlone, browser: Any, **values: Any) -> Desk:
    context = await browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **values})
    desk = Desk(await context.new_page(), alone.url)
    await desk.log_in("nadia", PASSWORD)
    return desk


async def test_earlier_messages_come_by_keyboard_and_nothing_moves(
    alone: ConsoleAlone, browser: Any
) -> None:
    contact_id = alone.receive("212661000001", "Le tout premier")
    alone.services.handoff.open(contact_id, Priority.ROUTINE, "request_human")
    for number in range(PAGE_LENGTH + 20):
        alone.wait(seconds=1)
        alone.receive("212661000001", f"message {number}")
    desk = await at_desk(alone, browser)
    page = desk.page
    await page.goto(f"{alone.url}/inbox/{contact_id}")
    bubbles = page.locator(".bubble")
    assert await bubbles.count() == PAGE_LENGTH
    first = bubbles.first
    text = await first.locator(".bubble-text").inner_text()
    await page.locator("#earlier-button").focus()
    await page.evaluate("document.getElementById('thread').scrollTop = 0")
    place = (await first.bounding_box())["y"]

    await page.keyboard.press("Enter")
    await bubbles.nth(PAGE_LENGTH).wait_for()

    assert await bubbles.count() == PAGE_LENGTH + 21
    same = page.locator(".bubble", has=page.get_by_text(text, exact=True))
    assert abs((await same.bounding_box())["y"] - place) < 2
    assert await page.get_by_text("Début de la conversation").count() == 1
    assert await page.evaluate("document.activeElement.id") == "thread"
    # What comes live leaves it all where it is.
    alone.wait(seconds=1)
    alone.receive("212661000001", "le plus récent")
    await page.get_by_text("le plus récent").first.wait_for()
    await bubbles.nth(PAGE_LENGTH + 21).wait_for()
    assert abs((await same.bounding_box())["y"] - place) < 2
    assert await serious_faults(page) == []
    assert desk.errors == []


async def test_a_late_conversation_says_so_on_any_page_and_stands_above(
    alone: ConsoleAlone, browser: Any
) -> None:
    late = alone.receive("212661000001", "Allô ?")
    alone.services.handoff.open(late, Priority.ROUTINE, "request_human")
    desk = await at_desk(alone, browser)
    await desk.page.goto(f"{alone.url}/agenda")
    await desk.page.locator("body[data-connected=yes]").wait_for()
    alone.wait(minutes=121)
    fresh = alone.receive("212661000002", "Bonjour")
    alone.services.handoff.open(fresh, Priority.ASAP, "complain")
    alone.services.handoff_watch.look()

    toast = desk.page.locator(".toast-warn a")
    await toast.wait_for()
    await desk.page.locator("#nav-count.count-late").wait_for()
    await toast.click()
    await desk.page.locator(f"#row-{late}").wait_for()
    rows = await desk.page.locator(".row").evaluate_all("rows => rows.map((row) => row.id)")
    assert rows == [f"row-{late}", f"row-{fresh}"]
    assert "En retard" in await desk.page.locator(f"#row-{late}").inner_text()
    assert await serious_faults(desk.page) == []
    assert desk.errors == []


async def test_enter_in_a_field_of_the_hours_saves_and_removes_nothing(
    alone: ConsoleAlone, browser: Any
) -> None:
    desk = await at_desk(alone, browser)
    page = desk.page
    await page.goto(f"{alone.url}/clinic-file/practitioners/dr-alami")
    assert await serious_faults(page) == []
    field = page.locator("input[name='practitioners[2].schedule[0].breaks']")
    await field.fill("12:00-14:00")
    await field.press("Enter")
    await page.wait_for_url("**/clinic-file/practitioners")
    assert await serious_faults(page) == []
    alone.services.clinic_file.refresh()
    schedule = alone.services.clinic.practitioner("dr-alami").schedule
    assert [str(block.breaks[0]) for block in schedule if block.breaks] == ["12:00-14:00"] * 5
    assert len(schedule) == 6
    assert desk.errors == []


async def test_on_a_phone_blocks_of_the_agenda_and_its_switch_are_high_enough_for_a_finger(
    alone: ConsoleAlone, browser: Any
) -> None:
    zone = alone.services.clinic.zone
    for number, at in enumerate(("10:00", "10:20", "10:40")):
        start = datetime.fromisoformat(f"2026-11-24T{at}").replace(tzinfo=zone)
        whom = alone.services.directory.add("Salma Benali", f"066100000{number}", by="staff")
        alone.services.agenda.book(
            Placement("dr-alami", start), "gp-consultation", whom.id, by="staff", key=at, tell=False
        )
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    desk = await at_desk(alone, browser, **phone)
    await desk.page.goto(f"{alone.url}/agenda?day=2026-11-24&who=dr-alami")
    await desk.page.locator(".block").nth(2).wait_for()
    boxes = [
        await one.bounding_box()
        for name in (".block", ".segments a")
        for one in await desk.page.locator(name).all()
    ]
    assert len(boxes) == 5
    assert min(box["height"] for box in boxes) >= FINGER
    # One after the other: none covers a part of the next.
    blocks = boxes[:3]
    assert all(a["y"] + a["height"] <= b["y"] for a, b in pairwise(blocks))
    assert desk.errors == []

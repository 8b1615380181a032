"""The title says that there is an emergency for as long as nobody has it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from clinic.adapters.contacts import Contacts
from clinic.handoff.model import Priority
from clinic.staff.model import Role
from tests.browser.conftest import CHROMIUM
from tests.browser.console_staff import Desk
from tests.console import PASSWORD, ConsoleUnderTest

pytestmark = pytest.mark.browser


@pytest.fixture
def address(console: ConsoleUnderTest) -> Iterator[str]:
    """The console of the test at a port of its own, without an assistant."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed")
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(console.app, log_level="warning", ws="none", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def emergency(console: ConsoleUnderTest, number: str) -> str:
    with console.services.database.write() as tx:
        contact = Contacts(tx).find_or_create(
            phone=number, user_id=None, profile_name="Zineb", now=console.services.clock.now()
        )
    console.services.handoff.open(contact.id, Priority.STAT, "emergency")
    return contact.id


async def title(desk: Desk, beginning: str) -> None:
    """Waits for a title."""
    await desk.page.wait_for_function(
        "beginning => document.title.startsWith(beginning)", arg=beginning, timeout=10_000
    )


@pytest.mark.parametrize("path", ["/account", "/inbox"])
async def test_the_title_counts_emergencies_until_somebody_has_them(
    path: str, console: ConsoleUnderTest, address: str, browser: Any
) -> None:
    nadia = console.create("nadia", Role.RECEPTION)
    first = emergency(console, "212661000001")
    desk = Desk(await browser.new_page(), address)
    await desk.log_in("nadia", PASSWORD)
    # Where somebody comes later, and opens another page, it is said as well.
    await desk.page.goto(address + path)
    await desk.live()
    await title(desk, "(1) URGENCE")
    second = emergency(console, "212661000002")
    await title(desk, "(2) URGENCE")

    await desk.page.click("h1")
    await desk.page.keyboard.press("Shift")
    await desk.page.wait_for_timeout(300)
    assert (await desk.page.title()).startswith("(2) URGENCE")

    console.services.staff_desk.take(first, nadia)
    await title(desk, "(1) URGENCE")
    console.services.staff_desk.take(second, nadia)
    await desk.page.wait_for_function("() => !document.title.includes('URGENCE')", timeout=10_000)
    assert desk.errors == []

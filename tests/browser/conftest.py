"""The product as `make run` starts it, or a part of it, and a browser."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.async_api import async_playwright

from clinic.staff.model import Role
from scripts.processes import LocalClinic
from tests.browser.agenda_desk import AgendaDesk
from tests.browser.chromium import ARGUMENTS, CHROMIUM
from tests.browser.practice import Practice
from tests.browser.staffed_clinic import StaffedClinic, open_clinic
from tests.console import PASSWORD, ConsoleUnderTest


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed")
    return CHROMIUM


@pytest.fixture(scope="module")
def running_clinic(
    chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalClinic]:
    """A clinic with the assistant, without a console."""
    settings = {"CLINIC_NOW": "2026-11-23T09:00:00+00:00", "BURST_WINDOW_MS": "0"}
    with LocalClinic(tmp_path_factory.mktemp("clinic"), settings=settings) as clinic:
        yield clinic


@pytest.fixture(scope="module")
def staffed(
    chromium: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[StaffedClinic]:
    """A clinic whose staff reach the patients' phones; with the assistant in modules of `model`."""
    has_assistant = request.node.get_closest_marker("model") is not None
    folder = tmp_path_factory.mktemp("staffed")
    with open_clinic(folder, has_assistant=has_assistant) as staffed:
        yield staffed


@pytest.fixture(scope="module")
def office(staffed: StaffedClinic) -> StaffedClinic:
    """The clinic with a receptionist who sees every agenda; see `desk`."""
    staffed.employ("samira", Role.RECEPTION, Role.DOCTOR)
    return staffed


@pytest.fixture
def practice(chromium: str, console: ConsoleUnderTest) -> Iterator[Practice]:
    """The test's own console at a port of its own: nothing is sent, the clock can be moved."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(console.app, log_level="warning", ws="none", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.05)
    yield Practice(console.services, f"http://127.0.0.1:{listening.getsockname()[1]}")
    server.should_exit = True
    thread.join(10)


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Any]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def desk(office: StaffedClinic, browser: Any) -> AsyncIterator[AgendaDesk]:
    """The receptionist at the agenda of the office."""
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    desk = AgendaDesk(page, office.console_url)
    await desk.log_in("samira", PASSWORD)
    yield desk
    assert desk.errors == []
    await page.close()

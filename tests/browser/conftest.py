"""The product as `make run` starts it, and a browser on the simulator's page."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright

from scripts.processes import LocalClinic
from tests.browser.agenda_office import Desk, Office

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def running_clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalClinic]:
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed")
    settings = {"CLINIC_NOW": "2026-11-23T09:00:00+00:00", "BURST_WINDOW_MS": "0"}
    with LocalClinic(tmp_path_factory.mktemp("clinic"), settings=settings) as clinic:
        yield clinic


@pytest.fixture
async def browser() -> AsyncIterator[Any]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def desk(office: Office, browser: Any) -> AsyncIterator[Desk]:
    """The receptionist at the agenda of the module's own `office`."""
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    desk = Desk(page, office)
    await desk.log_in()
    yield desk
    assert desk.errors == []
    await page.close()

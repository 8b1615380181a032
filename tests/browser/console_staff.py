"""A member of staff's browser at the console."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.browser.accessibility import serious_faults

SCREENSHOTS = os.environ.get("SCREENSHOTS")
"""A folder: tests leave pictures of their pages there, to be looked at."""


class Desk:
    """A member of staff's browser."""

    def __init__(self, page: Any, base_url: str) -> None:
        self.page = page
        self.base_url = base_url
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda line: (
                self.errors.append(line.text) if "Content Security Policy" in line.text else None
            ),
        )

    async def log_in(self, login: str, password: str) -> None:
        await self.page.goto(f"{self.base_url}/login")
        await self.page.fill("#login", login)
        await self.page.fill("#password", password)
        await self.page.click("button[type=submit], form button")
        await self.page.wait_for_selector(".nav")
        await self.live()

    async def live(self) -> None:
        """Waits until the page is told what happens."""
        await self.page.locator("body[data-connected=yes]").wait_for(state="attached")

    async def goto(self, path: str) -> None:
        """Opens a page of the console."""
        await self.page.goto(f"{self.base_url}{path}")
        await self.live()

    def row(self, name: str) -> Any:
        return self.page.locator(".row", has_text=name)

    async def open(self, name: str) -> None:
        await self.row(name).click()
        await self.page.get_by_test_id("thread").wait_for()
        await self.live()

    async def reply(self, text: str) -> None:
        await self.page.fill("#reply", text)
        await self.page.get_by_test_id("send").click()
        await self.bubble("staff", text).wait_for()

    def bubble(self, speaker: str, words: str) -> Any:
        return self.page.locator(f".bubble[data-speaker={speaker}]", has_text=words)

    def button(self, name: str) -> Any:
        """The button of that name that can be seen."""
        return self.page.get_by_role("button", name=name, exact=True)

    async def toast(self, words: str) -> None:
        """Waits until the page says that something is done, or is not."""
        await self.page.locator(".toast", has_text=words).wait_for()

    async def state(self) -> str:
        return str(await self.page.get_by_test_id("state").inner_text())

    async def is_too_wide(self) -> bool:
        return bool(
            await self.page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
        )

    async def looks_right(self, name: str) -> None:
        """Checks what holds for every page; leaves a picture of it if they are wanted."""
        await self.picture(name)
        assert await serious_faults(self.page) == [], name
        assert not await self.is_too_wide(), name
        assert self.errors == [], name

    async def picture(self, name: str) -> None:
        if SCREENSHOTS:
            await self.page.wait_for_timeout(500)
            await self.page.screenshot(path=str(Path(SCREENSHOTS) / f"{name}.png"))

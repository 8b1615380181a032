"""A patient's phone on the simulator's page."""

from __future__ import annotations

from typing import Any

from scripts.processes import LocalClinic


class Phone:
    """One patient's chat on the page; counts what the patient does."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.turns = 0
        self.errors: list[str] = []

    async def write(self, text: str) -> str:
        await self._page.get_by_test_id("composer").fill(text)
        return await self._do(self._page.get_by_test_id("send").click)

    async def tap(self, position: int) -> str:
        """Taps a choice of the newest message that has some; returns what comes back."""
        newest = self._page.get_by_test_id("chat").get_by_test_id("reply-button").last
        button = newest.locator("xpath=..").get_by_test_id("reply-button").nth(position - 1)
        return await self._do(button.click)

    async def close(self) -> None:
        await self._page.close()

    async def _do(self, action: Any) -> str:
        bubbles = self._page.locator("[data-testid=bubble][data-direction=out]")
        before = await bubbles.count()
        self.turns += 1
        await action()
        await bubbles.nth(before).wait_for(timeout=30_000)
        return str(await bubbles.last.inner_text())


async def open_phone(browser: Any, clinic: LocalClinic, number: str, name: str) -> Phone:
    """Adds a patient on the page and opens the chat."""
    page = await browser.new_page(viewport={"width": 1280, "height": 860})
    phone = Phone(page)
    page.on("pageerror", lambda error: phone.errors.append(str(error)))
    await page.goto(clinic.simulator_url)
    await page.get_by_test_id("new-patient").click()
    await page.get_by_test_id("new-patient-name").fill(name)
    await page.get_by_test_id("new-patient-number").fill(number)
    await page.get_by_test_id("new-patient-save").click()
    await page.locator(f"[data-testid=patient-item][data-patient='{number}']").click()
    return phone

"""A person books on the simulator's page: new patients in at most 7 turns, known ones in 3."""

from __future__ import annotations

import re
from typing import Any

import pytest

from scripts.processes import LocalClinic

pytestmark = [pytest.mark.browser, pytest.mark.model]

FIRST = {
    "fr": ("Bonjour, je voudrais un rdv chez le dentiste demain après-midi svp", "Nadia Cherkaoui"),
    "ary": ("سلام بغيت موعد مع طبيب السنان غدا فالعشية", "نادية الشرقاوي"),
    "ary-Latn": ("salam bghit mo3id m3a tbib snan ghedda f l3chiya", "Nadia Cherkaoui"),
    "en": ("Hello, I would like to see the dentist tomorrow afternoon", "Nadia Cherkaoui"),
}
AGAIN = {
    "fr": "rdv cardiologue jeudi matin svp",
    "ary": "بغيت رونديفو مع طبيب القلب نهار الخميس فالصباح",
    "ary-Latn": "bghit rdv m3a tbib l9elb nhar lkhmis f sbah",
    "en": "can I see the cardiologist on thursday morning",
}
BOOKED = "✅"
PHONES = {
    "fr": "212661000011",
    "ary": "212661000012",
    "ary-Latn": "212661000013",
    "en": "212661000014",
}


class Phone:
    """One patient's chat on the page; counts what the patient does."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.turns = 0

    async def write(self, text: str) -> str:
        await self._page.get_by_test_id("composer").fill(text)
        return await self._do(self._page.get_by_test_id("send").click)

    async def tap(self, position: int) -> str:
        """Taps a choice of the newest message that has some; returns what comes back."""
        newest = self._page.get_by_test_id("chat").get_by_test_id("reply-button").last
        button = newest.locator("xpath=..").get_by_test_id("reply-button").nth(position - 1)
        return await self._do(button.click)

    async def _do(self, action: Any) -> str:
        bubbles = self._page.locator("[data-testid=bubble][data-direction=out]")
        before = await bubbles.count()
        self.turns += 1
        await action()
        await bubbles.nth(before).wait_for(timeout=30_000)
        return str(await bubbles.last.inner_text())


@pytest.mark.parametrize("language", list(FIRST))
async def test_new_patient_books_and_comes_back(
    language: str, running_clinic: LocalClinic, browser: Any
) -> None:
    page = await browser.new_page(viewport={"width": 1280, "height": 860})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(running_clinic.simulator_url)
    await page.get_by_test_id("new-patient").click()
    await page.get_by_test_id("new-patient-name").fill("Nadia")
    await page.get_by_test_id("new-patient-number").fill(PHONES[language])
    await page.get_by_test_id("new-patient-save").click()
    await page.locator(f"[data-testid=patient-item][data-patient='{PHONES[language]}']").click()

    phone = Phone(page)
    request, name = FIRST[language]
    await phone.write(request)
    await phone.tap(1)  # consent
    await phone.tap(1)  # for me
    await phone.write(name)
    await phone.tap(1)  # the first time
    answer = await phone.tap(1)  # confirm
    assert BOOKED in answer
    assert name in answer
    assert re.search(r"/calendar/[\w-]+\.ics", answer)
    assert phone.turns <= 7

    phone.turns = 0
    offer = await phone.write(AGAIN[language])
    assert name in offer
    await phone.tap(2)
    answer = await phone.tap(1)
    assert BOOKED in answer
    assert phone.turns <= 3
    assert errors == []
    await page.close()

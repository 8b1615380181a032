"""The page in a real browser, with a small assistant that offers buttons and lists."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from simulator_harness import SALMA, SETTINGS, FakeAssistant, until

from simulator.app import create_app
from simulator.service import Simulator

playwright = pytest.importorskip("playwright.async_api")

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]


class Site:
    """A served simulator and the pages that are open on it."""

    def __init__(self, simulator: Simulator, url: str, browser: Any) -> None:
        self.simulator = simulator
        self.url = url
        self.browser = browser
        self.errors: list[str] = []

    async def open(self, width: int = 1280, height: int = 860) -> Any:
        """Opens the page in a new window."""
        context = await self.browser.new_context(viewport={"width": width, "height": height})
        page = await context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        await page.goto(self.url)
        await page.get_by_test_id("patient-item").first.wait_for()
        return page

    def send(self, kind: str, content: Any) -> str:
        """Sends as the clinic; returns the message's id."""
        body = {"messaging_product": "whatsapp", "to": f"+{SALMA}", "type": kind, kind: content}
        return str(self.simulator.accept_send(body)["messages"][0]["id"])


@pytest.fixture
async def site(assistant: FakeAssistant) -> AsyncIterator[Site]:
    app = create_app(replace(SETTINGS, status_delays=(0.0, 0.0)), transport=assistant)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(app, log_level="warning", ws="none", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        await until(lambda: server.started)
        async with playwright.async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            yield Site(app.state.simulator, url, browser)
            await browser.close()
        server.should_exit = True
        await serving


def buttons(*titles: str) -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": title, "title": title}} for title in titles]
    return {"type": "button", "body": {"text": "Quand ?"}, "action": {"buttons": replies}}


async def test_patient_writes_and_taps_a_button(site: Site) -> None:
    page = await site.open()
    await page.get_by_test_id("composer").fill("bghit mo3id")
    await page.get_by_test_id("composer").press("Enter")
    await page.locator('[data-testid="bubble"][data-direction="in"]').wait_for()
    wamid = site.send("interactive", buttons("Demain 10 h", "Autres heures"))
    await page.get_by_test_id("reply-button").first.click()
    tapped = page.locator('[data-testid="bubble"][data-direction="in"]').nth(1)
    await tapped.wait_for()
    assert "Quand ?" in await tapped.locator(".quote").inner_text()
    answer = site.simulator.store.messages(SALMA)[-1]
    assert answer.body["interactive"]["button_reply"]["id"] == "Demain 10 h"
    assert answer.context_id == wamid
    await until(lambda: site.simulator.store.message(wamid).status == "read")
    assert site.errors == []


async def test_tap_is_not_lost_when_the_message_changes_under_the_finger(site: Site) -> None:
    site.simulator.patient_writes(SALMA, {"type": "text", "text": "salam"})
    page = await site.open()
    wamid = site.send("interactive", buttons("Demain 10 h", "Autres heures"))
    await page.get_by_test_id("reply-button").first.hover()
    await page.mouse.down()
    heart = {"type": "reaction", "message_id": wamid, "emoji": "❤️"}
    site.simulator.patient_writes(SALMA, heart)
    await page.locator(".reactions").wait_for()
    await page.mouse.up()
    await page.locator(".quote").wait_for()
    assert await page.locator("[data-testid=reply-button].chosen").inner_text() == "Demain 10 h"
    assert site.errors == []


async def test_patient_picks_a_row_of_an_arabic_list_with_the_keyboard(site: Site) -> None:
    site.simulator.patient_writes(SALMA, {"type": "text", "text": "السلام"})
    second = {"id": "b", "title": "15:15", "description": "د. العلمي"}
    rows = [{"id": "a", "title": "14:30"}, second]
    action = {"button": "شوف الأوقات", "sections": [{"rows": rows}]}
    site.send("interactive", {"type": "list", "body": {"text": "هادو الأوقات"}, "action": action})
    page = await site.open(390, 844)
    await page.get_by_test_id("patient-item").first.click()
    bubble = page.locator('[data-testid="bubble"][data-direction="out"]')
    assert await bubble.evaluate("node => getComputedStyle(node).direction") == "rtl"
    await page.get_by_test_id("list-open").focus()
    await page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog")
    assert await sheet.get_attribute("dir") == "rtl"
    assert await page.get_by_test_id("list-send").is_disabled()
    await page.get_by_test_id("list-row").nth(1).click()
    await page.get_by_test_id("list-send").click()
    await until(lambda: len(site.simulator.store.messages(SALMA)) == 3)
    reply = site.simulator.store.messages(SALMA)[-1].body["interactive"]["list_reply"]
    assert reply == second
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    assert site.errors == []


async def test_markup_in_a_message_stays_text(site: Site) -> None:
    attack = "<img src=x onerror=\"document.title='owned'\"> *gras* https://clinique.ma/a?b=1."
    site.simulator.patient_writes(SALMA, {"type": "text", "text": attack})
    site.simulator.add_patient("+212600000009", "<b onclick=alert(1)>Nom</b>")
    page = await site.open()
    text = page.locator('[data-testid="bubble"] .text')
    assert await text.inner_text() == attack.replace("*", "")
    assert await text.locator("img").count() == 0
    assert await text.locator("strong").inner_text() == "gras"
    assert await text.locator("a").get_attribute("href") == "https://clinique.ma/a?b=1"
    assert await page.title() == "Simulateur"
    assert await page.locator(".patient-name b").count() == 0


async def test_typing_shows_until_the_answer_and_other_patients_get_a_badge(site: Site) -> None:
    message = site.simulator.patient_writes(SALMA, {"type": "text", "text": "Salam"})
    page = await site.open()
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": message.wamid}
    site.simulator.accept_send({**read, "typing_indicator": {"type": "text"}})
    await page.get_by_test_id("typing").wait_for()
    site.send("text", {"body": "Bonjour"})
    await page.locator('[data-testid="bubble"][data-direction="out"]').wait_for()
    assert await page.get_by_test_id("typing").count() == 0
    await page.get_by_test_id("patient-item").nth(1).click()
    site.send("text", {"body": "Encore moi"})
    await page.locator('[data-testid="patient-item"] .badge').wait_for()
    assert await page.locator(".badge").inner_text() == "1"


async def test_message_to_an_assistant_that_is_down_says_so(
    site: Site, assistant: FakeAssistant
) -> None:
    assistant.down = True
    page = await site.open()
    await page.get_by_test_id("example").nth(1).click()
    await page.get_by_test_id("send").click()
    await page.locator(".toast.bad").wait_for()
    assert "ne répond pas encore" in await page.locator(".toast.bad").inner_text()
    assistant.down = False
    await page.locator('.ticks[data-status="delivered"]').wait_for()

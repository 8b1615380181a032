"""Staff at the console with a browser, and patients at the simulator's phones."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import httpx

from clinic.bootstrap import Services
from scripts.processes import LocalClinic


@dataclass
class Phones:
    """The simulator's phones."""

    url: str

    def _call(self, method: str, path: str, **values: Any) -> httpx.Response:
        response = httpx.request(method, f"{self.url}{path}", trust_env=False, timeout=30, **values)
        response.raise_for_status()
        return response

    def add(self, number: str, name: str) -> None:
        self._call("POST", "/api/patients", json={"wa_id": number, "name": name})

    def write(self, number: str, text: str) -> None:
        message = {"type": "text", "text": text}
        self._call("POST", f"/api/patients/{number}/messages", json=message)

    def received(self, number: str) -> list[str]:
        """Returns the texts that came to a phone, the oldest first."""
        found = self._call("GET", f"/api/patients/{number}/messages").json()
        messages = found["messages"] if isinstance(found, dict) else found
        return [str(message.get("text") or "") for message in messages
                if message["direction"] == "out"]  # fmt: skip

    def wait_for(self, number: str, words: str, seconds: float = 30) -> str:
        """Waits until a text with these words has come; returns it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for text in self.received(number):
                if words in text:
                    return text
            time.sleep(0.2)
        raise AssertionError(f"{words!r} did not come; {self.received(number)}")


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
        await self.page.wait_for_url("**/inbox*")
        await self.live()

    async def live(self) -> None:
        """Waits until the page is told what happens."""
        await self.page.locator("body[data-connected=yes]").wait_for(state="attached")

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

    async def state(self) -> str:
        return str(await self.page.get_by_test_id("state").inner_text())

    async def is_too_wide(self) -> bool:
        return bool(
            await self.page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
        )


def close_window(services: Services, number: str) -> str:
    """Makes a patient's last message older than 24 hours; returns the contact's id."""
    from datetime import timedelta

    from sqlalchemy import update

    from clinic.adapters.contacts import Contacts
    from clinic.adapters.tables.messaging import contact

    now = services.clock.now()
    with services.database.write() as tx:
        found = Contacts(tx).find(phone=number, user_id=None)
        assert found is not None
        tx.connection.execute(
            update(contact)
            .where(contact.c.id == found.id)
            .values(last_inbound_at=now - timedelta(hours=30))
        )
        return found.id


@dataclass
class StaffedClinic:
    """A running clinic with its console and two people at work."""

    clinic: LocalClinic
    services: Services
    phones: Phones
    passwords: dict[str, str]

"""The two sides that tests play: a fake assistant, the clinic, the patients."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import httpx

from simulator.settings import Settings

SETTINGS = Settings(
    app_secret="secret",
    verify_token="verify",
    access_token="token",
    phone_number_id="106540352242922",
    status_delays=(0.0, 0.0),
    retry_delays=(0.01, 0.02),
)
SALMA = "212661234501"


class FakeAssistant(httpx.AsyncBaseTransport):
    """Takes webhooks; answers with the statuses in `answers` first, then always 200."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.bodies: list[dict[str, Any]] = []
        self.answers: list[int] = []
        self.down = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("down")
        raw = await request.aread()
        self.requests.append(request)
        if request.method == "GET":
            right = request.url.params["hub.verify_token"] == SETTINGS.verify_token
            return httpx.Response(200 if right else 403, text=request.url.params["hub.challenge"])
        status = self.answers.pop(0) if self.answers else 200
        if status == 200:
            self.bodies.append(json.loads(raw))
        return httpx.Response(status)

    def values(self, name: str) -> list[dict[str, Any]]:
        """Returns all `messages` or `statuses` that were taken, in their order."""
        return [
            item
            for body in self.bodies
            for entry in body["entry"]
            for change in entry["changes"]
            for item in change["value"].get(name, [])
        ]


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Waits until something is true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.005)


class Clinic:
    """The clinic's side of the Cloud API."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.url = f"/v23.0/{SETTINGS.phone_number_id}/messages"
        self.headers = {"Authorization": f"Bearer {SETTINGS.access_token}"}

    async def post(self, **body: Any) -> httpx.Response:
        full = {"messaging_product": "whatsapp", **body}
        return await self.client.post(self.url, json=full, headers=self.headers)

    async def text(self, body: str = "Bonjour", to: str = f"+{SALMA}", **more: Any) -> Any:
        return await self.post(to=to, type="text", text={"body": body}, **more)


class Patients:
    """The patients' side, through the control API."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def write(self, patient: str = SALMA, **message: Any) -> str:
        answer = await self.client.post(f"/api/patients/{patient}/messages", json=message)
        assert answer.status_code == 201, answer.text
        wamid: str = answer.json()["wamid"]
        return wamid

    async def messages(self, patient: str = SALMA, after: int = 0) -> list[dict[str, Any]]:
        answer = await self.client.get(f"/api/patients/{patient}/messages", params={"after": after})
        found: list[dict[str, Any]] = answer.json()
        return found

"""Patients' phones, by way of the simulator's control API."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass
class Phones:
    """The simulator's phones."""

    url: str

    def add(self, number: str, name: str) -> None:
        self._call("POST", "/api/patients", json={"wa_id": number, "name": name})

    def write(self, number: str, text: str) -> None:
        self._say(number, {"type": "text", "text": text})

    def tap(self, number: str, position: int) -> dict[str, Any]:
        """Taps a button of the newest message; returns what the clinic answers."""
        before = self.messages(number)
        choice = before[-1]["choices"][position]
        message = {"message_id": before[-1]["wamid"], "choice_id": choice["id"]}
        self._say(number, {"type": "tap", **message})
        return self.newest(number, after=len(before))

    def messages(self, number: str) -> list[dict[str, Any]]:
        """Returns what came from the clinic, the oldest first."""
        found = self._call("GET", f"/api/patients/{number}/messages").json()
        return [message for message in found if message["direction"] == "out"]

    def count(self, number: str) -> int:
        """Returns how many messages of the clinic a phone has."""
        return len(self.messages(number))

    def received(self, number: str) -> list[str]:
        """Returns the texts that came to a phone, the oldest first."""
        return [str(message.get("text") or "") for message in self.messages(number)]

    def newest(self, number: str, after: int, seconds: float = 30) -> dict[str, Any]:
        """Waits until a phone has more than `after` messages of the clinic; returns the last."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if len(found := self.messages(number)) > after:
                return found[-1]
            time.sleep(0.1)
        raise AssertionError(f"Nothing came; {self.received(number)}")

    def wait_for(self, number: str, words: str, seconds: float = 30) -> str:
        """Waits until a text with these words has come; returns it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for text in self.received(number):
                if words in text:
                    return text
            time.sleep(0.2)
        raise AssertionError(f"{words!r} did not come; {self.received(number)}")

    def _say(self, number: str, message: dict[str, Any]) -> None:
        self._call("POST", f"/api/patients/{number}/messages", json=message)

    def _call(self, method: str, path: str, **values: Any) -> httpx.Response:
        response = httpx.request(method, f"{self.url}{path}", trust_env=False, timeout=30, **values)
        response.raise_for_status()
        return response

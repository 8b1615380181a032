"""A running clinic with its console, people at work, and patients at the simulator's phones."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from clinic.adapters.contacts import Contacts
from clinic.bootstrap import build_services
from clinic.patients.model import Patient
from clinic.settings import read_settings
from scripts.processes import LocalClinic
from tests.browser.practice import Practice
from tests.browser.simulated_phones import Phones

_MONDAY_MORNING = "2026-11-23T09:00:00+00:00"


class StaffedClinic(Practice):
    """All processes of a clinic; patients have phones."""

    def __init__(self, clinic: LocalClinic) -> None:
        super().__init__(build_services(read_settings(clinic.environment)), clinic.console_url)
        self.clinic = clinic
        self.phones = Phones(clinic.simulator_url)

    def patient(self, name: str, number: str, language: str = "fr") -> Patient:
        """Somebody who has written today and allowed their requests to be handled here."""
        self.phones.add(number, name)
        # The simulator keeps the customer service window as Meta does.
        self.phones.write(number, "Bonjour")
        wait_until(lambda: self._has_come(number))
        return super().patient(name, number, language)

    def _has_come(self, number: str) -> bool:
        with self.services.database.read() as tx:
            found = Contacts(tx).find(phone=number, user_id=None)
        return found is not None and found.last_inbound_at is not None


def wait_until(look: Callable[[], Any], seconds: float = 30) -> Any:
    """Waits until something is found; returns it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("It did not come.")


@contextmanager
def open_clinic(
    folder: Path, *, has_assistant: bool = False, settings: Mapping[str, str] | None = None
) -> Iterator[StaffedClinic]:
    """Runs a clinic with a console, on a Monday morning at ten unless its settings say else.

    Without the assistant it starts quickly; patients get no answer but what staff do reaches them.
    """
    local = LocalClinic(
        folder,
        settings={
            "BURST_WINDOW_MS": "0",
            "CLINIC_NOW": _MONDAY_MORNING,
            "PAYMENT_SECRET": "of the tests",
            **(settings or {}),
        },
    )
    local.environment["PAYMENT_URL"] = local.simulator_url
    try:
        local.migrate()
        local.start_simulator()
        local.start_gateway()
        if has_assistant:
            local.start_assistant()
        local.start_worker()
        local.start_console()
        if has_assistant:
            local.wait_ready()
        wait_until(lambda: _answers(local.simulator_url) and _answers(local.gateway_url), 60)
        staffed = StaffedClinic(local)
        yield staffed
        staffed.services.database.close()
    finally:
        local.stop()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=5, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False

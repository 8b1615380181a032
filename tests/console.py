"""A console in the test's process, and browsers of its staff without a browser.

`console` is the clinic's console on a database of its own; `console.log_in(...)` gives somebody
who is logged in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from clinic.adapters.encryption import generate_key
from clinic.adapters.tables import metadata
from clinic.bootstrap import Services, build_services
from clinic.settings import read_settings
from clinic.staff.accounts import COMMAND_LINE
from clinic.staff.model import NewMember, Role, SiteRole, StaffMember
from console.app import create_app

PASSWORD = "correct horse battery"
PATIENT_NUMBER, PATIENT_NAME = "212661234567", "Salma Benali"
NOW = "2026-11-23T09:00:00+00:00"
_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


class Person:
    """Somebody at the console, logged in or not."""

    def __init__(self, app: Any) -> None:
        self.http = TestClient(app, base_url="http://console.test", follow_redirects=False)
        self.csrf = ""
        self.member: StaffMember | None = None

    def get(self, path: str, **values: Any) -> httpx.Response:
        """Opens a page as a browser does."""
        headers = {"accept": "text/html", **values.pop("headers", {})}
        response = self.http.get(path, headers=headers, **values)
        if found := _TOKEN.search(response.text):
            self.csrf = found[1]
        return response

    def post(self, path: str, **form: Any) -> httpx.Response:
        """Sends a form with the token of the last page."""
        return self.http.post(path, data={"csrf_token": self.csrf, **form})

    def log_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        self.get("/login")
        response = self.post("/login", login=login, password=password)
        if response.status_code == 303:
            self.get("/account")
        return response


class ConsoleUnderTest:
    """The console and its services."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.app = create_app(services)

    def person(self) -> Person:
        """Returns a browser without a session."""
        return Person(self.app)

    def create(
        self,
        login: str,
        *roles: Role,
        language: str = "fr",
        site: str | None = None,
        practitioner: str | None = None,
    ) -> StaffMember:
        return self.services.staff.create(
            NewMember(
                login=login,
                name=login.title(),
                password=PASSWORD,
                roles=frozenset(SiteRole(role, site) for role in roles),
                language=language,
                practitioner=practitioner,
            ),
            by=COMMAND_LINE,
        )

    def log_in(self, login: str, *roles: Role, **values: Any) -> Person:
        """Makes an account and logs it in."""
        person = self.person()
        person.member = self.create(login, *roles, **values)
        assert person.log_in(login).status_code == 303
        return person


def receive(services: Services, number: str, text: str, key: int = 1) -> str:
    """Takes in what a patient writes, the message `wamid.<key>`; returns the contact's id."""
    message = {
        "from": number, "id": f"wamid.{key}", "type": "text", "text": {"body": text},
        "timestamp": str(int(services.clock.now().timestamp())),
    }  # fmt: skip
    number_id = services.settings.whatsapp.phone_number_id
    value = {"metadata": {"phone_number_id": number_id}, "messages": [message]}
    body = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}
    return services.intake.receive(json.dumps(body).encode()).messages[0][0]


def console_services(database_url: str) -> Services:
    """Wires services for a console on a database with all tables."""
    wired = build_services(
        read_settings(
            {
                "WHATSAPP_APP_SECRET": "test-app-secret",
                "WHATSAPP_VERIFY_TOKEN": "test-verify-token",
                "WHATSAPP_ACCESS_TOKEN": "test-access-token",
                "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
                "WHATSAPP_API_URL": "http://simulator.test",
                "ENCRYPTION_KEYS": generate_key(),
                "DATABASE_URL": database_url,
                "CLINIC_NOW": NOW,
            }
        )
    )
    metadata.create_all(wired.database.engine)
    return wired


@pytest.fixture
def console(tmp_path: Path) -> Iterator[ConsoleUnderTest]:
    wired = console_services(f"sqlite:///{tmp_path / 'clinic.db'}")
    yield ConsoleUnderTest(wired)
    wired.database.close()

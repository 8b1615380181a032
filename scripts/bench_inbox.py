"""Measures the staff's inbox: 50 people at work, 2,000 open conversations.

    python -m scripts.bench_inbox [--staff 50] [--conversations 2000] [--database URL]

A console of its own on the loopback interface with a database of its own, both gone afterwards.
Each member of staff opens lists and conversations, searches, takes and answers, with pauses as
people make them, while patients go on writing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx

from clinic.bootstrap import Services, build_services
from clinic.consent.model import Decision, Purpose, Reply
from clinic.handoff.model import Priority
from clinic.patients.model import Relation
from clinic.settings import read_settings
from clinic.staff.accounts import COMMAND_LINE
from clinic.staff.model import NewMember, Role, SiteRole
from scripts.processes import LocalClinic

PASSWORD = "a password for the bench"
_SECONDS = 45.0
_PAUSE = (1.0, 4.0)
_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')
_ROW = re.compile(r'href="/inbox/([0-9a-f-]{36})\?')
_FIRST = [
    "Salma",
    "Youssef",
    "Nadia",
    "Omar",
    "Khadija",
    "Hamza",
    "Imane",
    "Mehdi",
    "Zineb",
    "Rachid",
    "Amina",
    "سعيد",
    "فاطمة",
]
_LAST = [
    "Benali",
    "Cherkaoui",
    "Alaoui",
    "Tazi",
    "Idrissi",
    "Berrada",
    "Fassi",
    "Bennani",
    "Naciri",
    "العلوي",
    "الشرقاوي",
]
_SAID = (
    ("fr", "Bonjour, je voudrais parler à quelqu'un de l'accueil svp", Priority.ROUTINE),
    ("ary", "سلام، واش ممكن نهضر مع شي واحد من الاستقبال؟", Priority.ROUTINE),
    ("ary-Latn", "salam, bghit nhder m3a chi wa7ed 3afak", Priority.ROUTINE),
    ("en", "hello, can I talk to someone please?", Priority.ROUTINE),
    ("fr", "J'attends depuis une heure, ce n'est pas sérieux", Priority.ASAP),
    ("fr", "J'ai de la fièvre depuis hier après le vaccin, c'est normal ?", Priority.URGENT),
    ("ary-Latn", "3ndi so2al 3la dwa li 3tani tbib", Priority.URGENT),
)
_REASONS = {
    Priority.ROUTINE: "request_human",
    Priority.ASAP: "complain",
    Priority.URGENT: "ask_medical_question",
    Priority.STAT: "emergency",
}


def fill(services: Services, conversations: int, *, seed: int = 1) -> list[str]:
    """Makes conversations that wait for a person; returns their contacts' ids."""
    dice = random.Random(seed)
    now = services.clock.now()
    contacts = []
    for number in range(conversations):
        language, text, priority = dice.choice(_SAID)
        name = f"{dice.choice(_FIRST)} {dice.choice(_LAST)}"
        contact_id = receive(services, f"2126{number:08d}", name, text, number)
        contacts.append(contact_id)
        if dice.random() < 0.7:
            services.patients.register(contact_id, Relation.SELF, name)
            reply = Reply("notice", language, "Oui", f"care-{number}")
            services.consent.record(contact_id, Purpose.CARE, Decision.GIVEN, reply)
        services.handoff.open(contact_id, priority, _REASONS[priority])
    with services.database.write() as tx:
        # They have waited for different times.
        rows = tx.connection.exec_driver_sql("SELECT id FROM handoff").all()
        for row in rows:
            since = now - timedelta(minutes=dice.randint(0, 180))
            tx.connection.exec_driver_sql(
                f"UPDATE handoff SET opened_at = '{since:%Y-%m-%d %H:%M:%S.%f}'"
                f" WHERE id = '{row.id}'"
            )
    return contacts


def receive(services: Services, number: str, name: str, text: str, key: int) -> str:
    """Stores a message as the webhook does; returns the contact's id."""
    message = {
        "from": number,
        "id": f"wamid.bench-{key}",
        "timestamp": str(int(services.clock.now().timestamp())),
        "type": "text",
        "text": {"body": text},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": services.settings.whatsapp.phone_number_id},
        "contacts": [{"wa_id": number, "profile": {"name": name}}],
        "messages": [message],
    }
    body = {"entry": [{"id": "0", "changes": [{"field": "messages", "value": value}]}]}
    arrival = services.intake.receive(json.dumps(body).encode())
    return arrival.messages[0][0]


@dataclass
class Times:
    """Milliseconds by what was asked for."""

    of: dict[str, list[float]] = field(default_factory=dict)

    def add(self, what: str, seconds: float) -> None:
        self.of.setdefault(what, []).append(1000 * seconds)

    def report(self) -> str:
        lines = [f"{'':<22}{'requests':>10}{'median ms':>12}{'p95 ms':>10}"]
        for what, values in self.of.items():
            ordered = sorted(values)
            median, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
            lines.append(f"{what:<22}{len(ordered):>10}{median:>12.0f}{p95:>10.0f}")
        return "\n".join(lines)


class Member:
    """Somebody at work with the console."""

    def __init__(self, base_url: str, login: str, times: Times) -> None:
        self._http = httpx.AsyncClient(base_url=base_url, timeout=60, trust_env=False)
        self._login = login
        self._times = times
        self._dice = random.Random(login)
        self._csrf = ""

    async def log_in(self) -> None:
        page = await self._http.get("/login")
        form = {"csrf_token": _token(page.text), "login": self._login, "password": PASSWORD}
        answer = await self._http.post("/login", data=form)
        if answer.status_code != 303:
            raise RuntimeError(f"The login answered {answer.status_code}.")

    async def work(self, until: float) -> None:
        await asyncio.sleep(self._dice.uniform(0, _PAUSE[1]))
        while time.monotonic() < until:
            page = await self._timed("inbox", "GET", "/inbox")
            self._csrf = _token(page.text)
            rows = _ROW.findall(page.text)
            await self._pause()
            if self._dice.random() < 0.3:
                words = self._dice.choice(_FIRST)
                await self._timed("search", "POST", "/inbox/search", words=words)
            if rows:
                await self._handle(self._dice.choice(rows[:20]))
            await self._pause()
            await self._timed("list, live", "GET", "/inbox/list")

    async def _handle(self, contact_id: str) -> None:
        await self._timed("conversation", "GET", f"/inbox/{contact_id}")
        await self._pause()
        key = str(self._dice.random())
        path = f"/inbox/{contact_id}/reply"
        await self._timed("reply", "POST", path, text="Un instant, je regarde.", key=key)
        await self._timed("transcript, live", "GET", f"/inbox/{contact_id}/thread")

    async def _timed(self, what: str, method: str, path: str, **form: str) -> httpx.Response:
        started = time.monotonic()
        headers = {"X-CSRF-Token": self._csrf, "HX-Request": "true"} if method == "POST" else {}
        response = await self._http.request(method, path, data=form or None, headers=headers)
        self._times.add(what, time.monotonic() - started)
        if response.status_code not in (200, 409):
            raise RuntimeError(f"{path} answered {response.status_code}.")
        return response

    async def _pause(self) -> None:
        await asyncio.sleep(self._dice.uniform(*_PAUSE))

    async def close(self) -> None:
        await self._http.aclose()


def _token(page: str) -> str:
    found = _TOKEN.search(page)
    return found[1] if found else ""


async def _patients_write(services: Services, until: float) -> None:
    """Two messages a second go on coming in, each of which open pages are told of."""
    key = 10_000_000
    while time.monotonic() < until:
        key += 1
        number = f"2126{random.randint(0, 1999):08d}"
        await asyncio.to_thread(receive, services, number, "Patient", "Vous êtes là ?", key)
        await asyncio.sleep(0.5)


async def measure(services: Services, url: str, staff: Sequence[str], seconds: float) -> Times:
    """Lets everybody work for a while."""
    times = Times()
    members = [Member(url, login, times) for login in staff]
    for member in members:
        await member.log_in()
    until = time.monotonic() + seconds
    await asyncio.gather(
        *(member.work(until) for member in members), _patients_write(services, until)
    )
    for member in members:
        await member.close()
    return times


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench_inbox", description=__doc__)
    parser.add_argument("--staff", type=int, default=50)
    parser.add_argument("--conversations", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=_SECONDS)
    parser.add_argument("--database", help="URL of an empty database; SQLite without it")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clinic = LocalClinic(Path(folder), database_url=given.database)
        clinic.migrate()
        services = build_services(read_settings(clinic.environment))
        sys.stdout.write(f"Making {given.conversations} conversations\n")
        fill(services, given.conversations)
        logins = [f"member{number}" for number in range(given.staff)]
        for login in logins:
            roles = frozenset({SiteRole(Role.RECEPTION)})
            services.staff.create(NewMember(login, login.title(), PASSWORD, roles), COMMAND_LINE)
        try:
            clinic.start_console()
            times = asyncio.run(measure(services, clinic.console_url, logins, given.seconds))
            memory = clinic.memory_mb("console")
        finally:
            clinic.stop()
            services.database.close()
    sys.stdout.write(f"{times.report()}\nconsole: {memory:.0f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

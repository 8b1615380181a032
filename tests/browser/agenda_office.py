"""A clinic with a console for the browser tests of the agenda: patients, phones, a receptionist."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from clinic.adapters.contacts import Contacts
from clinic.agenda.model import ChangeKind, Placement
from clinic.bootstrap import Services, build_services, read_settings
from clinic.consent.model import Decision, Purpose, Reply
from clinic.patients.model import Patient, Relation
from clinic.scheduling.model import Appointment
from scripts.processes import LocalClinic

LOGIN = "reception"


class Office:
    """What tests do besides looking at the page: phones, and what others do meanwhile."""

    def __init__(self, clinic: LocalClinic) -> None:
        self.local = clinic
        self.services: Services = build_services(read_settings(clinic.environment))
        self.password = clinic.create_administrator(LOGIN, "reception", "doctor")
        self.by = self.services.staff.all()[0].id
        self._keys = 0
        self._phones = httpx.Client(base_url=clinic.simulator_url, timeout=30, trust_env=False)

    def patient(self, name: str, number: str, language: str = "fr") -> Patient:
        """Somebody who has written today and allowed their requests to be handled here."""
        self._phones.post("/api/patients", json={"wa_id": number, "name": name})
        # The simulator keeps the customer service window as Meta does.
        written = self._phones.post(
            f"/api/patients/{number}/messages", json={"type": "text", "text": "Bonjour"}
        )
        written.raise_for_status()
        services = self.services
        with services.database.write() as tx:
            contacts, now = Contacts(tx), services.clock.now()
            contact = contacts.find_or_create(
                phone=number, user_id=None, profile_name=None, now=now
            )
            contacts.mark_inbound(contact.id, now)
            contacts.set_language(contact.id, language)
        reply = Reply(notice="", language=language, text="oui", message_id=f"consent {number}")
        services.consent.record(contact.id, Purpose.CARE, Decision.GIVEN, reply)
        return services.patients.register(contact.id, Relation.SELF, name)

    def book(
        self, patient: Patient, who: str, at: str, service: str = "gp-consultation"
    ) -> Appointment:
        """Books at a local time, "2026-11-24 10:00", without a message."""
        self._keys += 1
        start = datetime.fromisoformat(at).replace(tzinfo=self.services.clinic.zone)
        done = self.services.agenda.book(
            Placement(who, start, anyway=True),
            service,
            patient.id,
            by=self.by,
            key=f"test {self._keys}",
            tell=False,
        )
        return done.appointment

    def note(self, appointment: Appointment, kind: ChangeKind) -> None:
        self.services.agenda.note(appointment.id, kind, by=self.by)

    def count(self, number: str) -> int:
        """Returns how many messages of the clinic a phone has."""
        return len(self._of_clinic(number))

    def newest(self, number: str, after: int) -> dict[str, Any]:
        """Waits until a phone has more than `after` messages of the clinic; returns the last."""
        return self.wait(
            lambda: found[-1] if len(found := self._of_clinic(number)) > after else None
        )

    def tap(self, number: str, position: int) -> dict[str, Any]:
        """Taps a button of the newest message; returns what the clinic answers."""
        before = self._of_clinic(number)
        choice = before[-1]["choices"][position]
        self._phones.post(
            f"/api/patients/{number}/messages",
            json={"type": "tap", "message_id": before[-1]["wamid"], "choice_id": choice["id"]},
        ).raise_for_status()
        return self.newest(number, after=len(before))

    def wait(self, look: Callable[[], Any], seconds: float = 30) -> Any:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := look():
                return found
            time.sleep(0.1)
        raise AssertionError("It did not come.")

    def _of_clinic(self, number: str) -> list[dict[str, Any]]:
        messages = self._phones.get(f"/api/patients/{number}/messages").json()
        found = messages if isinstance(messages, list) else messages["messages"]
        return [message for message in found if message["direction"] == "out"]

    def close(self) -> None:
        self._phones.close()
        self.services.database.close()


class Desk:
    """The receptionist's browser."""

    def __init__(self, page: Any, office: Office) -> None:
        self.page = page
        self.office = office
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda line: (
                self.errors.append(line.text)
                if line.type == "error" and "409" not in line.text
                else None
            ),
        )

    async def log_in(self) -> None:
        await self.page.goto(f"{self.office.local.console_url}/login")
        await self.page.fill("#login", LOGIN)
        await self.page.fill("[type=password]", self.office.password)
        await self.page.press("[type=password]", "Enter")
        await self.page.wait_for_selector(".nav")

    async def open(self, query: str = "day=2026-11-24&view=day") -> None:
        await self.page.goto(f"{self.office.local.console_url}/agenda?{query}")
        await self.page.wait_for_selector("[data-ready=yes]")
        await self.page.wait_for_selector("body[data-connected=yes]")

    def block(self, appointment: Appointment) -> Any:
        return self.page.locator(f"#block-{appointment.id}")

    def column(self, who: str, day: str = "2026-11-24") -> Any:
        return self.page.locator(f".agenda-column[data-who='{who}'][data-day='{day}']")

    async def point(self, who: str, at: str, day: str = "2026-11-24") -> tuple[float, float]:
        """Returns where on the screen a time of a column is, after scrolling to it."""
        hours, minutes = (int(part) for part in at.split(":"))
        body = self.column(who, day).locator(".agenda-body")
        offset = await self.page.evaluate(
            """([body, minute]) => {
                const scroll = document.getElementById("agenda-scroll");
                const first = Number(document.getElementById("agenda-grid").dataset.first);
                scroll.scrollTop = (minute - first) * 1.6 - 150;
                body.scrollIntoView({ block: "nearest", inline: "nearest" });
                scroll.scrollTop = (minute - first) * 1.6 - 150;
                const box = body.getBoundingClientRect();
                return [box.left + box.width / 2, box.top + (minute - first) * 1.6];
            }""",
            [await body.element_handle(), hours * 60 + minutes],
        )
        return offset[0], offset[1]

    async def drag(self, appointment: Appointment, who: str, at: str) -> None:
        """Drags an appointment by its upper edge to a time of the same day."""
        x, y = await self.point(who, at)
        box = await self.block(appointment).bounding_box()
        mouse = self.page.mouse
        await mouse.move(box["x"] + box["width"] / 2, box["y"] + 3)
        await mouse.down()
        await mouse.move(x - 4, y - 30, steps=4)
        await mouse.move(x, y + 3, steps=4)
        await mouse.up()

    async def panel(self) -> Any:
        panel = self.page.locator("#agenda-panel[open]")
        await panel.wait_for()
        return panel

    async def toast(self) -> str:
        toast = self.page.locator(".toast").last
        await toast.wait_for()
        return str(await toast.inner_text())

"""People at work at a console, their patients, and what colleagues do while one looks at a page."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from clinic.adapters.contacts import Contacts
from clinic.adapters.tables.messaging import contact as contact_table
from clinic.agenda.model import Placement
from clinic.bootstrap import Services
from clinic.consent.model import Decision, Purpose, Reply
from clinic.handoff.model import Priority
from clinic.patients.model import Patient, Relation
from clinic.scheduling.model import Appointment
from clinic.staff.accounts import COMMAND_LINE
from clinic.staff.model import NewMember, Role, SiteRole, StaffMember
from tests.browser.console_staff import Desk
from tests.console import PASSWORD


class Practice:
    """What tests do besides looking at pages."""

    def __init__(self, services: Services, console_url: str) -> None:
        self.services = services
        self.console_url = console_url
        self._numbers = itertools.count(1)

    def employ(self, login: str, *roles: Role, language: str = "fr", **values: Any) -> StaffMember:
        """Makes an account, named like its login."""
        return self.services.staff.create(
            NewMember(
                login=login,
                name=login.title(),
                password=PASSWORD,
                roles=frozenset(SiteRole(role) for role in roles),
                language=language,
                **values,
            ),
            by=COMMAND_LINE,
        )

    async def sit_down(self, browser: Any, login: str, width: int = 1366) -> Desk:
        """Logs somebody in with a browser of their own."""
        size = {"width": width, "height": 820}
        context = await browser.new_context(viewport=size, locale="fr-FR")
        desk = Desk(await context.new_page(), self.console_url)
        await desk.log_in(login, PASSWORD)
        return desk

    def patient(self, name: str, number: str, language: str = "fr") -> Patient:
        """Somebody who has written today and allowed their requests to be handled here."""
        services = self.services
        with services.database.write() as tx:
            contacts, now = Contacts(tx), services.clock.now()
            contact = contacts.find_or_create(
                phone=number, user_id=None, profile_name=None, now=now
            )
            contacts.mark_inbound(contact.id, now)
            contacts.set_language(contact.id, language)
        self.decide(contact.id, Purpose.CARE)
        return services.patients.register(contact.id, Relation.SELF, name)

    def decide(
        self, contact_id: str, purpose: Purpose, decision: Decision = Decision.GIVEN
    ) -> None:
        """Records what a patient answered when they were asked for consent."""
        reply = Reply("", "fr", "oui", f"consent {next(self._numbers)}")
        self.services.consent.record(contact_id, purpose, decision, reply)

    def wants_person(
        self, patient: Patient, priority: Priority = Priority.ROUTINE, reason: str = "request_human"
    ) -> None:
        """Lets a patient wait for somebody."""
        self.services.handoff.open(patient.contact_id, priority, reason)

    def book(
        self, patient: Patient, who: str, at: str, service: str = "gp-consultation"
    ) -> Appointment:
        """Books at a local time, "2026-11-24 10:00", without a message."""
        start = datetime.fromisoformat(at).replace(tzinfo=self.services.clinic.zone)
        done = self.services.agenda.book(
            Placement(who, start, anyway=True),
            service,
            patient.id,
            by=COMMAND_LINE,
            key=f"test {next(self._numbers)}",
            tell=False,
        )
        return done.appointment

    def contact_id(self, number: str) -> str:
        with self.services.database.read() as tx:
            found = Contacts(tx).find(phone=number, user_id=None)
        assert found is not None
        return found.id

    def close_window(self, number: str) -> None:
        """Makes a patient's last message older than 24 hours."""
        before = self.services.clock.now() - timedelta(hours=30)
        with self.services.database.write() as tx:
            tx.connection.execute(
                update(contact_table)
                .where(contact_table.c.id == self.contact_id(number))
                .values(last_inbound_at=before)
            )

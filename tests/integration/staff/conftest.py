"""A clinic with its staff's services, on both databases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import update

from clinic.adapters.handoffs import Handoffs
from clinic.adapters.tables.patients import handoff
from clinic.bootstrap import Services
from clinic.clock import ShiftedClock
from clinic.handoff.conversations import Conversation
from clinic.staff.accounts import COMMAND_LINE
from clinic.staff.model import NewMember, Role, SiteRole, StaffMember
from tests.console import PASSWORD, console_services

SALMA, YOUSSEF = "212661000001", "212661000002"


@dataclass
class Reception:
    """The services, with what tests do again and again."""

    services: Services
    _messages: int = field(default=0)

    def hire(self, login: str, *roles: Role, site: str | None = None) -> StaffMember:
        held = frozenset(SiteRole(role, site) for role in roles or (Role.RECEPTION,))
        new = NewMember(login, login.title(), PASSWORD, held)
        return self.services.staff.create(new, COMMAND_LINE)

    def write(self, number: str, text: str, name: str = "Salma") -> str:
        """Lets a patient write; returns the contact's id. Nobody answers."""
        self._messages += 1
        message = {
            "from": number,
            "id": f"wamid.{self._messages}",
            "timestamp": str(int(self.services.clock.now().timestamp())),
            "type": "text",
            "text": {"body": text},
        }
        value = {
            "metadata": {"phone_number_id": self.services.settings.whatsapp.phone_number_id},
            "contacts": [{"wa_id": number, "profile": {"name": name}}],
            "messages": [message],
        }
        body = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}
        return self.services.intake.receive(json.dumps(body).encode()).messages[0][0]

    def wait(self, **span: float) -> None:
        clock = self.services.clock
        assert isinstance(clock, ShiftedClock)
        clock.advance(timedelta(**span))

    def belongs_to(self, contact_id: str, site: str | None) -> None:
        """Makes the newest hand-off of a conversation one of a site."""
        with self.services.database.write() as tx:
            newest = Handoffs(tx).newest_of(contact_id)
            assert newest is not None
            tx.connection.execute(
                update(handoff).where(handoff.c.id == newest.id).values(site=site)
            )

    def read(self, contact_id: str, member: StaffMember) -> Conversation:
        return self.services.conversations.open(contact_id, member, is_first=True)

    def said(self, contact_id: str, member: StaffMember) -> list[str]:
        """Returns `who: what` of a transcript."""
        return [
            f"{entry.speaker.value}: {entry.text or entry.kind}"
            for entry in self.read(contact_id, member).transcript.entries
        ]

    def actions(self, subject: str) -> list[str]:
        """Returns what the audit trail says about somebody."""
        return [entry.action for entry in self.services.audit.about(subject)]


@pytest.fixture
def reception(database_url: str) -> Iterator[Reception]:
    wired = console_services(database_url)
    yield Reception(wired)
    wired.database.close()

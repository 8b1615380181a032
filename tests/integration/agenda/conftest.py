"""The agenda in the hands of staff, on both databases."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database
from clinic.adapters.outbox import Outbox
from clinic.adapters.tables.messaging import outbox
from clinic.agenda.closures import ClosureDesk
from clinic.agenda.desk import AgendaDesk
from clinic.agenda.model import Placement
from clinic.agenda.reading import AgendaReader
from clinic.agenda.walk_ins import WalkInDesk
from clinic.appointments.services import AppointmentDesk
from clinic.clock import UTC
from clinic.consent.model import Decision, Purpose, Reply
from clinic.consent.services import ConsentRegister
from clinic.deposits.services import DepositDesk
from clinic.facts.model import Closure
from clinic.messaging.texts import load_texts
from clinic.notifications.agenda import AgendaNotices
from clinic.notifications.office import OfficeNotices
from clinic.notifications.services import Notifications
from clinic.patients.directory import PatientDirectory
from clinic.patients.model import Patient, Relation
from clinic.patients.services import PatientRegister
from clinic.privacy.audit import Audit
from clinic.scheduling.model import AgendaSlot, Appointment, SlotQuery
from clinic.scheduling.offering import Offering
from clinic.scheduling.services import Scheduling
from clinic.settings import ROOT
from tests.small_clinic import ALAMI, MIDDLE, FixedClock, small_clinic

ZONE = ZoneInfo("Africa/Casablanca")
TEXTS = load_texts(ROOT / "data" / "responses")
SALMA = "staff-salma"
"""The id of a member of staff."""


def at(text: str) -> datetime:
    """A local time: "19 10:30" is Tuesday 19 January 2027, 10:30 (the 18th is a Monday)."""
    day, time = text.split()
    return datetime.fromisoformat(f"2027-01-{day}T{time}").replace(tzinfo=ZONE).astimezone(UTC)


def place(text: str, practitioner: str = ALAMI, *, anyway: bool = False) -> Placement:
    return Placement(practitioner, at(text), anyway)


def leave(start: str, end: str, practitioner: str | None = ALAMI) -> Closure:
    return Closure(practitioner, None, at(start), at(end))


class Reception:
    """The services with what tests ask of them."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        clinic = small_clinic()
        self.database, self.clock, self.clinic = database, clock, clinic
        self.audit = Audit(database, clock)
        self.scheduling = Scheduling(database, clinic, clock)
        self.patients = PatientRegister(database, clock)
        self.consent = ConsentRegister(database, clock, "Clinique Test")
        self.notices = AgendaNotices(clinic, TEXTS, clock)
        notifications = Notifications(clinic, clock)
        office = OfficeNotices(clinic, TEXTS, clock)
        deposits = DepositDesk(database, clinic, clock, self.scheduling, office, None, self.audit)
        self.desk = AppointmentDesk(
            database, clock, self.scheduling, self.patients, notifications, deposits
        )
        self.agenda = AgendaDesk(
            database, clinic, clock, self.audit, self.desk, notifications, self.notices, deposits
        )
        self.offering = Offering(self.scheduling, clinic, clock)
        self.closures = ClosureDesk(
            database, clinic, clock, self.audit, self.agenda, self.offering, self.notices
        )
        self.reader = AgendaReader(database, clinic, clock, self.audit, self.notices)
        self.walk_ins = WalkInDesk(database, clinic, clock, self.audit)
        self.directory = PatientDirectory(database, clock, self.audit)

    def person(
        self, name: str, *, language: str = "fr", wrote: bool = True, agreed: bool = True
    ) -> Patient:
        """Somebody who wrote just now, or long ago, and allowed requests to be handled here."""
        number = f"2126610{abs(hash(name)) % 100_000:05d}"
        with self.database.write() as tx:
            contact = Contacts(tx).find_or_create(
                phone=number, user_id=None, profile_name=None, now=self.clock.now()
            )
            Contacts(tx).set_language(contact.id, language)
            written = self.clock.now() if wrote else self.clock.now() - timedelta(days=3)
            Contacts(tx).mark_inbound(contact.id, written)
        if agreed:
            self.say(contact.id, Decision.GIVEN)
        return self.patients.register(contact.id, Relation.SELF, name)

    def say(self, contact_id: str, decision: Decision) -> None:
        reply = Reply(notice="", language="fr", text="oui", message_id=f"{decision} {contact_id}")
        self.consent.record(contact_id, Purpose.CARE, decision, reply)

    def stop(self, patient: Patient) -> None:
        reply = Reply("", "fr", "STOP", f"stop {patient.contact_id}")
        self.consent.withdraw_proactive(patient.contact_id, reply)

    def booked_here(self, patient: Patient, text: str, practitioner: str = ALAMI) -> Appointment:
        """What a patient booked with the assistant."""
        start = at(text)
        slot = AgendaSlot(practitioner, "centre", MIDDLE, start, start + timedelta(minutes=30))
        hold = self.scheduling.hold(slot, patient.id, key=f"hold {slot.key} {patient.id}")
        return self.scheduling.book(hold.id, patient.id, key=f"book {slot.key} {patient.id}")

    def held(self, patient: Patient, text: str) -> str:
        start = at(text)
        slot = AgendaSlot(ALAMI, "centre", MIDDLE, start, start + timedelta(minutes=30))
        return self.scheduling.hold(slot, patient.id, key=f"hold {slot.key} {patient.id}").id

    def free_on(self, text: str, practitioner: str = ALAMI) -> list[AgendaSlot]:
        """The free half hours of a day, as the assistant would offer them."""
        start = at(f"{text} 00:00")
        query = SlotQuery(MIDDLE, start, start + timedelta(days=1), practitioner)
        return self.scheduling.find_slots(query, limit=1000, spread=False)

    def told(self, patient: Patient) -> list[dict[str, Any]]:
        """The bodies of what was queued for a patient, in their order."""
        with self.database.read() as tx:
            rows = tx.connection.execute(
                select(outbox.c.body)
                .where(outbox.c.contact_id == patient.contact_id)
                .order_by(outbox.c.id)
            )
            return [json.loads(tx.cipher.decrypt(bytes(row.body))) for row in rows]

    def told_text(self, patient: Patient) -> str:
        """The text of the newest message to a patient."""
        body = self.told(patient)[-1]
        text: str = (
            body["interactive"]["body"]["text"] if "interactive" in body else (body["text"]["body"])
        )
        return text

    def sent_everything(self) -> None:
        """What was queued has left."""
        with self.database.write() as tx:
            tx.connection.execute(update(outbox).values(status="accepted"))

    def buttons(self, patient: Patient) -> list[tuple[str, str]]:
        """Title and payload of the buttons of the newest message to a patient."""
        with self.database.read() as tx:
            return [(c.title, c.payload) for c in Outbox(tx).newest_choices(patient.contact_id)]


@pytest.fixture
def reception(database: Database) -> Reception:
    return Reception(database, FixedClock())

"""A clinic with a waiting list, on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database
from clinic.adapters.tables.messaging import outbox
from clinic.adapters.tables.waiting_list import waiting_list_entry, waiting_list_offer
from clinic.appointments.services import AppointmentDesk
from clinic.clock import UTC
from clinic.consent.model import Decision, Purpose, Reply
from clinic.consent.services import ConsentRegister
from clinic.messaging.texts import load_texts
from clinic.notifications.patients import PatientNotices
from clinic.notifications.services import Notifications
from clinic.patients.model import Relation
from clinic.patients.services import PatientRegister
from clinic.scheduling.model import AgendaSlot, Appointment
from clinic.scheduling.services import Scheduling
from clinic.settings import ROOT
from clinic.waiting_list.model import WaitingListEntry, WaitingWish
from clinic.waiting_list.services import WaitingList
from tests.small_clinic import ALAMI, MIDDLE, FixedClock, small_clinic

ZONE = ZoneInfo("Africa/Casablanca")


def slot(at: str) -> AgendaSlot:
    """Half an hour with Dr Alami on Monday 18 January 2027."""
    start = datetime.fromisoformat(f"2027-01-18T{at}").replace(tzinfo=ZONE).astimezone(UTC)
    return AgendaSlot(ALAMI, "centre", MIDDLE, start, start + timedelta(minutes=30))


@dataclass(frozen=True)
class Person:
    contact_id: str
    patient_id: str


class WaitingRoom:
    """The services with what tests ask of them."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        clinic = small_clinic()
        self.database = database
        self.clock = clock
        self.scheduling = Scheduling(database, clinic, clock)
        self.patients = PatientRegister(database, clock)
        self.consent = ConsentRegister(database, clock, "Clinique Test")
        notifications = Notifications(clinic, clock)
        self.desk = AppointmentDesk(database, clock, self.scheduling, self.patients, notifications)
        texts = load_texts(ROOT / "data" / "responses")
        self.waiting_list = WaitingList(
            database,
            clinic,
            clock,
            self.scheduling,
            self.desk,
            notifications,
            PatientNotices(clinic, texts, clock),
        )

    def person(self, number: int) -> Person:
        """Somebody who allowed their requests to be handled here."""
        with self.database.write() as tx:
            contact = Contacts(tx).find_or_create(
                phone=f"21266100000{number}",
                user_id=None,
                profile_name=None,
                now=self.clock.now(),
            )
            Contacts(tx).mark_inbound(contact.id, self.clock.now())
        self.say(contact.id, Decision.GIVEN, f"given {number}")
        patient = self.patients.register(contact.id, Relation.SELF, f"Personne {'abcdef'[number]}")
        return Person(contact.id, patient.id)

    def say(self, contact_id: str, decision: Decision, message_id: str) -> None:
        reply = Reply(notice="", language="fr", text="oui", message_id=message_id)
        self.consent.record(contact_id, Purpose.CARE, decision, reply)

    def stop(self, contact_id: str) -> None:
        self.consent.withdraw_proactive(contact_id, Reply("", "fr", "STOP", f"stop {contact_id}"))

    def book(self, at: str, patient_id: str) -> Appointment:
        hold = self.scheduling.hold(slot(at), patient_id, key=f"hold {at} {patient_id}")
        return self.scheduling.book(hold.id, patient_id, key=f"book {at} {patient_id}")

    def wait(self, person: Person, before: Appointment | None = None) -> WaitingListEntry:
        self.clock.time += timedelta(seconds=1)
        wish = WaitingWish(
            patient_id=person.patient_id,
            specialty="general_practice",
            service_id=MIDDLE,
            appointment_id=before.id if before else None,
        )
        return self.waiting_list.join(person.contact_id, wish)

    def cancel(self, appointment: Appointment) -> None:
        self.desk.cancel(appointment.id, key=f"cancel {appointment.id}")

    def open_offer(self) -> str:
        """Returns the id of the one open offer."""
        with self.database.read() as tx:
            return tx.connection.execute(
                select(waiting_list_offer.c.id).where(waiting_list_offer.c.status == "open")
            ).scalar_one()

    def offered_to(self) -> list[tuple[str, str]]:
        """Returns contact and outcome of every offer, in their order."""
        with self.database.read() as tx:
            rows = tx.connection.execute(
                select(waiting_list_entry.c.contact_id, waiting_list_offer.c.status)
                .join(waiting_list_entry, waiting_list_entry.c.id == waiting_list_offer.c.entry_id)
                .order_by(waiting_list_offer.c.created_at)
            ).all()
        return [(row.contact_id, row.status) for row in rows]

    def notices_to(self, contact_id: str) -> int:
        with self.database.read() as tx:
            rows = tx.connection.execute(
                select(outbox.c.id).where(
                    outbox.c.contact_id == contact_id, outbox.c.purpose == "waiting_list"
                )
            )
            return len(rows.all())


@pytest.fixture
def room(database: Database) -> WaitingRoom:
    # Ten in the morning: nobody is written to at night.
    return WaitingRoom(database, FixedClock(slot("10:00").start))

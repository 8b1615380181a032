"""The office's services on both databases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database
from clinic.adapters.files import FileStore
from clinic.adapters.payments import DemoPayments
from clinic.calls.services import CallList
from clinic.consent.model import Decision, Purpose, Reply
from clinic.consent.services import ConsentRegister
from clinic.deposits.services import DepositDesk
from clinic.documents.services import DocumentDesk
from clinic.facts.loader import load_clinic
from clinic.facts.model import Clinic
from clinic.facts.office import WhenUnpaid
from clinic.feedback.services import FeedbackDesk
from clinic.messaging.media_fetcher import StoredMedia
from clinic.messaging.texts import load_texts
from clinic.notifications.office import OfficeNotices
from clinic.patients.model import Relation
from clinic.patients.services import PatientRegister
from clinic.privacy.audit import Audit
from clinic.requests.answers import RequestAnswers
from clinic.requests.board import RequestBoard
from clinic.requests.closing import RequestClosing
from clinic.requests.handing_over import HandingOver
from clinic.requests.services import RequestDesk
from clinic.scheduling.model import AgendaSlot, Appointment
from clinic.scheduling.services import Scheduling
from clinic.secure_links.services import SecureLinks
from tests.small_clinic import FixedClock

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime.fromisoformat("2026-11-23T10:00:00+00:00")
SECRET = "secret"
CARDIOLOGY = AgendaSlot(
    "dr-chraibi", "maarif", "cardiology-visit",
    NOW + timedelta(days=1), NOW + timedelta(days=1, minutes=30),
)  # fmt: skip


@dataclass
class Office:
    """The services of one clinic, with one patient who allows their care."""

    database: Database
    clock: FixedClock
    clinic: Clinic
    scheduling: Scheduling
    requests: RequestDesk
    deposits: DepositDesk
    feedback: FeedbackDesk
    consent: ConsentRegister
    answers: RequestAnswers
    board: RequestBoard
    documents: DocumentDesk
    calls: CallList
    audit: Audit
    folder: Path
    contact_id: str
    patient_id: str

    def allow(self, purpose: Purpose, decision: Decision = Decision.GIVEN) -> None:
        reply = Reply("notice", "fr", "Oui", f"{purpose.value}-{decision.value}-{self.clock.time}")
        self.consent.record(self.contact_id, purpose, decision, reply)

    def book(self, slot: AgendaSlot = CARDIOLOGY) -> Appointment:
        hold = self.scheduling.hold(slot, self.patient_id, key="hold")
        return self.scheduling.book(
            hold.id, self.patient_id, key="book", on_booked=self.deposits.appointment_booked
        )


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return make_office(database, tmp_path / "files")


def make_office(
    database: Database, folder: Path, when_unpaid: WhenUnpaid = WhenUnpaid.RELEASE
) -> Office:
    clinic = load_clinic(ROOT / "clinic.yml")
    rules = replace(clinic.office.deposits, when_unpaid=when_unpaid)
    clinic = replace(clinic, office=replace(clinic.office, deposits=rules))
    clock = FixedClock(NOW)
    scheduling = Scheduling(database, clinic, clock)
    audit = Audit(database, clock)
    links = SecureLinks(database, clock, audit, clinic)
    files = FileStore(folder, database.cipher)
    documents = DocumentDesk(database, clinic, clock, audit, files, links)
    notices = OfficeNotices(clinic, load_texts(ROOT / "data" / "responses"), clock)
    closing = RequestClosing(clock, notices, audit)
    handing_over = HandingOver(clinic, notices, documents, links, can_upload=True)
    with database.write() as tx:
        contact_id = (
            Contacts(tx)
            .find_or_create(phone="212661000001", user_id=None, profile_name=None, now=NOW)
            .id
        )
        Contacts(tx).mark_inbound(contact_id, NOW)
    patient = PatientRegister(database, clock).register(contact_id, Relation.SELF, "Salma Benali")
    office = Office(
        database=database,
        clock=clock,
        clinic=clinic,
        scheduling=scheduling,
        requests=RequestDesk(database, clinic, clock, closing),
        deposits=DepositDesk(
            database,
            clinic,
            clock,
            scheduling,
            notices,
            DemoPayments("http://pay", SECRET),
            audit,
        ),
        feedback=FeedbackDesk(database, clinic, clock, notices),
        consent=ConsentRegister(database, clock, clinic.name.fr),
        answers=RequestAnswers(database, clinic, audit, notices, closing, documents, handing_over),
        board=RequestBoard(database, clock, audit, StoredMedia(database, files)),
        documents=documents,
        calls=CallList(database, clinic, clock, audit),
        audit=audit,
        folder=folder,
        contact_id=contact_id,
        patient_id=patient.id,
    )
    office.allow(Purpose.CARE)
    return office

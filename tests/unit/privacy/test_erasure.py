"""Erasing a contact: everywhere, once, and what the law keeps stays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from clinic.adapters.consents import Consents
from clinic.adapters.contacts import Contacts
from clinic.adapters.conversations import Conversations
from clinic.adapters.database import Database
from clinic.adapters.files import FileStore
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.media import MediaFiles
from clinic.adapters.outbox import Outbox
from clinic.adapters.patients import Patients
from clinic.adapters.personal_data import NOT_PERSONAL, TABLES, PersonalData
from clinic.adapters.scheduling import Appointments
from clinic.adapters.send_queue import SendQueue
from clinic.adapters.tables import metadata
from clinic.adapters.tables.scheduling import appointment
from clinic.consent.model import Decision, Purpose, Reply
from clinic.handoff.model import Priority
from clinic.messaging.model import Contact, OutboxKind
from clinic.patients.model import Patient, Relation
from clinic.privacy.audit import Audit
from clinic.privacy.erasure import Erasure
from clinic.scheduling.model import AgendaSlot
from tests.small_clinic import ALAMI, SHORT, FixedClock
from whatsapp.messages import OutgoingMessage
from whatsapp.updates import Identity, InboundMessage, MediaReference, MessageType


@pytest.fixture
def files(database: Database, tmp_path: Path) -> FileStore:
    return FileStore(tmp_path, database.cipher)


@pytest.fixture
def erasure(database: Database, clock: FixedClock, audit: Audit, files: FileStore) -> Erasure:
    return Erasure(database, clock, audit, files)


@pytest.fixture
def patient(database: Database, clock: FixedClock, contact: Contact) -> Patient:
    """A patient with an appointment to come, a message, a consent and a hand-off."""
    now = clock.now()
    with database.write() as tx:
        patient = Patients(tx).add(contact.id, Relation.SELF, "Salma Benali", now)
        book(tx, patient, clock, days=3)
        Outbox(tx).add(
            contact, OutgoingMessage("Bonjour Salma"), key="old", kind=OutboxKind.REPLY, now=now
        )
        Conversations(tx).save(contact.id, [{"event": "user", "text": "je suis Salma"}], now)
        Handoffs(tx).open(contact.id, Priority.ROUTINE, "request_human", now)
        Consents(tx).add(
            contact_id=contact.id,
            number=contact.phone,
            purpose=Purpose.CARE,
            decision=Decision.GIVEN,
            reply=Reply("notice", "fr", "J'accepte", "wamid.1"),
            text_version="1",
            text_hash="0",
            clinic="Test",
            now=now,
        )
    return patient


def book(tx: object, patient: Patient, clock: FixedClock, *, days: int) -> None:
    start = clock.now() + timedelta(days=days)
    slot = AgendaSlot(ALAMI, "centre", SHORT, start, start + timedelta(minutes=20))
    agenda = Appointments(tx)  # type: ignore[arg-type]
    held = agenda.add_hold(
        slot, patient.id, key=f"hold{days}", now=clock.now(), expires_at=clock.now()
    )
    agenda.mark_booked(held.id, key=f"book{days}", now=clock.now())


def erase(database: Database, erasure: Erasure, contact: Contact) -> None:
    with database.write() as tx:
        erasure.erase(tx, contact)


def rows_of(database: Database, contact: Contact) -> dict[str, int]:
    with database.read() as tx:
        return {
            name: len(rows) for name, rows in PersonalData(tx, contact.id).rows().items() if rows
        }


def test_every_table_is_personal_or_known_not_to_be() -> None:
    declared = {entry.table.name for entry in TABLES} | {table.name for table in NOT_PERSONAL}

    assert declared == set(metadata.tables)


def test_nothing_but_proofs_is_left(
    database: Database, erasure: Erasure, contact: Contact, patient: Patient
) -> None:
    erase(database, erasure, contact)

    assert rows_of(database, contact) == {
        "contact": 1,
        "consent": 1,
        "erasure": 1,
        "audit_entry": 1,
    }
    with database.read() as tx:
        left = Contacts(tx).get(contact.id)
    assert left is not None
    assert (left.phone, left.profile_name, left.language) == (None, None, None)


def test_appointments_to_come_are_cancelled(
    database: Database, erasure: Erasure, contact: Contact, patient: Patient
) -> None:
    erase(database, erasure, contact)

    with database.read() as tx:
        statuses = tx.connection.execute(select(appointment.c.status)).scalars().all()
    assert statuses == ["cancelled"]


def test_who_was_seen_stays_in_the_clinics_record(
    database: Database, erasure: Erasure, contact: Contact, patient: Patient, clock: FixedClock
) -> None:
    with database.write() as tx:
        book(tx, patient, clock, days=-30)

    assert erasure.has_visits(contact.id)
    erase(database, erasure, contact)

    assert rows_of(database, contact)["patient"] == 1


def test_who_writes_again_is_new(
    database: Database, erasure: Erasure, contact: Contact, patient: Patient, clock: FixedClock
) -> None:
    erase(database, erasure, contact)

    with database.write() as tx:
        again = Contacts(tx).find_or_create(
            phone=contact.phone, user_id=None, profile_name=None, now=clock.now()
        )
    assert again.id != contact.id


def test_the_last_answer_is_removed_once_it_is_sent(
    database: Database, erasure: Erasure, contact: Contact, patient: Patient, clock: FixedClock
) -> None:
    erase(database, erasure, contact)
    with database.write() as tx:
        Outbox(tx).add(
            contact,
            OutgoingMessage("C'est fait"),
            key="last",
            kind=OutboxKind.REPLY,
            now=clock.now(),
        )
    assert erasure.sweep() == 0
    with database.write() as tx:
        queue = SendQueue(tx)
        row = queue.next_for(contact.id, clock.now())
        assert row is not None
        queue.mark_sending(row, clock.now(), clock.now(), timedelta(seconds=30))
        queue.mark_accepted(row.id, "wamid.last", clock.now(), clock.now())

    assert erasure.sweep() == 1
    assert "outbox" not in rows_of(database, contact)


def test_files_are_removed_from_the_disk_too(
    database: Database,
    erasure: Erasure,
    contact: Contact,
    patient: Patient,
    clock: FixedClock,
    files: FileStore,
) -> None:
    photo = InboundMessage(
        wamid="wamid.photo",
        identity=Identity(wa_id=contact.phone),
        timestamp=clock.now(),
        type=MessageType.IMAGE,
        media=MediaReference(id="55", mime_type="image/jpeg"),
    )
    with database.write() as tx:
        MediaFiles(tx).expect(contact.id, photo, clock.now())
        (file,) = MediaFiles(tx).of_contact(contact.id)
    files.write(file.id, b"picture")

    erase(database, erasure, contact)
    with database.write() as tx:
        assert not MediaFiles(tx).note_stored(file.id, size=7)
    erasure.sweep()

    assert "media" not in rows_of(database, contact)
    with pytest.raises(FileNotFoundError):
        files.read(file.id)

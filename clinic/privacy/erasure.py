"""Erasing a contact everywhere (privacy note 9).

It runs inside the transaction that ends the turn in which the patient confirmed it, under the
conversation's lease: a turn that is still running cannot write rows back.
"""

from __future__ import annotations

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database, Transaction
from clinic.adapters.files import FileStore
from clinic.adapters.media import MediaFiles
from clinic.adapters.personal_data import (
    PersonalData,
    erased_contacts,
    note_erasure,
    note_swept,
)
from clinic.adapters.scheduling import Appointments
from clinic.clock import Clock
from clinic.messaging.model import Contact
from clinic.privacy.audit import PATIENT, Audit, AuditAction
from clinic.scheduling.model import AppointmentStatus


class Erasure:
    """Removes what a patient may have removed."""

    def __init__(self, database: Database, clock: Clock, audit: Audit, files: FileStore) -> None:
        self._database = database
        self._files = files
        self._clock = clock
        self._audit = audit

    def has_visits(self, contact_id: str) -> bool:
        """Tells whether somebody of this contact was seen: that record is kept by law."""
        with self._database.read() as tx:
            return bool(PersonalData(tx, contact_id).seen_patient_ids(self._clock.now()))

    def erase(self, tx: Transaction, contact: Contact) -> None:
        """Erases a contact within the transaction that ends their turn.

        Appointments to come are cancelled. What waits to be sent stays until it is sent; `sweep`
        removes it. Messages that wait for an answer are answered as those of a new contact.
        """
        now = self._clock.now()
        data = PersonalData(tx, contact.id)
        agenda = Appointments(tx)
        for appointment in agenda.upcoming_of(data.patient_ids(), now):
            if appointment.start > now and appointment.status in (
                AppointmentStatus.PENDING,
                AppointmentStatus.BOOKED,
            ):
                agenda.mark_cancelled(appointment.id, key=f"erasure:{contact.id}", now=now)
        data.erase(now)
        data.forget_contact()
        if data.has_waiting():
            fresh = Contacts(tx).find_or_create(
                phone=contact.phone, user_id=contact.user_id, profile_name=None, now=now
            )
            data.hand_waiting_to(fresh.id)
        note_erasure(tx, contact.id, now)
        self._audit.record_in(tx, PATIENT, AuditAction.ERASED, contact.id)

    def sweep(self) -> int:
        """Removes files, and the last answers once they are sent; returns how many are done."""
        swept = 0
        with self._database.write() as tx:
            for contact_id in erased_contacts(tx):
                data = PersonalData(tx, contact_id)
                data.erase_messages()
                for file in MediaFiles(tx).of_contact(contact_id):
                    self._files.erase(file.id)
                MediaFiles(tx).delete_all(contact_id)
                if not data.has_unsent():
                    note_swept(tx, contact_id, self._clock.now())
                    swept += 1
        return swept

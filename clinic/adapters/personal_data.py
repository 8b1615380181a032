"""Everything that is stored about a contact: which tables hold it, reading it, erasing it.

Every table stands in `TABLES` or in `NOT_PERSONAL`; a test fails for one that is in neither, so
that no new table is forgotten in an export or an erasure.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import LargeBinary, Table, delete, or_, select, update
from sqlalchemy.sql import ColumnElement

from clinic.adapters.database import Transaction
from clinic.adapters.media import MediaFiles
from clinic.adapters.tables import (
    agenda,
    clinic_file,
    documents,
    messaging,
    office,
    patients,
    privacy,
    reporting,
    requests,
    review,
    scheduling,
    staff,
    waiting_list,
)
from clinic.messaging.model import InboxStatus, OutboxStatus
from clinic.scheduling.model import AppointmentStatus


class OnErasure(Enum):
    """What an erasure does with the rows of a table."""

    DELETE = "delete"
    KEEP = "keep"
    """The law obliges the clinic to keep them, or they prove what was done."""
    OWN_RULE = "own_rule"
    """`PersonalData` has a rule for them."""


@dataclass(frozen=True)
class PersonalTable:
    """A table with rows about contacts.

    Attributes:
        owner: the column that says whose the row is: a contact's or a patient's id.
        hidden: columns that say nothing to the patient or would open something.
        parent: the table whose id is the owner, for rows that belong to another row.
    """

    table: Table
    owner: str
    on_erasure: OnErasure
    hidden: tuple[str, ...] = ()
    parent: Table | None = None

    @property
    def is_of_patient(self) -> bool:
        return self.owner == "patient_id"


TABLES = (
    # Rows of rows first: they are erased in this order.
    PersonalTable(
        requests.service_request_file,
        "request_id",
        OnErasure.DELETE,
        parent=requests.service_request,
    ),
    PersonalTable(requests.service_request, "contact_id", OnErasure.DELETE, ("request_key",)),
    # Prescriptions belong to the medical record, bills to the books.
    PersonalTable(documents.document, "contact_id", OnErasure.KEEP),
    PersonalTable(review.review_message, "contact_id", OnErasure.DELETE, ("text_hash",)),
    PersonalTable(review.review_occurrence, "contact_id", OnErasure.DELETE, ("message_hash",)),
    PersonalTable(office.call_note, "contact_id", OnErasure.DELETE),
    PersonalTable(requests.feedback, "contact_id", OnErasure.DELETE),
    # Money that was paid stays in the books; the row names nobody.
    PersonalTable(requests.deposit, "contact_id", OnErasure.KEEP),
    PersonalTable(
        waiting_list.waiting_list_offer,
        "entry_id",
        OnErasure.DELETE,
        parent=waiting_list.waiting_list_entry,
    ),
    PersonalTable(waiting_list.waiting_list_entry, "contact_id", OnErasure.DELETE),
    # Rows about appointments before these.
    PersonalTable(agenda.closure_appointment, "patient_id", OnErasure.DELETE),
    PersonalTable(agenda.appointment_change, "patient_id", OnErasure.DELETE),
    PersonalTable(agenda.walk_in, "patient_id", OnErasure.DELETE),
    PersonalTable(messaging.contact, "id", OnErasure.OWN_RULE, ("phone_hash", "user_id_hash")),
    PersonalTable(patients.patient, "contact_id", OnErasure.OWN_RULE),
    PersonalTable(
        scheduling.appointment,
        "patient_id",
        OnErasure.OWN_RULE,
        ("calendar_token", "hold_key", "idempotency_key", "cancellation_key"),
    ),
    PersonalTable(patients.consent, "contact_id", OnErasure.KEEP),
    PersonalTable(patients.handoff_step, "handoff_id", OnErasure.DELETE, parent=patients.handoff),
    PersonalTable(patients.handoff, "contact_id", OnErasure.DELETE),
    PersonalTable(staff.staff_note, "contact_id", OnErasure.DELETE),
    PersonalTable(messaging.inbox, "contact_id", OnErasure.OWN_RULE, ("key",)),
    PersonalTable(messaging.outbox, "contact_id", OnErasure.OWN_RULE, ("key", "reference")),
    PersonalTable(messaging.conversation, "contact_id", OnErasure.DELETE),
    PersonalTable(reporting.errand_run, "open_contact_id", OnErasure.DELETE),
    PersonalTable(messaging.media, "contact_id", OnErasure.OWN_RULE),
    PersonalTable(privacy.secure_link, "contact_id", OnErasure.DELETE, ("token_hash",)),
    PersonalTable(privacy.erasure, "contact_id", OnErasure.KEEP),
    PersonalTable(privacy.audit_entry, "subject", OnErasure.KEEP, ("hash",)),
)

NOT_PERSONAL = (
    agenda.closure,
    messaging.lease,
    messaging.message_template,
    messaging.uploaded_media,
    scheduling.appointment_atom,
    privacy.audit_head,
    requests.practitioner_delay,
    waiting_list.freed_slot,
    documents.document_number,
    clinic_file.clinic_version,
    # About staff, not about patients; events hold an id for a day.
    staff.staff_member,
    staff.staff_role,
    staff.staff_session,
    staff.login_throttle,
    staff.live_event,
)

_MEDICAL_RECORD = tuple(
    status.value
    for status in (
        AppointmentStatus.ARRIVED,
        AppointmentStatus.FULFILLED,
        AppointmentStatus.NOSHOW,
    )
)
_UNSENT = (OutboxStatus.QUEUED.value, OutboxStatus.SENDING.value)
_TO_BE_SENT = (OutboxStatus.QUEUED.value, OutboxStatus.HELD.value)


class PersonalData:
    """What is stored about one contact, within one transaction."""

    def __init__(self, tx: Transaction, contact_id: str) -> None:
        self._tx = tx
        self._connection = tx.connection
        self._cipher = tx.cipher
        self._contact_id = contact_id

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Returns every row by the name of its table, decrypted, for the one it is about."""
        patient_ids = self.patient_ids()
        return {
            entry.table.name: [
                self._readable(entry, row._mapping)
                for row in self._connection.execute(
                    select(entry.table).where(self._is_theirs(entry, patient_ids))
                )
            ]
            for entry in TABLES
        }

    def patient_ids(self) -> list[str]:
        table = patients.patient
        rows = self._connection.execute(
            select(table.c.id).where(table.c.contact_id == self._contact_id)
        )
        return [row.id for row in rows]

    def erase(self, now: datetime) -> None:
        """Removes what may be removed; the rest names nobody, or is kept by law."""
        patient_ids = self.patient_ids()
        for entry in TABLES:
            if entry.on_erasure is OnErasure.DELETE:
                self._connection.execute(
                    delete(entry.table).where(self._is_theirs(entry, patient_ids))
                )
        MediaFiles(self._tx).mark_all_erased(self._contact_id)
        self._erase_patients(patient_ids, now)
        # A reminder that is queued must not come after "everything is erased".
        out = messaging.outbox
        self._connection.execute(
            delete(out)
            .where(out.c.contact_id == self._contact_id)
            .where(out.c.status.in_(_TO_BE_SENT))
        )
        self.erase_messages()

    def erase_messages(self) -> None:
        """Removes what was written and sent, but for what still waits for an answer or a send."""
        self._connection.execute(
            delete(messaging.conversation).where(
                messaging.conversation.c.contact_id == self._contact_id
            )
        )
        out = messaging.outbox
        gone = _done_with(out, self._contact_id)
        wamids = [row.wamid for row in self._connection.execute(select(out.c.wamid).where(gone))]
        self._connection.execute(delete(out).where(gone))
        inbox = messaging.inbox
        self._connection.execute(
            delete(inbox)
            .where(inbox.c.contact_id == self._contact_id)
            .where(inbox.c.status != InboxStatus.WAITING.value)
        )
        for wamid in filter(None, wamids):
            # Delivery reports name the number too.
            self._connection.execute(
                delete(inbox).where(inbox.c.key.startswith(f"status:{wamid}:", autoescape=True))
            )

    def forget_contact(self) -> None:
        """Takes number, user id and name off the contact: who writes again is new."""
        table = messaging.contact
        nothing = dict.fromkeys(
            ("phone_hash", "phone", "user_id_hash", "user_id", "profile_name", "language")
        )
        self._connection.execute(
            update(table).where(table.c.id == self._contact_id).values(**nothing)
        )

    def has_unsent(self) -> bool:
        out = messaging.outbox
        return (
            self._connection.execute(
                select(out.c.id)
                .where(out.c.contact_id == self._contact_id, out.c.status.in_(_UNSENT))
                .limit(1)
            ).first()
            is not None
        )

    def hand_waiting_to(self, contact_id: str) -> None:
        """Gives messages that are not answered yet to another contact."""
        inbox = messaging.inbox
        self._connection.execute(
            update(inbox)
            .where(inbox.c.contact_id == self._contact_id)
            .where(inbox.c.status == InboxStatus.WAITING.value)
            .values(contact_id=contact_id)
        )

    def has_waiting(self) -> bool:
        inbox = messaging.inbox
        return (
            self._connection.execute(
                select(inbox.c.id)
                .where(inbox.c.contact_id == self._contact_id)
                .where(inbox.c.status == InboxStatus.WAITING.value)
                .limit(1)
            ).first()
            is not None
        )

    def seen_patient_ids(self, now: datetime) -> set[str]:
        """Returns the patients with visits, whose record the law obliges the clinic to keep."""
        table = scheduling.appointment
        was_booked = (table.c.status == AppointmentStatus.BOOKED.value) & (table.c.start_at <= now)
        rows = self._connection.execute(
            select(table.c.patient_id)
            .where(table.c.patient_id.in_(self.patient_ids()))
            .where(or_(table.c.status.in_(_MEDICAL_RECORD), was_booked))
        )
        return {row.patient_id for row in rows}

    def _erase_patients(self, patient_ids: Collection[str], now: datetime) -> None:
        kept = self.seen_patient_ids(now)
        table = patients.patient
        gone = [patient_id for patient_id in patient_ids if patient_id not in kept]
        # Their cancelled appointments stay in the agenda and name nobody any more.
        self._connection.execute(delete(table).where(table.c.id.in_(gone)))

    def _is_theirs(self, entry: PersonalTable, patient_ids: Collection[str]) -> ColumnElement[bool]:
        column = entry.table.c[entry.owner]
        if entry.parent is not None:
            theirs = entry.parent.c.contact_id == self._contact_id
            return column.in_(select(entry.parent.c.id).where(theirs))
        if entry.is_of_patient:
            return column.in_(patient_ids)
        return column == self._contact_id

    def _readable(self, entry: PersonalTable, row: Any) -> dict[str, Any]:
        return {
            column.name: self._plain(column.type, row[column.name])
            for column in entry.table.columns
            if column.name not in entry.hidden
        }

    def _plain(self, kind: Any, value: Any) -> Any:
        if isinstance(kind, LargeBinary) and value is not None:
            text = self._cipher.decrypt(bytes(value))
            try:
                return json.loads(text) if text[:1] in "{[" else text
            except ValueError:
                return text
        return value.isoformat() if isinstance(value, datetime) else value


def _done_with(table: Table, contact_id: str) -> ColumnElement[bool]:
    """Returns the condition for a contact's messages that nothing is left to do for."""
    condition: ColumnElement[bool] = (table.c.contact_id == contact_id) & table.c.status.notin_(
        _UNSENT
    )
    return condition


def erased_contacts(tx: Transaction) -> Iterator[str]:
    """Yields the contacts whose last answer may still be stored."""
    table = privacy.erasure
    rows = tx.connection.execute(select(table.c.contact_id).where(table.c.swept_at.is_(None)))
    for row in rows.all():
        yield row.contact_id


def note_erasure(tx: Transaction, contact_id: str, now: datetime) -> None:
    """Records that a contact was erased."""
    tx.connection.execute(
        tx.insert(privacy.erasure)
        .values(contact_id=contact_id, erased_at=now, swept_at=None)
        .on_conflict_do_nothing()
    )


def note_swept(tx: Transaction, contact_id: str, now: datetime) -> None:
    """Records that nothing more of an erased contact is left to remove."""
    table = privacy.erasure
    tx.connection.execute(
        update(table).where(table.c.contact_id == contact_id).values(swept_at=now)
    )

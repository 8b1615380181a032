"""The audit trail: who did or read what with whose data (privacy note 13)."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Any

from clinic.adapters.audit import AuditEntry, AuditTrail
from clinic.adapters.database import Database, Transaction
from clinic.clock import UTC, Clock


class AuditAction(str, Enum):
    """What is recorded."""

    EXPORT_OFFERED = "export_offered"
    EXPORT_OPENED = "export_opened"
    EXPORT_REFUSED = "export_refused"
    RECTIFIED = "rectified"
    RECTIFICATION_ASKED = "rectification_asked"
    ERASED = "erased"
    MEDIA_TAKEN_BACK = "media_taken_back"
    # the agenda in the hands of staff; the subject is the contact, or the closure
    AGENDA_READ = "agenda_read"
    APPOINTMENT_CHANGED = "appointment_changed"
    PATIENT_ADDED = "patient_added"
    CLOSURE_ADDED = "closure_added"
    CLOSURE_REMOVED = "closure_removed"
    WALK_IN_NOTED = "walk_in_noted"
    # the office: documents, requests, deposits, calls
    DOCUMENT_OFFERED = "document_offered"
    DOCUMENT_OPENED = "document_opened"
    DOCUMENT_REFUSED = "document_refused"
    DOCUMENT_MADE = "document_made"
    DOCUMENT_SENT = "document_sent"
    DOCUMENT_READ = "document_read"
    REQUESTS_LISTED = "requests_listed"
    REQUEST_READ = "request_read"
    REQUEST_FILE_READ = "request_file_read"
    REQUEST_COMPLETED = "request_completed"
    REQUEST_REJECTED = "request_rejected"
    CARD_VERIFIED = "card_verified"
    DEPOSIT_READ = "deposit_read"
    DEPOSIT_REFUNDED = "deposit_refunded"
    CALL_LISTED = "call_listed"
    CALL_NOTED = "call_noted"
    REVIEW_READ = "review_read"
    REVIEW_REPORTED = "review_reported"
    REVIEW_DECIDED = "review_decided"
    CLINIC_FILE_CHANGED = "clinic_file_changed"
    # what staff read and do: the subject is a contact's id, or what was listed
    INBOX_READ = "inbox_read"
    PATIENTS_SEARCHED = "patients_searched"
    CONVERSATION_READ = "conversation_read"
    MEDIA_READ = "media_read"
    HANDOFF_CLAIMED = "handoff_claimed"
    HANDOFF_ASSIGNED = "handoff_assigned"
    HANDOFF_RELEASED = "handoff_released"
    HANDOFF_ENDED = "handoff_ended"
    HANDOFF_REOPENED = "handoff_reopened"
    HANDOFF_SNOOZED = "handoff_snoozed"
    STAFF_REPLIED = "staff_replied"
    FILE_SENT = "file_sent"
    NOTE_ADDED = "note_added"
    IDENTITY_CONFIRMED = "identity_confirmed"
    APPOINTMENT_BOOKED = "appointment_booked"
    APPOINTMENT_MOVED = "appointment_moved"
    APPOINTMENT_CANCELLED = "appointment_cancelled"
    # accounts of the staff: the subject is a member's id
    STAFF_CREATED = "staff_created"
    STAFF_CHANGED = "staff_changed"
    STAFF_PASSWORD_CHANGED = "staff_password_changed"
    STAFF_SECOND_FACTOR_CHANGED = "staff_second_factor_changed"
    STAFF_LOGIN = "staff_login"
    STAFF_LOGIN_FAILED = "staff_login_failed"


PATIENT = "patient"


class Audit:
    """Adds to the trail and checks it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def record(self, actor: str, action: AuditAction, subject: str, **details: Any) -> None:
        """Adds an entry in a transaction of its own.

        Args:
            actor: `PATIENT`, or the id of a member of staff.
            subject: the id of the contact whose data it is.
            details: what else matters; stored encrypted.
        """
        with self._database.write() as tx:
            self.record_in(tx, actor, action, subject, **details)

    def record_in(
        self, tx: Transaction, actor: str, action: AuditAction, subject: str, **details: Any
    ) -> None:
        """Adds an entry in the transaction of what it records: both are written or none."""
        AuditTrail(tx).append(
            actor=actor,
            action=action.value,
            subject=subject,
            details=details,
            # Whole seconds in UTC: the hash must be the same when the row is read again.
            now=self._clock.now().astimezone(UTC).replace(microsecond=0),
        )

    def has(self, actor: str, action: AuditAction, subject: str, *, within: timedelta) -> bool:
        """Tells whether an entry of the last hours or days says so."""
        since = self._clock.now() - within
        with self._database.read() as tx:
            return AuditTrail(tx).has(
                actor=actor, action=action.value, subject=subject, since=since
            )

    def about(self, subject: str) -> list[AuditEntry]:
        """Returns the entries about a contact, the oldest first."""
        with self._database.read() as tx:
            return AuditTrail(tx).about(subject)

    def verify(self) -> list[str]:
        """Returns every fault of the trail; an empty list when nothing was touched."""
        with self._database.read() as tx:
            return list(AuditTrail(tx).faults())

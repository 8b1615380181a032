"""Tables of people: patients, their consent, and the hand-offs to staff."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from clinic.adapters.database import UtcDateTime
from clinic.adapters.tables.base import Id, metadata

patient = Table(
    "patient",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("relation", String(16), nullable=False, comment="self, or a relation of the contact"),
    Column("name", LargeBinary, nullable=False, comment="encrypted"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("birth_date", LargeBinary, comment="encrypted, ISO 8601"),
    Column("national_id", LargeBinary, comment="encrypted, CIN"),
    Column("insurance", LargeBinary, comment="encrypted code: cnss, amo..."),
    Index("ix_patient_contact_id", "contact_id"),
)

consent = Table(
    "consent",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("purpose", String(16), nullable=False, comment="care reminders feedback marketing"),
    Column("decision", String(16), nullable=False, comment="given refused withdrawn"),
    Column("text_version", String(32), nullable=False),
    Column("text_hash", String(64), nullable=False, comment="sha256 of the notice as shown"),
    Column("language", String(16), nullable=False),
    Column("reply", LargeBinary, nullable=False, comment="encrypted, the patient's exact reply"),
    Column("number", LargeBinary, comment="encrypted"),
    Column("channel", String(16), nullable=False),
    Column("message_id", String(200), nullable=False, comment="wamid of the reply"),
    Column("clinic", String(120), nullable=False, comment="the controller"),
    Column("actor", String(16), nullable=False, comment="patient, staff or system"),
    Column("decided_at", UtcDateTime, nullable=False),
    Index("uq_consent_message_id_purpose", "message_id", "purpose", unique=True),
    Index("ix_consent_contact_id_purpose", "contact_id", "purpose"),
)

handoff = Table(
    "handoff",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("priority", String(8), nullable=False, comment="FHIR: stat urgent asap routine"),
    Column("reason", String(64), nullable=False),
    Column("status", String(16), nullable=False, comment="waiting claimed resolved"),
    Column("open_contact_id", Id, unique=True, comment="the contact while open, else null"),
    Column("claimed_by", String(64)),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("site", String(64), comment="of the patient's next appointment; none for all sites"),
    Column("patient_at", UtcDateTime, comment="when the patient last wrote while it was open"),
    Column("staff_at", UtcDateTime, comment="when staff last answered"),
    Column("read_at", UtcDateTime, comment="when whom it concerns last looked"),
    Column("claimed_at", UtcDateTime, comment="when it was first taken"),
    Column("answered_at", UtcDateTime, comment="when staff first answered"),
    Column("resolved_at", UtcDateTime),
    Column("outcome", String(16), comment="handed_back resolved"),
    Column("snoozed_until", UtcDateTime),
    Column("escalated_at", UtcDateTime, comment="when nobody had taken or answered it in time"),
    Column("told_at", UtcDateTime, comment="when the patient was last told to wait on"),
    Column("done", String(16), comment="what staff did in the agenda: booked moved cancelled"),
    Column("done_appointment", Id),
    Index("ix_handoff_status_updated_at", "status", "updated_at"),
    Index("ix_handoff_contact_id_opened_at", "contact_id", "opened_at"),
)

handoff_step = Table(
    "handoff_step",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("handoff_id", Id, ForeignKey("handoff.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column(
        "kind",
        String(16),
        nullable=False,
        comment="claimed taken_over assigned released escalated handed_back resolved reopened",
    ),
    Column("actor", String(64), comment="a member of staff, or the clinic's phone"),
    Column("other", String(64), comment="to whom it was given, or from whom it was taken"),
    Column("patient_told", Boolean, comment="that they know who answers; null: nothing to tell"),
    Index("ix_handoff_step_handoff_id", "handoff_id"),
)

"""Tables of the office: requests with their files, deposits, opinions, delays set by staff."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from clinic.adapters.database import UtcDateTime
from clinic.adapters.tables.base import Id, metadata

service_request = Table(
    "service_request",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(16), nullable=False, unique=True, comment="read aloud: R-7K2M"),
    Column("kind", String(32), nullable=False),
    Column("status", String(16), nullable=False, comment="active completed rejected revoked"),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("patient_id", Id, ForeignKey("patient.id")),
    Column("details", LargeBinary, nullable=False, comment="encrypted JSON"),
    Column("note", LargeBinary, comment="encrypted, what staff answered"),
    Column("handled_by", String(64)),
    Column("request_key", String(200), nullable=False, unique=True, comment="of the message"),
    Column("expected_at", UtcDateTime, comment="until when the patient was promised an answer"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_service_request_contact_id_status", "contact_id", "status"),
    Index("ix_service_request_status_expected_at", "status", "expected_at"),
)

service_request_file = Table(
    "service_request_file",
    metadata,
    Column("id", Id, primary_key=True),
    Column("request_id", Id, ForeignKey("service_request.id"), nullable=False),
    Column("message_id", String(200), nullable=False, unique=True, comment="wamid, as in inbox"),
    Column("media", LargeBinary, nullable=False, comment="encrypted JSON: media id, type, name"),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_service_request_file_request_id", "request_id"),
)

deposit = Table(
    "deposit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(16), nullable=False, unique=True, comment="on the receipt: A-7K2M"),
    Column("appointment_id", Id, ForeignKey("appointment.id"), nullable=False, unique=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("amount_mad", Integer, nullable=False),
    Column("status", String(16), nullable=False, comment="requested paid expired refunded"),
    Column("provider", String(32), nullable=False),
    Column("payment_id", String(128), unique=True, comment="the provider's id of the payment"),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("paid_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    CheckConstraint("amount_mad > 0", name="amount"),
    Index("ix_deposit_contact_id", "contact_id"),
    Index("ix_deposit_status_expires_at", "status", "expires_at"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("appointment_id", Id, ForeignKey("appointment.id"), unique=True),
    Column("status", String(16), nullable=False, comment="invited asked answered"),
    Column("rating", Integer),
    Column("comment", LargeBinary, comment="encrypted, the patient's words"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating"),
    Index("ix_feedback_contact_id_created_at", "contact_id", "created_at"),
)

practitioner_delay = Table(
    "practitioner_delay",
    metadata,
    Column("practitioner_id", String(24), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("minutes", Integer, nullable=False),
    Column("set_by", String(64), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

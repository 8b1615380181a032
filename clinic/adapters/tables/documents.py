"""Tables of documents that the clinic makes or uploads for patients, and their numbers."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from clinic.adapters.database import UtcDateTime
from clinic.adapters.tables.base import Id, metadata

document = Table(
    "document",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String(24), unique=True, comment="of bills, without gaps: F-2026-0001"),
    Column("kind", String(16), nullable=False, comment="prescription invoice quote results..."),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("patient_id", Id),
    Column("request_id", Id),
    Column("language", String(16), nullable=False),
    Column("filename", LargeBinary, nullable=False, comment="encrypted"),
    Column("mime_type", String(64), nullable=False),
    Column("size", Integer, nullable=False, comment="bytes; the content is an encrypted file"),
    Column("sha256", String(64), nullable=False, comment="of the content, hexadecimal"),
    Column("made_by", String(64), nullable=False),
    Column("signed_by", String(24), comment="practitioner who signed it"),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_document_contact_id", "contact_id"),
    Index("ix_document_request_id", "request_id"),
)

document_number = Table(
    "document_number",
    metadata,
    Column("series", String(16), primary_key=True, comment="letter and year: F-2026"),
    Column("last", Integer, nullable=False),
)

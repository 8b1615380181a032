"""Tables of the office's own work: calls to patients whom a message did not reach."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from clinic.adapters.database import UtcDateTime
from clinic.adapters.tables.base import Id, metadata

call_note = Table(
    "call_note",
    metadata,
    Column("id", Id, primary_key=True),
    Column("outbox_id", Integer, nullable=False, comment="the message that did not reach"),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("outcome", String(16), nullable=False, comment="reached no_answer wrong_number"),
    Column("words", LargeBinary, comment="encrypted"),
    Column("by", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_call_note_outbox_id", "outbox_id"),
    Index("ix_call_note_contact_id", "contact_id"),
)

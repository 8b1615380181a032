"""Tables of messages that are reviewed to become training examples."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from clinic.adapters.database import UtcDateTime
from clinic.adapters.tables.base import Id, metadata

review_message = Table(
    "review_message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("text_hash", String(64), nullable=False, unique=True, comment="keyed, of its words"),
    Column(
        "contact_id", Id, ForeignKey("contact.id"), nullable=False, comment="who wrote it first"
    ),
    Column("text", LargeBinary, nullable=False, comment="encrypted, personal data masked"),
    Column("language", String(16), nullable=False),
    Column("guesses", String(400), nullable=False, comment="JSON: intents with their confidence"),
    Column("source", String(16), nullable=False, comment="not_understood staff"),
    Column("times", Integer, nullable=False, comment="how often it came"),
    Column("status", String(16), nullable=False, comment="waiting labelled dismissed"),
    Column("intent", String(64), comment="what it means"),
    Column("example", LargeBinary, comment="encrypted, what becomes a training message"),
    Column("decided_by", String(64)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_review_message_status_updated_at", "status", "updated_at"),
    Index("ix_review_message_contact_id", "contact_id"),
)

review_occurrence = Table(
    "review_occurrence",
    metadata,
    Column("message_hash", String(64), primary_key=True, comment="keyed, of a counted message"),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False, comment="who wrote it"),
    Index("ix_review_occurrence_contact_id", "contact_id"),
)

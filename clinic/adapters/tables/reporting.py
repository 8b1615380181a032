"""Tables of the manager's figures: how errands went, without a word of what was said."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from clinic.adapters.database import UtcDateTime
from clinic.adapters.tables.base import Id, metadata

errand_run = Table(
    "errand_run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("open_contact_id", Id, unique=True, comment="whose it is while open, else null"),
    Column("errand", String(32), nullable=False, comment="a form, or question"),
    Column("step", String(64), nullable=False, comment="the question open last, or the intent"),
    Column("turns", Integer, nullable=False),
    Column("language", String(16), nullable=False),
    Column("outcome", String(16), nullable=False, comment="open completed left passed_on"),
    Column("started_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("site", String(24), comment="of the appointment that it is about; null: unknown"),
    Index("ix_errand_run_started_at", "started_at"),
    Index("ix_errand_run_outcome_updated_at", "outcome", "updated_at"),
)

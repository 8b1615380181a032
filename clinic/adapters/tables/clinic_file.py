"""Table of the clinic file's versions."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from clinic.adapters.database import UtcDateTime
from clinic.adapters.tables.base import metadata

clinic_version = Table(
    "clinic_version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", LargeBinary, nullable=False, comment="encrypted: it has numbers of staff"),
    Column("made_by", String(64), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("note", String(200), nullable=False),
)

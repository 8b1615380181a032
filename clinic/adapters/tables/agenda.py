"""Tables of what staff do with the agenda: closures, changes that can be undone, walk-ins."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
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

closure = Table(
    "closure",
    metadata,
    Column("id", Id, primary_key=True),
    Column("practitioner_id", String(24), comment="whose leave; null: a site is closed"),
    Column("site_id", String(24), comment="the closed site; null: a leave, or all sites"),
    Column("start_at", UtcDateTime, nullable=False),
    Column("end_at", UtcDateTime, nullable=False, comment="exclusive"),
    Column("reason", String(16), nullable=False, comment="leave training illness closed other"),
    Column("note", LargeBinary, comment="encrypted, for staff only"),
    Column("created_by", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("removed_by", String(64)),
    Column("removed_at", UtcDateTime),
    CheckConstraint("start_at < end_at", name="ends_after_start"),
    CheckConstraint("practitioner_id IS NULL OR site_id IS NULL", name="one_scope"),
    Index("ix_closure_end_at", "end_at"),
)

closure_appointment = Table(
    "closure_appointment",
    metadata,
    Column("closure_id", Id, ForeignKey("closure.id"), primary_key=True),
    Column("appointment_id", Id, ForeignKey("appointment.id"), primary_key=True),
    Column("patient_id", String(64), nullable=False),
    Column("outcome", String(16), nullable=False, comment="what was decided: moved cancelled"),
    Column("told", String(16), comment="null: not yet; message, or call: staff have to"),
    Column("told_at", UtcDateTime),
    Index("ix_closure_appointment_told", "told"),
    Index("ix_closure_appointment_appointment_id", "appointment_id"),
)

appointment_change = Table(
    "appointment_change",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("appointment_id", Id, ForeignKey("appointment.id"), nullable=False),
    Column("patient_id", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("actor", String(64), nullable=False, comment="a member of staff"),
    Column("at", UtcDateTime, nullable=False),
    Column("status_before", String(16), comment="null: it was made by this"),
    Column("status_after", String(16), nullable=False),
    Column("slot_before", String(120), nullable=False),
    Column("slot_after", String(120), nullable=False),
    Column("told", String(16), comment="message, call, or null: nobody was to be told"),
    Index("ix_appointment_change_appointment_id", "appointment_id"),
    Index("ix_appointment_change_patient_id", "patient_id"),
)

walk_in = Table(
    "walk_in",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site_id", String(24), nullable=False),
    Column("practitioner_id", String(24), comment="null: whoever is free first"),
    Column("patient_id", String(64), comment="null: only the name is known"),
    Column("name", LargeBinary, comment="encrypted, of somebody who is not registered"),
    Column("status", String(16), nullable=False, comment="arrived fulfilled cancelled"),
    Column("arrived_at", UtcDateTime, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_walk_in_site_id_arrived_at", "site_id", "arrived_at"),
    Index("ix_walk_in_patient_id", "patient_id"),
)

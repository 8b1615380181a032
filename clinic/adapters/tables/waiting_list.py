"""Tables of the waiting list: places, offers, and the freed times that are still to be offered."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from clinic.adapters.database import UtcDateTime
from clinic.adapters.tables.base import Id, metadata

waiting_list_entry = Table(
    "waiting_list_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("patient_id", String(64), nullable=False),
    Column("specialty", String(32), nullable=False),
    Column("service_id", String(24), nullable=False),
    Column("practitioner_id", String(24), comment="null: anybody of the specialty"),
    Column("appointment_id", Id, comment="what an earlier time would replace"),
    Column("wanted_from", UtcDateTime),
    Column("wanted_until", UtcDateTime, comment="exclusive"),
    Column("status", String(16), nullable=False, comment="waiting fulfilled left"),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_waiting_list_entry_status_joined_at", "status", "joined_at"),
    Index("ix_waiting_list_entry_contact_id", "contact_id"),
)

waiting_list_offer = Table(
    "waiting_list_offer",
    metadata,
    Column("id", Id, primary_key=True),
    Column("entry_id", Id, ForeignKey("waiting_list_entry.id"), nullable=False),
    Column("slot_key", String(120), nullable=False),
    Column("hold_id", Id, nullable=False),
    Column("status", String(16), nullable=False, comment="open taken refused expired"),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    # Nobody is offered the same slot twice.
    Index("uq_waiting_list_offer_entry_id_slot_key", "entry_id", "slot_key", unique=True),
    Index("ix_waiting_list_offer_status_expires_at", "status", "expires_at"),
)

freed_slot = Table(
    "freed_slot",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("slot_key", String(120), nullable=False),
    Column("left_by", String(64), comment="the patient who had it: not offered to them"),
    Column("freed_at", UtcDateTime, nullable=False),
)

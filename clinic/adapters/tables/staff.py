"""Tables of the staff: accounts, roles per site, sessions, failed logins, notes, live events."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from clinic.adapters.database import UtcDateTime
from clinic.adapters.tables.base import Id, metadata

staff_member = Table(
    "staff_member",
    metadata,
    Column("id", Id, primary_key=True),
    Column("login_hash", String(64), nullable=False, unique=True),
    Column("login", LargeBinary, nullable=False, comment="encrypted"),
    Column("name", LargeBinary, nullable=False, comment="encrypted"),
    Column("password_hash", String(200), nullable=False, comment="argon2id"),
    Column("must_change_password", Boolean, nullable=False),
    Column("language", String(8), nullable=False, comment="of the interface: fr ar en"),
    Column("practitioner", String(64), comment="whose account it is, as clinic.yml names them"),
    Column("totp_secret", LargeBinary, comment="encrypted; none without a second factor"),
    Column("totp_step", Integer, comment="the last 30 seconds whose code was used"),
    Column("is_active", Boolean, nullable=False),
    Column("is_away", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

staff_role = Table(
    "staff_role",
    metadata,
    Column("staff_id", Id, ForeignKey("staff_member.id"), primary_key=True),
    Column("role", String(16), primary_key=True, comment="reception nurse doctor manager admin"),
    Column("site", String(64), primary_key=True, comment="as clinic.yml names it, * for all"),
)

staff_session = Table(
    "staff_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", Id, ForeignKey("staff_member.id"), nullable=False),
    Column("needs_code", Boolean, nullable=False, comment="the second factor is still missing"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("ix_staff_session_staff_id", "staff_id"),
)

login_throttle = Table(
    "login_throttle",
    metadata,
    Column("key", String(64), primary_key=True, comment="keyed hash of an account or an address"),
    Column("failures", Integer, nullable=False),
    Column("blocked_until", UtcDateTime),
    Column("updated_at", UtcDateTime, nullable=False),
)

staff_note = Table(
    "staff_note",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("author", Id, nullable=False),
    Column("text", LargeBinary, nullable=False, comment="encrypted"),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_staff_note_contact_id", "contact_id"),
)

live_event = Table(
    "live_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("topic", String(32), nullable=False),
    Column("subject", Id, comment="whom or what it is about: an opaque id"),
    Column("priority", String(8)),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_live_event_created_at", "created_at"),
)

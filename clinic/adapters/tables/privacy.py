"""Tables of privacy: the audit trail, links to one's own data, and erasures that were done.

No row of `audit_entry` is ever changed or removed; triggers refuse it whoever asks.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    event,
)

from clinic.adapters.database import UtcDateTime
from clinic.adapters.tables.base import Id, metadata

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(64), nullable=False, comment="patient, system, or a staff id"),
    Column("action", String(64), nullable=False),
    Column("subject", String(64), nullable=False, comment="whose data: a contact's id"),
    Column("details", LargeBinary, comment="encrypted JSON, such as the value before"),
    Column("hash", String(64), nullable=False, comment="keyed, over the row and the one before"),
    Index("ix_audit_entry_subject", "subject"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, comment="always 1"),
    Column("number", Integer, nullable=False, comment="of the newest entry"),
    Column("hash", String(64), nullable=False),
)

secure_link = Table(
    "secure_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("kind", String(16), nullable=False, comment="data_export document"),
    Column("subject_id", Id, nullable=False, comment="what it opens"),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("patient_id", Id, comment="whose second factor counts; null: the contact's"),
    Column("language", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("used_at", UtcDateTime),
    Index("ix_secure_link_contact_id", "contact_id"),
    Index("ix_secure_link_subject_id", "subject_id"),
)

erasure = Table(
    "erasure",
    metadata,
    Column("contact_id", Id, ForeignKey("contact.id"), primary_key=True),
    Column("erased_at", UtcDateTime, nullable=False),
    Column("swept_at", UtcDateTime, comment="when the last answer was gone too"),
)

SQLITE_AUDIT_GUARDS = tuple(
    f"CREATE TRIGGER audit_entry_no_{what.lower()} BEFORE {what} ON audit_entry BEGIN"
    " SELECT RAISE(ABORT, 'The audit trail is append-only.'); END"
    for what in ("UPDATE", "DELETE")
)

POSTGRESQL_AUDIT_GUARDS = (
    "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger AS $$ BEGIN"
    " RAISE EXCEPTION 'The audit trail is append-only.'; END; $$ LANGUAGE plpgsql",
    "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry"
    " FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
)
"""To be run once `audit_entry` exists; migration 0004 repeats them."""

for _dialect, _guards in (("sqlite", SQLITE_AUDIT_GUARDS), ("postgresql", POSTGRESQL_AUDIT_GUARDS)):
    for _guard in _guards:
        event.listen(audit_entry, "after_create", DDL(_guard).execute_if(dialect=_dialect))

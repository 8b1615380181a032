"""Tables of the way in and out: contacts, inbox, outbox, media, account, conversations."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    false,
)

from clinic.adapters.database import UtcDateTime
from clinic.adapters.tables.base import Id, metadata

contact = Table(
    "contact",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False, comment="patient or staff"),
    Column("phone_hash", String(64), unique=True),
    Column("phone", LargeBinary, comment="encrypted, digits with country code"),
    Column("user_id_hash", String(64), unique=True),
    Column("user_id", LargeBinary, comment="encrypted, Meta's business-scoped user id"),
    Column("profile_name", LargeBinary, comment="encrypted"),
    Column("language", String(16), comment="BCP 47 tag of the conversation"),
    Column("last_inbound_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("recheck_since", UtcDateTime, comment="number or id changed: verify who it is"),
    Column("recheck_attempts", Integer, nullable=False, server_default="0"),
    Column("unreadable_at", UtcDateTime, comment="last told that a message can't be read"),
    Column("identity_hash", String(64), comment="of Meta's hash of the phone's identity key"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, unique=True, comment="wamid, or a derived key"),
    Column("kind", String(24), nullable=False),
    Column("field", String(64), nullable=False),
    Column("contact_id", Id, ForeignKey("contact.id")),
    Column("payload", LargeBinary, nullable=False, comment="encrypted JSON item as received"),
    Column("reason", String(200), comment="why it was parked"),
    Column("status", String(16), nullable=False, comment="waiting done parked"),
    Column("written_at", UtcDateTime, comment="when the patient wrote it"),
    Column("received_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column(
        "urgent",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="sounded like an emergency: goes first",
    ),
    Index("ix_inbox_contact_id_status", "contact_id", "status"),
    Index("ix_inbox_status", "status"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, unique=True, comment="what makes it sent once"),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("reference", Id, nullable=False, unique=True, comment="comes back in statuses"),
    Column("body", LargeBinary, nullable=False, comment="encrypted request body"),
    Column("message", LargeBinary, comment="encrypted OutgoingMessage, for its next pages"),
    Column("kind", String(16), nullable=False, comment="reply, notice: replies go first"),
    Column("status", String(16), nullable=False),
    Column("wamid", String(200), unique=True),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("error_code", Integer),
    Column("error", LargeBinary, comment="encrypted raw answer of the API"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("purpose", String(24), comment="what must still be allowed when it is sent"),
    Column("expires_at", UtcDateTime, comment="not sent from then on"),
    Column("attempted_at", UtcDateTime, comment="last attempt, by the computer's clock"),
    Column("accepted_at", UtcDateTime, comment="answer to it, by the computer's clock"),
    Column("fallback", LargeBinary, comment="encrypted, sent instead outside the window"),
    Column("author", String(64), comment="the member of staff who wrote it; none: the assistant"),
    Column("initiated_at", UtcDateTime, comment="attempt of a template outside the window"),
    Index("ix_outbox_status_next_attempt_at", "status", "next_attempt_at"),
    Index("ix_outbox_contact_id", "contact_id"),
    Index("ix_outbox_attempted_at", "attempted_at"),
    Index("ix_outbox_initiated_at", "initiated_at"),
)

message_template = Table(
    "message_template",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("status", String(32), nullable=False, comment="Meta's: APPROVED, PENDING..."),
    Column("reason", String(200), comment="why it was rejected or paused"),
    Column("updated_at", UtcDateTime, nullable=False),
)

account_fact = Table(
    "account_fact",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", String(64), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

media = Table(
    "media",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("message_id", String(200), nullable=False, comment="wamid it came with"),
    Column("media_id", String(200), nullable=False, comment="WhatsApp's id, good for 7 days"),
    Column("kind", String(16), nullable=False, comment="image audio video document sticker"),
    Column("mime_type", String(127), comment="as declared, then as found"),
    Column("filename", LargeBinary, comment="encrypted"),
    Column("sha256", String(64), comment="of the content, hexadecimal"),
    Column("size", Integer, comment="bytes"),
    Column("retention", String(16), nullable=False, comment="data class of clinic.yml"),
    Column("status", String(16), nullable=False, comment="pending stored refused failed erased"),
    Column("scan", String(16), comment="clean infected not_scanned"),
    Column("reason", String(200), comment="why it was refused or failed"),
    Column("has_thumbnail", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("stored_at", UtcDateTime),
    Index("uq_media_message_id_media_id", "message_id", "media_id", unique=True),
    Index("ix_media_status_next_attempt_at", "status", "next_attempt_at"),
    Index("ix_media_contact_id", "contact_id"),
)

uploaded_media = Table(
    "uploaded_media",
    metadata,
    Column("key", String(64), primary_key=True, comment="hash of content, type and number"),
    Column("media_id", String(200), nullable=False),
    Column("uploaded_at", UtcDateTime, nullable=False),
)

conversation = Table(
    "conversation",
    metadata,
    Column("contact_id", Id, primary_key=True),
    Column("events", LargeBinary, nullable=False, comment="encrypted JSON list of Rasa events"),
    Column("updated_at", UtcDateTime, nullable=False),
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("owner", Id, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

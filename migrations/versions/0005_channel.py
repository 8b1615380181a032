"""The channel: identity re-check, attempts, held messages, template approval, media."""

import sqlalchemy as sa
from alembic import op

import clinic.adapters.database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = clinic.adapters.database.UtcDateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("contact") as batch:
        batch.add_column(sa.Column("recheck_since", _TIME, comment="number or id changed: verify who it is"))
        batch.add_column(sa.Column("recheck_attempts", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("unreadable_at", _TIME, comment="last told that a message can't be read"))
    with op.batch_alter_table("outbox") as batch:
        batch.add_column(sa.Column("attempted_at", _TIME, comment="last attempt, by the computer's clock"))
        batch.add_column(sa.Column("accepted_at", _TIME, comment="answer to it, by the computer's clock"))
        batch.add_column(sa.Column("fallback", sa.LargeBinary(), comment="encrypted, sent instead outside the window"))
        batch.create_index("ix_outbox_attempted_at", ["attempted_at"])
    op.create_table(
        "message_template",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("status", sa.String(32), nullable=False, comment="Meta's: APPROVED, PENDING..."),
        sa.Column("reason", sa.String(200), comment="why it was rejected or paused"),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", "language", name=op.f("pk_message_template")),
    )
    op.create_table(
        "media",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("contact_id", sa.String(36), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False, comment="wamid it came with"),
        sa.Column("media_id", sa.String(200), nullable=False, comment="WhatsApp's id, good for 7 days"),
        sa.Column("kind", sa.String(16), nullable=False, comment="image audio video document sticker"),
        sa.Column("mime_type", sa.String(127), comment="as declared, then as found"),
        sa.Column("filename", sa.LargeBinary(), comment="encrypted"),
        sa.Column("sha256", sa.String(64), comment="of the content, hexadecimal"),
        sa.Column("size", sa.Integer(), comment="bytes"),
        sa.Column("retention", sa.String(16), nullable=False, comment="data class of clinic.yml"),
        sa.Column("status", sa.String(16), nullable=False, comment="pending stored refused failed erased"),
        sa.Column("scan", sa.String(16), comment="clean infected not_scanned"),
        sa.Column("reason", sa.String(200), comment="why it was refused or failed"),
        sa.Column("has_thumbnail", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_attempt_at", _TIME, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("stored_at", _TIME),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_media_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    with op.batch_alter_table("media") as batch:
        batch.create_index("uq_media_message_id_media_id", ["message_id", "media_id"], unique=True)
        batch.create_index("ix_media_status_next_attempt_at", ["status", "next_attempt_at"])
        batch.create_index("ix_media_contact_id", ["contact_id"])
    op.create_table(
        "uploaded_media",
        sa.Column("key", sa.String(64), nullable=False, comment="hash of content, type and number"),
        sa.Column("media_id", sa.String(200), nullable=False),
        sa.Column("uploaded_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_uploaded_media")),
    )


def downgrade() -> None:
    op.drop_table("uploaded_media")
    op.drop_table("media")
    op.drop_table("message_template")
    with op.batch_alter_table("outbox") as batch:
        batch.drop_index("ix_outbox_attempted_at")
        batch.drop_column("fallback")
        batch.drop_column("accepted_at")
        batch.drop_column("attempted_at")
    with op.batch_alter_table("contact") as batch:
        batch.drop_column("unreadable_at")
        batch.drop_column("recheck_attempts")
        batch.drop_column("recheck_since")

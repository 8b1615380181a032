"""Accounts of the staff, sessions, failed logins, live events; what the console adds to hand-offs."""

import sqlalchemy as sa
from alembic import op

import clinic.adapters.database

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TIME = clinic.adapters.database.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "staff_member",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("login_hash", sa.String(64), nullable=False),
        sa.Column("login", sa.LargeBinary(), nullable=False, comment="encrypted"),
        sa.Column("name", sa.LargeBinary(), nullable=False, comment="encrypted"),
        sa.Column("password_hash", sa.String(200), nullable=False, comment="argon2id"),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False, comment="of the interface: fr ar en"),
        sa.Column("practitioner", sa.String(64), comment="whose account it is, as clinic.yml names them"),
        sa.Column("totp_secret", sa.LargeBinary(), comment="encrypted; none without a second factor"),
        sa.Column("totp_step", sa.Integer(), comment="the last 30 seconds whose code was used"),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_away", sa.Boolean(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("login_hash", name=op.f("uq_staff_member_login_hash")),
    )
    op.create_table(
        "staff_role",
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(16), nullable=False, comment="reception nurse doctor manager admin"),
        sa.Column("site", sa.String(64), nullable=False, comment="as clinic.yml names it, * for all"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_staff_role_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "role", "site", name=op.f("pk_staff_role")),
    )
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("needs_code", sa.Boolean(), nullable=False, comment="the second factor is still missing"),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_staff_session_staff_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    op.create_index("ix_staff_session_staff_id", "staff_session", ["staff_id"])
    op.create_table(
        "login_throttle",
        sa.Column("key", sa.String(64), nullable=False, comment="keyed hash of an account or an address"),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", _TIME),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_throttle")),
    )
    op.create_table(
        "live_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(36), comment="whom or what it is about: an opaque id"),
        sa.Column("priority", sa.String(8)),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_event")),
    )
    op.create_index("ix_live_event_created_at", "live_event", ["created_at"])


    op.create_table(
        "staff_note",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("contact_id", sa.String(36), nullable=False),
        sa.Column("author", sa.String(36), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False, comment="encrypted"),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_staff_note_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_note")),
    )
    op.create_index("ix_staff_note_contact_id", "staff_note", ["contact_id"])
    with op.batch_alter_table("outbox") as batch:
        batch.add_column(sa.Column("author", sa.String(64), comment="the member of staff who wrote it; none: the assistant"))
    with op.batch_alter_table("handoff") as batch:
        batch.add_column(sa.Column("site", sa.String(64), comment="of the patient's next appointment; none for all sites"))
        batch.add_column(sa.Column("patient_at", _TIME, comment="when the patient last wrote while it was open"))
        batch.add_column(sa.Column("staff_at", _TIME, comment="when staff last answered"))
        batch.add_column(sa.Column("read_at", _TIME, comment="when whom it concerns last looked"))
        batch.add_column(sa.Column("claimed_at", _TIME, comment="when it was first taken"))
        batch.add_column(sa.Column("answered_at", _TIME, comment="when staff first answered"))
        batch.add_column(sa.Column("resolved_at", _TIME))
        batch.add_column(sa.Column("outcome", sa.String(16), comment="handed_back resolved"))
        batch.add_column(sa.Column("snoozed_until", _TIME))
        batch.add_column(sa.Column("escalated_at", _TIME, comment="when nobody had taken or answered it in time"))
        batch.add_column(sa.Column("told_at", _TIME, comment="when the patient was last told to wait on"))
        batch.add_column(sa.Column("done", sa.String(16), comment="what staff did in the agenda: booked moved cancelled"))
        batch.add_column(sa.Column("done_appointment", sa.String(36)))
        batch.create_index("ix_handoff_status_updated_at", ["status", "updated_at"])


def downgrade() -> None:
    with op.batch_alter_table("handoff") as batch:
        batch.drop_index("ix_handoff_status_updated_at")
        for column in (
            "done_appointment", "done", "told_at", "escalated_at", "snoozed_until", "outcome", "resolved_at", "answered_at",
            "claimed_at", "read_at", "staff_at", "patient_at", "site",
        ):
            batch.drop_column(column)
    with op.batch_alter_table("outbox") as batch:
        batch.drop_column("author")
    op.drop_index("ix_staff_note_contact_id", "staff_note")
    op.drop_table("staff_note")
    op.drop_table("live_event")
    op.drop_table("login_throttle")
    op.drop_index("ix_staff_session_staff_id", "staff_session")
    op.drop_table("staff_session")
    op.drop_table("staff_role")
    op.drop_table("staff_member")

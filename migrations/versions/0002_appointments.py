"""Presence confirmed by the patient, the waiting list, messages that need a live consent.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

import clinic.adapters.database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Instant = clinic.adapters.database.UtcDateTime(timezone=True)


def upgrade() -> None:
    # Columns are added one by one: making the table anew would drop SQLite's triggers.
    op.add_column(
        "appointment",
        sa.Column(
            "participation",
            sa.String(16),
            nullable=False,
            server_default="needs-action",
            comment="FHIR ParticipationStatus of the patient",
        ),
    )
    op.add_column(
        "outbox",
        sa.Column(
            "purpose",
            sa.String(24),
            nullable=True,
            comment="what must still be allowed when it is sent",
        ),
    )
    op.add_column(
        "outbox",
        sa.Column("expires_at", Instant, nullable=True, comment="not sent from then on"),
    )
    op.create_table(
        "freed_slot",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("slot_key", sa.String(120), nullable=False),
        sa.Column(
            "left_by",
            sa.String(64),
            nullable=True,
            comment="the patient who had it: not offered to them",
        ),
        sa.Column("freed_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freed_slot")),
    )
    op.create_table(
        "waiting_list_entry",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("contact_id", sa.String(36), nullable=False),
        sa.Column("patient_id", sa.String(64), nullable=False),
        sa.Column("specialty", sa.String(32), nullable=False),
        sa.Column("service_id", sa.String(24), nullable=False),
        sa.Column(
            "practitioner_id",
            sa.String(24),
            nullable=True,
            comment="null: anybody of the specialty",
        ),
        sa.Column(
            "appointment_id",
            sa.String(36),
            nullable=True,
            comment="what an earlier time would replace",
        ),
        sa.Column("wanted_from", Instant, nullable=True),
        sa.Column("wanted_until", Instant, nullable=True, comment="exclusive"),
        sa.Column("status", sa.String(16), nullable=False, comment="waiting fulfilled left"),
        sa.Column("joined_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_waiting_list_entry_contact_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_list_entry")),
    )
    op.create_index("ix_waiting_list_entry_contact_id", "waiting_list_entry", ["contact_id"])
    op.create_index(
        "ix_waiting_list_entry_status_joined_at", "waiting_list_entry", ["status", "joined_at"]
    )
    op.create_table(
        "waiting_list_offer",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("entry_id", sa.String(36), nullable=False),
        sa.Column("slot_key", sa.String(120), nullable=False),
        sa.Column("hold_id", sa.String(36), nullable=False),
        sa.Column(
            "status", sa.String(16), nullable=False, comment="open taken refused expired"
        ),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["waiting_list_entry.id"], name=op.f("fk_waiting_list_offer_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_list_offer")),
    )
    op.create_index(
        "ix_waiting_list_offer_status_expires_at", "waiting_list_offer", ["status", "expires_at"]
    )
    op.create_index(
        "uq_waiting_list_offer_entry_id_slot_key",
        "waiting_list_offer",
        ["entry_id", "slot_key"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_table("waiting_list_offer")
    op.drop_table("waiting_list_entry")
    op.drop_table("freed_slot")
    op.drop_column("outbox", "expires_at")
    op.drop_column("outbox", "purpose")
    op.drop_column("appointment", "participation")

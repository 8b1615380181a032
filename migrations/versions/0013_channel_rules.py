"""what the account allows, who was written to first, and whose phone it is

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import clinic.adapters.database


revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_fact",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column(
            "updated_at", clinic.adapters.database.UtcDateTime(timezone=True), nullable=False
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_account_fact")),
    )
    op.add_column(
        "contact",
        sa.Column(
            "identity_hash",
            sa.String(length=64),
            nullable=True,
            comment="of Meta's hash of the phone's identity key",
        ),
    )
    op.add_column(
        "outbox",
        sa.Column(
            "initiated_at",
            clinic.adapters.database.UtcDateTime(timezone=True),
            nullable=True,
            comment="attempt of a template outside the window",
        ),
    )
    op.create_index("ix_outbox_initiated_at", "outbox", ["initiated_at"])


def downgrade() -> None:
    op.drop_index("ix_outbox_initiated_at", "outbox")
    op.drop_column("outbox", "initiated_at")
    op.drop_column("contact", "identity_hash")
    op.drop_table("account_fact")

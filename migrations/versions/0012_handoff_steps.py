"""every claim of a conversation is kept, not only the last

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import clinic.adapters.database

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_STEPS = """
INSERT INTO handoff_step (handoff_id, at, kind, actor, patient_told)
SELECT id, {at}, {kind}, {actor}, {told} FROM handoff WHERE {at} IS NOT NULL AND {only}
ORDER BY {at}
"""


def upgrade() -> None:
    op.create_table(
        "handoff_step",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("handoff_id", sa.String(length=36), nullable=False),
        sa.Column("at", clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=16),
            nullable=False,
            comment="claimed taken_over assigned released escalated handed_back resolved reopened",
        ),
        sa.Column(
            "actor",
            sa.String(length=64),
            nullable=True,
            comment="a member of staff, or the clinic's phone",
        ),
        sa.Column(
            "other",
            sa.String(length=64),
            nullable=True,
            comment="to whom it was given, or from whom it was taken",
        ),
        sa.Column(
            "patient_told",
            sa.Boolean(),
            nullable=True,
            comment="that they know who answers; null: nothing to tell",
        ),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoff.id"], name=op.f("fk_handoff_step_handoff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_step")),
    )
    op.create_index("ix_handoff_step_handoff_id", "handoff_step", ["handoff_id"], unique=False)
    op.create_index(
        "ix_handoff_contact_id_opened_at", "handoff", ["contact_id", "opened_at"], unique=False
    )
    # What the rows of before know: who has it or had it last, and how it ended.
    op.execute(_STEPS.format(at="claimed_at", kind="'claimed'", actor="claimed_by", told="true",
                             only="claimed_by IS NOT NULL"))  # fmt: skip
    op.execute(_STEPS.format(at="resolved_at", kind="outcome", actor="NULL", told="NULL",
                             only="outcome IS NOT NULL"))  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_handoff_contact_id_opened_at", table_name="handoff")
    op.drop_table("handoff_step")

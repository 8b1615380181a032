"""an errand belongs to the site of its appointment

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "errand_run",
        sa.Column(
            "site",
            sa.String(length=24),
            nullable=True,
            comment="of the appointment that it is about; null: unknown",
        ),
    )


def downgrade() -> None:
    op.drop_column("errand_run", "site")

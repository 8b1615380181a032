"""messages that sounded like an emergency go first

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'inbox',
        sa.Column(
            'urgent',
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment='sounded like an emergency: goes first',
        ),
    )


def downgrade() -> None:
    with op.batch_alter_table('inbox') as inbox:
        inbox.drop_column('urgent')

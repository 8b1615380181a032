"""a message counts once in the review

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('review_occurrence',
    sa.Column('message_hash', sa.String(length=64), nullable=False, comment='keyed, of a counted message'),
    sa.Column('contact_id', sa.String(length=36), nullable=False, comment='who wrote it'),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_review_occurrence_contact_id')),
    sa.PrimaryKeyConstraint('message_hash', name=op.f('pk_review_occurrence'))
    )
    op.create_index('ix_review_occurrence_contact_id', 'review_occurrence', ['contact_id'], unique=False)


def downgrade() -> None:
    op.drop_table('review_occurrence')

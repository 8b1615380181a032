"""what staff do with the agenda: closures, changes that can be undone, walk-ins

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import clinic.adapters.database


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

_TIME = clinic.adapters.database.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        'closure',
        sa.Column('id', sa.String(36), nullable=False),
        sa.Column('practitioner_id', sa.String(24), comment='whose leave; null: a site is closed'),
        sa.Column('site_id', sa.String(24), comment='the closed site; null: a leave, or all sites'),
        sa.Column('start_at', _TIME, nullable=False),
        sa.Column('end_at', _TIME, nullable=False, comment='exclusive'),
        sa.Column('reason', sa.String(16), nullable=False, comment='leave training illness closed other'),
        sa.Column('note', sa.LargeBinary(), comment='encrypted, for staff only'),
        sa.Column('created_by', sa.String(64), nullable=False),
        sa.Column('created_at', _TIME, nullable=False),
        sa.Column('removed_by', sa.String(64)),
        sa.Column('removed_at', _TIME),
        sa.CheckConstraint('start_at < end_at', name=op.f('ck_closure_ends_after_start')),
        sa.CheckConstraint('practitioner_id IS NULL OR site_id IS NULL', name=op.f('ck_closure_one_scope')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_closure')),
    )
    op.create_index('ix_closure_end_at', 'closure', ['end_at'])
    op.create_table(
        'closure_appointment',
        sa.Column('closure_id', sa.String(36), nullable=False),
        sa.Column('appointment_id', sa.String(36), nullable=False),
        sa.Column('patient_id', sa.String(64), nullable=False),
        sa.Column('outcome', sa.String(16), nullable=False, comment='what was decided: moved cancelled'),
        sa.Column('told', sa.String(16), comment='null: not yet; message, or call: staff have to'),
        sa.Column('told_at', _TIME),
        sa.ForeignKeyConstraint(['closure_id'], ['closure.id'], name=op.f('fk_closure_appointment_closure_id')),
        sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_closure_appointment_appointment_id')),
        sa.PrimaryKeyConstraint('closure_id', 'appointment_id', name=op.f('pk_closure_appointment')),
    )
    op.create_index('ix_closure_appointment_told', 'closure_appointment', ['told'])
    op.create_index('ix_closure_appointment_appointment_id', 'closure_appointment', ['appointment_id'])
    op.create_table(
        'appointment_change',
        sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
        sa.Column('appointment_id', sa.String(36), nullable=False),
        sa.Column('patient_id', sa.String(64), nullable=False),
        sa.Column('kind', sa.String(16), nullable=False),
        sa.Column('actor', sa.String(64), nullable=False, comment='a member of staff'),
        sa.Column('at', _TIME, nullable=False),
        sa.Column('status_before', sa.String(16), comment='null: it was made by this'),
        sa.Column('status_after', sa.String(16), nullable=False),
        sa.Column('slot_before', sa.String(120), nullable=False),
        sa.Column('slot_after', sa.String(120), nullable=False),
        sa.Column('told', sa.String(16), comment='message, call, or null: nobody was to be told'),
        sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_appointment_change_appointment_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment_change')),
    )
    op.create_index('ix_appointment_change_appointment_id', 'appointment_change', ['appointment_id'])
    op.create_index('ix_appointment_change_patient_id', 'appointment_change', ['patient_id'])
    op.create_table(
        'walk_in',
        sa.Column('id', sa.String(36), nullable=False),
        sa.Column('site_id', sa.String(24), nullable=False),
        sa.Column('practitioner_id', sa.String(24), comment='null: whoever is free first'),
        sa.Column('patient_id', sa.String(64), comment='null: only the name is known'),
        sa.Column('name', sa.LargeBinary(), comment='encrypted, of somebody who is not registered'),
        sa.Column('status', sa.String(16), nullable=False, comment='arrived fulfilled cancelled'),
        sa.Column('arrived_at', _TIME, nullable=False),
        sa.Column('created_by', sa.String(64), nullable=False),
        sa.Column('updated_at', _TIME, nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_walk_in')),
    )
    op.create_index('ix_walk_in_site_id_arrived_at', 'walk_in', ['site_id', 'arrived_at'])
    op.create_index('ix_walk_in_patient_id', 'walk_in', ['patient_id'])


def downgrade() -> None:
    for table in ('walk_in', 'appointment_change', 'closure_appointment', 'closure'):
        op.drop_table(table)

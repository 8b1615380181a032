"""audit trail, links to one's own data, erasures, more of a patient

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import clinic.adapters.database


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

_GUARDS = {
    "sqlite": (
        "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END",
        "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'The audit trail is append-only.'; END; $$ LANGUAGE plpgsql",
        "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
    ),
}
"""What keeps the audit trail; see clinic/adapters/tables/privacy.py."""


def upgrade() -> None:
    op.create_table('audit_entry',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=64), nullable=False, comment='patient, system, or a staff id'),
    sa.Column('action', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False, comment="whose data: a contact's id"),
    sa.Column('details', sa.LargeBinary(), nullable=True, comment='encrypted JSON, such as the value before'),
    sa.Column('hash', sa.String(length=64), nullable=False, comment='keyed, over the row and the one before'),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_entry'))
    )
    op.create_index('ix_audit_entry_subject', 'audit_entry', ['subject'], unique=False)
    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False, comment='always 1'),
    sa.Column('number', sa.Integer(), nullable=False, comment='of the newest entry'),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.create_table('data_export',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('contact_id', sa.String(length=36), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('created_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('used_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_data_export_contact_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_data_export'))
    )
    op.create_index('ix_data_export_contact_id', 'data_export', ['contact_id'], unique=False)
    op.create_table('erasure',
    sa.Column('contact_id', sa.String(length=36), nullable=False),
    sa.Column('erased_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('swept_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=True, comment='when the last answer was gone too'),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_erasure_contact_id')),
    sa.PrimaryKeyConstraint('contact_id', name=op.f('pk_erasure'))
    )
    op.add_column('patient', sa.Column('birth_date', sa.LargeBinary(), nullable=True, comment='encrypted, ISO 8601'))
    op.add_column('patient', sa.Column('national_id', sa.LargeBinary(), nullable=True, comment='encrypted, CIN'))
    op.add_column('patient', sa.Column('insurance', sa.LargeBinary(), nullable=True, comment='encrypted code: cnss, amo...'))
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table('patient') as batch:
        batch.drop_column('insurance')
        batch.drop_column('national_id')
        batch.drop_column('birth_date')
    op.drop_table('erasure')
    op.drop_index('ix_data_export_contact_id', table_name='data_export')
    op.drop_table('data_export')
    op.drop_table('audit_head')
    op.drop_index('ix_audit_entry_subject', table_name='audit_entry')
    op.drop_table('audit_entry')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")

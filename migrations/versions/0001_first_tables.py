"""first tables

Revision ID: 0001
Revises: 
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import clinic.adapters.database


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

_GUARDS = {
    "postgresql": (
        'CREATE EXTENSION IF NOT EXISTS btree_gist',
        "ALTER TABLE appointment ADD CONSTRAINT ex_appointment_practitioner_overlap EXCLUDE USING gist (practitioner_id WITH =, tstzrange(start_at, end_at) WITH &&) WHERE (status IN ('proposed', 'pending', 'booked', 'arrived'))",
        "ALTER TABLE appointment ADD CONSTRAINT ex_appointment_patient_overlap EXCLUDE USING gist (patient_id WITH =, tstzrange(start_at, end_at) WITH &&) WHERE (status IN ('proposed', 'pending', 'booked', 'arrived'))",
    ),
    "sqlite": (
        'CREATE TRIGGER appointment_atoms_clear BEFORE UPDATE OF status, start_at, end_at, practitioner_id, patient_id ON appointment BEGIN DELETE FROM appointment_atom WHERE appointment_id = OLD.id; END',
        "CREATE TRIGGER appointment_atoms_insert AFTER INSERT ON appointment WHEN NEW.status IN ('proposed', 'pending', 'booked', 'arrived') BEGIN INSERT INTO appointment_atom (practitioner_id, atom, patient_id, appointment_id) SELECT NEW.practitioner_id, n, NEW.patient_id, NEW.id FROM (WITH RECURSIVE atoms(n) AS (SELECT CAST(strftime('%s', NEW.start_at) AS INTEGER) / 300 UNION ALL SELECT n + 1 FROM atoms WHERE n + 1 < (CAST(strftime('%s', NEW.end_at) AS INTEGER) + 299) / 300) SELECT n FROM atoms); END",
        "CREATE TRIGGER appointment_atoms_update AFTER UPDATE OF status, start_at, end_at, practitioner_id, patient_id ON appointment WHEN NEW.status IN ('proposed', 'pending', 'booked', 'arrived') BEGIN INSERT INTO appointment_atom (practitioner_id, atom, patient_id, appointment_id) SELECT NEW.practitioner_id, n, NEW.patient_id, NEW.id FROM (WITH RECURSIVE atoms(n) AS (SELECT CAST(strftime('%s', NEW.start_at) AS INTEGER) / 300 UNION ALL SELECT n + 1 FROM atoms WHERE n + 1 < (CAST(strftime('%s', NEW.end_at) AS INTEGER) + 299) / 300) SELECT n FROM atoms); END",
        'CREATE TRIGGER appointment_atoms_delete BEFORE DELETE ON appointment BEGIN DELETE FROM appointment_atom WHERE appointment_id = OLD.id; END',
    ),
}
"""What makes overlapping appointments impossible; see clinic/adapters/tables/scheduling.py."""


def upgrade() -> None:
    op.create_table('appointment',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('practitioner_id', sa.String(length=24), nullable=False),
    sa.Column('patient_id', sa.String(length=64), nullable=False),
    sa.Column('site_id', sa.String(length=24), nullable=False),
    sa.Column('service_id', sa.String(length=24), nullable=False),
    sa.Column('start_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('end_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('hold_expires_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('calendar_token', sa.String(length=64), nullable=False),
    sa.Column('hold_key', sa.String(length=255), nullable=True),
    sa.Column('idempotency_key', sa.String(length=255), nullable=True),
    sa.Column('cancellation_key', sa.String(length=255), nullable=True),
    sa.Column('created_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status <> 'proposed' OR hold_expires_at IS NOT NULL", name=op.f('ck_appointment_hold_expires')),
    sa.CheckConstraint("status IN ('proposed', 'pending', 'booked', 'arrived', 'fulfilled', 'cancelled', 'noshow')", name=op.f('ck_appointment_status')),
    sa.CheckConstraint('start_at < end_at', name=op.f('ck_appointment_ends_after_start')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment')),
    sa.UniqueConstraint('calendar_token', name=op.f('uq_appointment_calendar_token')),
    sa.UniqueConstraint('idempotency_key', name=op.f('uq_appointment_idempotency_key'))
    )
    with op.batch_alter_table('appointment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_appointment_hold_key'), ['hold_key'], unique=False)
        batch_op.create_index('ix_appointment_patient_start', ['patient_id', 'start_at'], unique=False)
        batch_op.create_index('ix_appointment_practitioner_start', ['practitioner_id', 'start_at'], unique=False)

    op.create_table('contact',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False, comment='patient or staff'),
    sa.Column('phone_hash', sa.String(length=64), nullable=True),
    sa.Column('phone', sa.LargeBinary(), nullable=True, comment='encrypted, digits with country code'),
    sa.Column('user_id_hash', sa.String(length=64), nullable=True),
    sa.Column('user_id', sa.LargeBinary(), nullable=True, comment="encrypted, Meta's business-scoped user id"),
    sa.Column('profile_name', sa.LargeBinary(), nullable=True, comment='encrypted'),
    sa.Column('language', sa.String(length=16), nullable=True, comment='BCP 47 tag of the conversation'),
    sa.Column('last_inbound_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact')),
    sa.UniqueConstraint('phone_hash', name=op.f('uq_contact_phone_hash')),
    sa.UniqueConstraint('user_id_hash', name=op.f('uq_contact_user_id_hash'))
    )
    op.create_table('conversation',
    sa.Column('contact_id', sa.String(length=36), nullable=False),
    sa.Column('events', sa.LargeBinary(), nullable=False, comment='encrypted JSON list of Rasa events'),
    sa.Column('updated_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('contact_id', name=op.f('pk_conversation'))
    )
    op.create_table('lease',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('owner', sa.String(length=36), nullable=False),
    sa.Column('expires_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_lease'))
    )
    op.create_table('appointment_atom',
    sa.Column('practitioner_id', sa.String(length=24), nullable=False),
    sa.Column('atom', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('patient_id', sa.String(length=64), nullable=False),
    sa.Column('appointment_id', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_appointment_atom_appointment_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('practitioner_id', 'atom', name=op.f('pk_appointment_atom')),
    sa.UniqueConstraint('patient_id', 'atom', name=op.f('uq_appointment_atom_patient_id_atom'))
    )
    with op.batch_alter_table('appointment_atom', schema=None) as batch_op:
        batch_op.create_index('ix_appointment_atom_appointment_id', ['appointment_id'], unique=False)

    op.create_table('consent',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('contact_id', sa.String(length=36), nullable=False),
    sa.Column('purpose', sa.String(length=16), nullable=False, comment='care reminders feedback marketing'),
    sa.Column('decision', sa.String(length=16), nullable=False, comment='given refused withdrawn'),
    sa.Column('text_version', sa.String(length=32), nullable=False),
    sa.Column('text_hash', sa.String(length=64), nullable=False, comment='sha256 of the notice as shown'),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('reply', sa.LargeBinary(), nullable=False, comment="encrypted, the patient's exact reply"),
    sa.Column('number', sa.LargeBinary(), nullable=True, comment='encrypted'),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('message_id', sa.String(length=200), nullable=False, comment='wamid of the reply'),
    sa.Column('clinic', sa.String(length=120), nullable=False, comment='the controller'),
    sa.Column('actor', sa.String(length=16), nullable=False, comment='patient, staff or system'),
    sa.Column('decided_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_consent_contact_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index('ix_consent_contact_id_purpose', ['contact_id', 'purpose'], unique=False)
        batch_op.create_index('uq_consent_message_id_purpose', ['message_id', 'purpose'], unique=True)

    op.create_table('handoff',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('contact_id', sa.String(length=36), nullable=False),
    sa.Column('priority', sa.String(length=8), nullable=False, comment='FHIR: stat urgent asap routine'),
    sa.Column('reason', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False, comment='waiting claimed resolved'),
    sa.Column('open_contact_id', sa.String(length=36), nullable=True, comment='the contact while open, else null'),
    sa.Column('claimed_by', sa.String(length=64), nullable=True),
    sa.Column('opened_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_handoff_contact_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handoff')),
    sa.UniqueConstraint('open_contact_id', name=op.f('uq_handoff_open_contact_id'))
    )
    op.create_table('inbox',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False, comment='wamid, or a derived key'),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('field', sa.String(length=64), nullable=False),
    sa.Column('contact_id', sa.String(length=36), nullable=True),
    sa.Column('payload', sa.LargeBinary(), nullable=False, comment='encrypted JSON item as received'),
    sa.Column('reason', sa.String(length=200), nullable=True, comment='why it was parked'),
    sa.Column('status', sa.String(length=16), nullable=False, comment='waiting done parked'),
    sa.Column('written_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=True, comment='when the patient wrote it'),
    sa.Column('received_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('done_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_inbox_contact_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox')),
    sa.UniqueConstraint('key', name=op.f('uq_inbox_key'))
    )
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_index('ix_inbox_contact_id_status', ['contact_id', 'status'], unique=False)
        batch_op.create_index('ix_inbox_status', ['status'], unique=False)

    op.create_table('outbox',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False, comment='what makes it sent once'),
    sa.Column('contact_id', sa.String(length=36), nullable=False),
    sa.Column('reference', sa.String(length=36), nullable=False, comment='comes back in statuses'),
    sa.Column('body', sa.LargeBinary(), nullable=False, comment='encrypted request body'),
    sa.Column('message', sa.LargeBinary(), nullable=True, comment='encrypted OutgoingMessage, for its next pages'),
    sa.Column('kind', sa.String(length=16), nullable=False, comment='reply, notice: replies go first'),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('wamid', sa.String(length=200), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_attempt_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('error_code', sa.Integer(), nullable=True),
    sa.Column('error', sa.LargeBinary(), nullable=True, comment='encrypted raw answer of the API'),
    sa.Column('created_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_outbox_contact_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('key', name=op.f('uq_outbox_key')),
    sa.UniqueConstraint('reference', name=op.f('uq_outbox_reference')),
    sa.UniqueConstraint('wamid', name=op.f('uq_outbox_wamid'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_contact_id', ['contact_id'], unique=False)
        batch_op.create_index('ix_outbox_status_next_attempt_at', ['status', 'next_attempt_at'], unique=False)

    op.create_table('patient',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('contact_id', sa.String(length=36), nullable=False),
    sa.Column('relation', sa.String(length=16), nullable=False, comment='self, or a relation of the contact'),
    sa.Column('name', sa.LargeBinary(), nullable=False, comment='encrypted'),
    sa.Column('created_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_patient_contact_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patient'))
    )
    with op.batch_alter_table('patient', schema=None) as batch_op:
        batch_op.create_index('ix_patient_contact_id', ['contact_id'], unique=False)

    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.text(statement.replace(':', '\\:')))


def downgrade() -> None:
    with op.batch_alter_table('patient', schema=None) as batch_op:
        batch_op.drop_index('ix_patient_contact_id')

    op.drop_table('patient')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_status_next_attempt_at')
        batch_op.drop_index('ix_outbox_contact_id')

    op.drop_table('outbox')
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.drop_index('ix_inbox_status')
        batch_op.drop_index('ix_inbox_contact_id_status')

    op.drop_table('inbox')
    op.drop_table('handoff')
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.drop_index('uq_consent_message_id_purpose')
        batch_op.drop_index('ix_consent_contact_id_purpose')

    op.drop_table('consent')
    with op.batch_alter_table('appointment_atom', schema=None) as batch_op:
        batch_op.drop_index('ix_appointment_atom_appointment_id')

    op.drop_table('appointment_atom')
    op.drop_table('lease')
    op.drop_table('conversation')
    op.drop_table('contact')
    with op.batch_alter_table('appointment', schema=None) as batch_op:
        batch_op.drop_index('ix_appointment_practitioner_start')
        batch_op.drop_index('ix_appointment_patient_start')
        batch_op.drop_index(batch_op.f('ix_appointment_hold_key'))

    op.drop_table('appointment')

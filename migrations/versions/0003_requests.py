"""requests, deposits, opinions, delays

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import clinic.adapters.database


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table('practitioner_delay',
    sa.Column('practitioner_id', sa.String(length=24), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('set_by', sa.String(length=64), nullable=False),
    sa.Column('updated_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('practitioner_id', 'day', name=op.f('pk_practitioner_delay'))
    )
    op.create_table('deposit',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('reference', sa.String(length=16), nullable=False, comment='on the receipt: A-7K2M'),
    sa.Column('appointment_id', sa.String(length=36), nullable=False),
    sa.Column('contact_id', sa.String(length=36), nullable=False),
    sa.Column('amount_mad', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False, comment='requested paid expired refunded'),
    sa.Column('provider', sa.String(length=32), nullable=False),
    sa.Column('payment_id', sa.String(length=128), nullable=True, comment="the provider's id of the payment"),
    sa.Column('expires_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('paid_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('amount_mad > 0', name=op.f('ck_deposit_amount')),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_deposit_appointment_id')),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_deposit_contact_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deposit')),
    sa.UniqueConstraint('appointment_id', name=op.f('uq_deposit_appointment_id')),
    sa.UniqueConstraint('payment_id', name=op.f('uq_deposit_payment_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_deposit_reference'))
    )
    with op.batch_alter_table('deposit', schema=None) as batch_op:
        batch_op.create_index('ix_deposit_contact_id', ['contact_id'], unique=False)
        batch_op.create_index('ix_deposit_status_expires_at', ['status', 'expires_at'], unique=False)

    op.create_table('feedback',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('contact_id', sa.String(length=36), nullable=False),
    sa.Column('appointment_id', sa.String(length=36), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False, comment='invited asked answered'),
    sa.Column('rating', sa.Integer(), nullable=True),
    sa.Column('comment', sa.LargeBinary(), nullable=True, comment="encrypted, the patient's words"),
    sa.Column('created_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('rating IS NULL OR rating BETWEEN 1 AND 5', name=op.f('ck_feedback_rating')),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_feedback_appointment_id')),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_feedback_contact_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback')),
    sa.UniqueConstraint('appointment_id', name=op.f('uq_feedback_appointment_id'))
    )
    with op.batch_alter_table('feedback', schema=None) as batch_op:
        batch_op.create_index('ix_feedback_contact_id_created_at', ['contact_id', 'created_at'], unique=False)

    op.create_table('service_request',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('reference', sa.String(length=16), nullable=False, comment='read aloud: R-7K2M'),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False, comment='active completed rejected revoked'),
    sa.Column('contact_id', sa.String(length=36), nullable=False),
    sa.Column('patient_id', sa.String(length=36), nullable=True),
    sa.Column('details', sa.LargeBinary(), nullable=False, comment='encrypted JSON'),
    sa.Column('note', sa.LargeBinary(), nullable=True, comment='encrypted, what staff answered'),
    sa.Column('handled_by', sa.String(length=64), nullable=True),
    sa.Column('request_key', sa.String(length=200), nullable=False, comment='of the message'),
    sa.Column('expected_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=True, comment='until when the patient was promised an answer'),
    sa.Column('created_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_service_request_contact_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_service_request_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_request')),
    sa.UniqueConstraint('reference', name=op.f('uq_service_request_reference')),
    sa.UniqueConstraint('request_key', name=op.f('uq_service_request_request_key'))
    )
    with op.batch_alter_table('service_request', schema=None) as batch_op:
        batch_op.create_index('ix_service_request_contact_id_status', ['contact_id', 'status'], unique=False)
        batch_op.create_index('ix_service_request_status_expected_at', ['status', 'expected_at'], unique=False)

    op.create_table('service_request_file',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('request_id', sa.String(length=36), nullable=False),
    sa.Column('message_id', sa.String(length=200), nullable=False, comment='wamid, as in inbox'),
    sa.Column('media', sa.LargeBinary(), nullable=False, comment='encrypted JSON: media id, type, name'),
    sa.Column('created_at', clinic.adapters.database.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['service_request.id'], name=op.f('fk_service_request_file_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_request_file')),
    sa.UniqueConstraint('message_id', name=op.f('uq_service_request_file_message_id'))
    )
    with op.batch_alter_table('service_request_file', schema=None) as batch_op:
        batch_op.create_index('ix_service_request_file_request_id', ['request_id'], unique=False)




def downgrade() -> None:

    with op.batch_alter_table('service_request_file', schema=None) as batch_op:
        batch_op.drop_index('ix_service_request_file_request_id')

    op.drop_table('service_request_file')
    with op.batch_alter_table('service_request', schema=None) as batch_op:
        batch_op.drop_index('ix_service_request_status_expected_at')
        batch_op.drop_index('ix_service_request_contact_id_status')

    op.drop_table('service_request')
    with op.batch_alter_table('feedback', schema=None) as batch_op:
        batch_op.drop_index('ix_feedback_contact_id_created_at')

    op.drop_table('feedback')
    with op.batch_alter_table('deposit', schema=None) as batch_op:
        batch_op.drop_index('ix_deposit_status_expires_at')
        batch_op.drop_index('ix_deposit_contact_id')

    op.drop_table('deposit')
    op.drop_table('practitioner_delay')


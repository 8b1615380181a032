"""secure links for more than one's own data; documents; calls

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import clinic.adapters.database


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

_TIME = clinic.adapters.database.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table('secure_link',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False, comment='data_export document'),
    sa.Column('subject_id', sa.String(length=36), nullable=False, comment='what it opens'),
    sa.Column('contact_id', sa.String(length=36), nullable=False),
    sa.Column('patient_id', sa.String(length=36), nullable=True, comment="whose second factor counts; null: the contact's"),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('created_at', _TIME, nullable=False),
    sa.Column('expires_at', _TIME, nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('used_at', _TIME, nullable=True),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_secure_link_contact_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_secure_link'))
    )
    op.create_index('ix_secure_link_contact_id', 'secure_link', ['contact_id'], unique=False)
    op.create_index('ix_secure_link_subject_id', 'secure_link', ['subject_id'], unique=False)
    op.execute(
        "INSERT INTO secure_link (token_hash, kind, subject_id, contact_id, language, created_at,"
        " expires_at, failures, used_at) SELECT token_hash, 'data_export', contact_id, contact_id,"
        " language, created_at, expires_at, failures, used_at FROM data_export"
    )
    op.drop_index('ix_data_export_contact_id', table_name='data_export')
    op.drop_table('data_export')
    op.create_table('document',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=True, comment='of bills, without gaps: F-2026-0001'),
    sa.Column('kind', sa.String(length=16), nullable=False, comment='prescription invoice quote results...'),
    sa.Column('contact_id', sa.String(length=36), nullable=False),
    sa.Column('patient_id', sa.String(length=36), nullable=True),
    sa.Column('request_id', sa.String(length=36), nullable=True),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('filename', sa.LargeBinary(), nullable=False, comment='encrypted'),
    sa.Column('mime_type', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False, comment='bytes; the content is an encrypted file'),
    sa.Column('sha256', sa.String(length=64), nullable=False, comment='of the content, hexadecimal'),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.Column('signed_by', sa.String(length=24), nullable=True, comment='practitioner who signed it'),
    sa.Column('created_at', _TIME, nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_document_contact_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('number', name=op.f('uq_document_number'))
    )
    op.create_index('ix_document_contact_id', 'document', ['contact_id'], unique=False)
    op.create_index('ix_document_request_id', 'document', ['request_id'], unique=False)
    op.create_table('document_number',
    sa.Column('series', sa.String(length=16), nullable=False, comment='letter and year: F-2026'),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('series', name=op.f('pk_document_number'))
    )
    op.create_table('call_note',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('outbox_id', sa.Integer(), nullable=False, comment='the message that did not reach'),
    sa.Column('contact_id', sa.String(length=36), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False, comment='reached no_answer wrong_number'),
    sa.Column('words', sa.LargeBinary(), nullable=True, comment='encrypted'),
    sa.Column('by', sa.String(length=64), nullable=False),
    sa.Column('at', _TIME, nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_call_note_contact_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_note'))
    )
    op.create_index('ix_call_note_outbox_id', 'call_note', ['outbox_id'], unique=False)
    op.create_index('ix_call_note_contact_id', 'call_note', ['contact_id'], unique=False)
    op.create_table('errand_run',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('open_contact_id', sa.String(length=36), nullable=True, comment='whose it is while open, else null'),
    sa.Column('errand', sa.String(length=32), nullable=False, comment='a form, or question'),
    sa.Column('step', sa.String(length=64), nullable=False, comment='the question open last, or the intent'),
    sa.Column('turns', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False, comment='open completed left passed_on'),
    sa.Column('started_at', _TIME, nullable=False),
    sa.Column('updated_at', _TIME, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_errand_run')),
    sa.UniqueConstraint('open_contact_id', name=op.f('uq_errand_run_open_contact_id'))
    )
    op.create_index('ix_errand_run_started_at', 'errand_run', ['started_at'], unique=False)
    op.create_index('ix_errand_run_outcome_updated_at', 'errand_run', ['outcome', 'updated_at'], unique=False)
    op.create_table('clinic_version',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False, comment='encrypted: it has numbers of staff'),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.Column('made_at', _TIME, nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_clinic_version'))
    )
    op.create_table('review_message',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('text_hash', sa.String(length=64), nullable=False, comment='keyed, of its words'),
    sa.Column('contact_id', sa.String(length=36), nullable=False, comment='who wrote it first'),
    sa.Column('text', sa.LargeBinary(), nullable=False, comment='encrypted, personal data masked'),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('guesses', sa.String(length=400), nullable=False, comment='JSON: intents with their confidence'),
    sa.Column('source', sa.String(length=16), nullable=False, comment='not_understood staff'),
    sa.Column('times', sa.Integer(), nullable=False, comment='how often it came'),
    sa.Column('status', sa.String(length=16), nullable=False, comment='waiting labelled dismissed'),
    sa.Column('intent', sa.String(length=64), nullable=True, comment='what it means'),
    sa.Column('example', sa.LargeBinary(), nullable=True, comment='encrypted, what becomes a training message'),
    sa.Column('decided_by', sa.String(length=64), nullable=True),
    sa.Column('created_at', _TIME, nullable=False),
    sa.Column('updated_at', _TIME, nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_review_message_contact_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_message')),
    sa.UniqueConstraint('text_hash', name=op.f('uq_review_message_text_hash'))
    )
    op.create_index('ix_review_message_status_updated_at', 'review_message', ['status', 'updated_at'], unique=False)
    op.create_index('ix_review_message_contact_id', 'review_message', ['contact_id'], unique=False)


def downgrade() -> None:
    op.drop_table('review_message')
    op.drop_table('clinic_version')
    op.drop_table('errand_run')
    op.drop_table('call_note')
    op.drop_table('document_number')
    op.drop_table('document')
    op.create_table('data_export',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('contact_id', sa.String(length=36), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('created_at', _TIME, nullable=False),
    sa.Column('expires_at', _TIME, nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('used_at', _TIME, nullable=True),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_data_export_contact_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_data_export'))
    )
    op.create_index('ix_data_export_contact_id', 'data_export', ['contact_id'], unique=False)
    op.execute(
        "INSERT INTO data_export (token_hash, contact_id, language, created_at, expires_at,"
        " failures, used_at) SELECT token_hash, contact_id, language, created_at, expires_at,"
        " failures, used_at FROM secure_link WHERE kind = 'data_export'"
    )
    op.drop_table('secure_link')

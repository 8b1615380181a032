"""Repository of secure links. Only a keyed hash of a link's token is stored."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.tables.privacy import secure_link as table
from clinic.secure_links.model import LinkKind, SecureLink


class SecureLinkRows:
    """The links, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._cipher = tx.cipher

    def add(self, token: str, link: SecureLink, now: datetime) -> None:
        self._connection.execute(
            insert(table).values(
                token_hash=self._cipher.lookup_hash(token),
                kind=link.kind.value,
                subject_id=link.subject_id,
                contact_id=link.contact_id,
                patient_id=link.patient_id,
                language=link.language,
                created_at=now,
                expires_at=link.expires_at,
                failures=link.failures,
            )
        )

    def get(self, token: str) -> SecureLink | None:
        """Returns a link; nobody else uses it until the transaction ends."""
        row = self._connection.execute(
            select(table)
            .where(table.c.token_hash == self._cipher.lookup_hash(token))
            .with_for_update()
        ).first()
        return _read(row) if row else None

    def of_subject(self, subject_id: str) -> list[SecureLink]:
        """Returns the links to one thing, the newest first."""
        rows = self._connection.execute(
            select(table)
            .where(table.c.subject_id == subject_id)
            .order_by(table.c.created_at.desc())
        )
        return [_read(row) for row in rows]

    def move_documents(self, from_contact: str, to_contact: str) -> None:
        """Gives the links to documents of a contact to another, who is the same person.

        A link to the contact's data stays: it would open the other's.
        """
        self._connection.execute(
            update(table)
            .where(table.c.contact_id == from_contact)
            .where(table.c.kind == LinkKind.DOCUMENT.value)
            .values(contact_id=to_contact)
        )

    def note_failure(self, token: str) -> None:
        self._set(token, failures=table.c.failures + 1)

    def note_use(self, token: str, now: datetime) -> None:
        self._set(token, used_at=now)

    def _set(self, token: str, **values: object) -> None:
        self._connection.execute(
            update(table)
            .where(table.c.token_hash == self._cipher.lookup_hash(token))
            .values(**values)
        )


def _read(row: Row) -> SecureLink:
    return SecureLink(
        kind=LinkKind(row.kind),
        subject_id=row.subject_id,
        contact_id=row.contact_id,
        patient_id=row.patient_id,
        language=row.language,
        expires_at=row.expires_at,
        failures=row.failures,
        used_at=row.used_at,
    )

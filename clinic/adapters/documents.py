"""Repository of documents and of the numbers of bills."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.sql import ColumnElement

from clinic.adapters.database import Transaction
from clinic.adapters.tables.documents import document as table
from clinic.adapters.tables.documents import document_number as numbers
from clinic.documents.model import Document, DocumentKind


class Documents:
    """The documents, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert
        self._cipher = tx.cipher

    def add(self, document: Document) -> None:
        self._connection.execute(
            insert(table).values(
                id=document.id,
                number=document.number,
                kind=document.kind.value,
                contact_id=document.contact_id,
                patient_id=document.patient_id,
                request_id=document.request_id,
                language=document.language,
                filename=self._cipher.encrypt(document.filename),
                mime_type=document.mime_type,
                size=document.size,
                sha256=document.sha256,
                made_by=document.made_by,
                signed_by=document.signed_by,
                created_at=document.created_at,
            )
        )

    def get(self, document_id: str) -> Document | None:
        row = self._connection.execute(select(table).where(table.c.id == document_id)).first()
        return self._read(row) if row else None

    def of_request(self, request_id: str) -> list[Document]:
        """Returns what was made for a request, the newest first."""
        return self._all(table.c.request_id == request_id)

    def of_contact(self, contact_id: str) -> list[Document]:
        """Returns a contact's documents, the newest first."""
        return self._all(table.c.contact_id == contact_id)

    def next_number(self, series: str) -> int:
        """Returns the next number of a series.

        The row stays locked until the transaction ends, so that no number is left out: one that
        is rolled back gives its number back.
        """
        self._connection.execute(
            self._insert(numbers).values(series=series, last=0).on_conflict_do_nothing()
        )
        self._connection.execute(
            update(numbers).where(numbers.c.series == series).values(last=numbers.c.last + 1)
        )
        last: int = self._connection.execute(
            select(numbers.c.last).where(numbers.c.series == series)
        ).scalar_one()
        return last

    def _all(self, which: ColumnElement[bool]) -> list[Document]:
        rows = self._connection.execute(
            select(table).where(which).order_by(table.c.created_at.desc())
        )
        return [self._read(row) for row in rows]

    def _read(self, row: Row) -> Document:
        return Document(
            id=row.id,
            number=row.number,
            kind=DocumentKind(row.kind),
            contact_id=row.contact_id,
            patient_id=row.patient_id,
            request_id=row.request_id,
            language=row.language,
            filename=self._cipher.decrypt(bytes(row.filename)),
            mime_type=row.mime_type,
            size=row.size,
            sha256=row.sha256,
            made_by=row.made_by,
            signed_by=row.signed_by,
            created_at=row.created_at,
        )

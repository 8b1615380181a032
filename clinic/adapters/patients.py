"""Repository of patients: the people that a contact makes appointments for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.patients import patient as table
from clinic.patients.model import Patient, Relation


class Patients:
    """The patients, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._cipher = tx.cipher

    def of_contact(self, contact_id: str) -> list[Patient]:
        rows = self._connection.execute(
            select(table).where(table.c.contact_id == contact_id).order_by(table.c.created_at)
        )
        return [self._read(row) for row in rows]

    def get(self, patient_id: str) -> Patient | None:
        row = self._connection.execute(select(table).where(table.c.id == patient_id)).first()
        return self._read(row) if row else None

    def with_ids(self, patient_ids: Collection[str]) -> list[Patient]:
        rows = self._connection.execute(select(table).where(table.c.id.in_(patient_ids)))
        return [self._read(row) for row in rows]

    def add(self, contact_id: str, relation: Relation, name: str, now: datetime) -> Patient:
        patient = Patient(new_id(), contact_id, relation, name)
        self._connection.execute(
            insert(table).values(
                id=patient.id,
                contact_id=contact_id,
                relation=relation.value,
                name=self._cipher.encrypt(name),
                created_at=now,
            )
        )
        return patient

    def change(self, patient_id: str, field: str, value: str) -> None:
        """Writes a corrected `name`, `national_id`, `insurance` or `birth_date` (ISO 8601)."""
        self._connection.execute(
            update(table)
            .where(table.c.id == patient_id)
            .values({field: self._cipher.encrypt(value)})
        )

    def _read(self, row: Row) -> Patient:
        return Patient(
            id=row.id,
            contact_id=row.contact_id,
            relation=Relation(row.relation),
            name=self._cipher.decrypt(bytes(row.name)),
            birth_date=date.fromisoformat(born) if (born := self._open(row.birth_date)) else None,
            national_id=self._open(row.national_id),
            insurance=self._open(row.insurance),
        )

    def _open(self, sealed: bytes | None) -> str | None:
        return None if sealed is None else self._cipher.decrypt(bytes(sealed))

"""Repository of opinions; the words of patients are encrypted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Row
from sqlalchemy.sql import ColumnElement

from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.patients import patient
from clinic.adapters.tables.requests import feedback as table
from clinic.adapters.tables.scheduling import appointment
from clinic.feedback.model import Feedback, FeedbackStatus
from clinic.scheduling.model import AppointmentStatus


class Feedbacks:
    """The opinions, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert
        self._cipher = tx.cipher

    def visits(self, since: datetime, until: datetime) -> list[tuple[str, str]]:
        """Returns the visits that ended in a period and were not answered.

        Each with its contact: (appointment id, contact id), the earliest first.
        """
        rows = self._connection.execute(
            select(appointment.c.id, patient.c.contact_id)
            .join(patient, patient.c.id == appointment.c.patient_id)
            .outerjoin(table, table.c.appointment_id == appointment.c.id)
            .where(
                appointment.c.status == AppointmentStatus.FULFILLED.value,
                appointment.c.end_at > since,
                appointment.c.end_at <= until,
                table.c.id.is_(None) | (table.c.status == FeedbackStatus.INVITED.value),
            )
            .order_by(appointment.c.end_at)
        )
        return [(row.id, row.contact_id) for row in rows]

    def of_appointment(self, appointment_id: str) -> Feedback | None:
        return self._first(table.c.appointment_id == appointment_id)

    def get(self, feedback_id: str) -> Feedback | None:
        return self._first(table.c.id == feedback_id)

    def of_contact(self, contact_id: str) -> list[Feedback]:
        """Returns a contact's opinions, the newest first."""
        rows = self._connection.execute(
            select(table)
            .where(table.c.contact_id == contact_id)
            .order_by(table.c.created_at.desc())
        )
        return [self._read(row) for row in rows]

    def add(
        self, contact_id: str, appointment_id: str | None, status: FeedbackStatus, now: datetime
    ) -> str:
        """Adds an opinion to come and returns its id."""
        feedback_id = new_id()
        self._connection.execute(
            self._insert(table).values(
                id=feedback_id,
                contact_id=contact_id,
                appointment_id=appointment_id,
                status=status.value,
                created_at=now,
                updated_at=now,
            )
        )
        return feedback_id

    def set(self, feedback_id: str, now: datetime, **values: Any) -> None:
        if comment := values.pop("comment", None):
            values["comment"] = self._cipher.encrypt(comment)
        if status := values.pop("status", None):
            values["status"] = status.value
        self._connection.execute(
            update(table).where(table.c.id == feedback_id).values(updated_at=now, **values)
        )

    def _first(self, which: ColumnElement[bool]) -> Feedback | None:
        row = self._connection.execute(select(table).where(which)).first()
        return self._read(row) if row else None

    def _read(self, row: Row) -> Feedback:
        return Feedback(
            id=row.id,
            contact_id=row.contact_id,
            appointment_id=row.appointment_id,
            status=FeedbackStatus(row.status),
            rating=row.rating,
            comment=self._cipher.decrypt(bytes(row.comment)) if row.comment else "",
            updated_at=row.updated_at,
        )

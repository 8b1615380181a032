"""Repository of deposits: one per appointment, kept so by the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Row
from sqlalchemy.sql import ColumnElement

from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.requests import deposit as table
from clinic.deposits.model import Deposit, DepositStatus


class Deposits:
    """The deposits, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert

    def add(
        self,
        *,
        reference: str,
        appointment_id: str,
        contact_id: str,
        amount_mad: int,
        provider: str,
        expires_at: datetime,
        now: datetime,
    ) -> None:
        """Stores a deposit, unless its reference or one for the appointment is there."""
        self._connection.execute(
            self._insert(table)
            .values(
                id=new_id(),
                reference=reference,
                appointment_id=appointment_id,
                contact_id=contact_id,
                amount_mad=amount_mad,
                status=DepositStatus.REQUESTED.value,
                provider=provider,
                expires_at=expires_at,
                created_at=now,
                updated_at=now,
            )
            .on_conflict_do_nothing()
        )

    def of_appointment(self, appointment_id: str) -> Deposit | None:
        return self._first(table.c.appointment_id == appointment_id)

    def by_reference(self, reference: str, *, lock: bool = False) -> Deposit | None:
        return self._first(table.c.reference == reference, lock=lock)

    def of_contact(self, contact_id: str) -> list[Deposit]:
        """Returns a contact's deposits, the newest first."""
        return self._all(table.c.contact_id == contact_id)

    def since(self, instant: datetime) -> list[Deposit]:
        """Returns the deposits that were asked for since an instant, the newest first."""
        return self._all(table.c.created_at >= instant)

    def overdue(self, now: datetime) -> list[Deposit]:
        requested = table.c.status == DepositStatus.REQUESTED.value
        return self._all(requested & (table.c.expires_at <= now))

    def set_status(
        self, deposit_id: str, status: DepositStatus, now: datetime, **values: Any
    ) -> None:
        self._connection.execute(
            update(table)
            .where(table.c.id == deposit_id)
            .values(status=status.value, updated_at=now, **values)
        )

    def _all(self, which: ColumnElement[bool]) -> list[Deposit]:
        rows = self._connection.execute(
            select(table).where(which).order_by(table.c.created_at.desc())
        )
        return [_read(row) for row in rows]

    def _first(self, which: ColumnElement[bool], *, lock: bool = False) -> Deposit | None:
        statement = select(table).where(which)
        row = self._connection.execute(statement.with_for_update() if lock else statement).first()
        return _read(row) if row else None


def _read(row: Row) -> Deposit:
    return Deposit(
        id=row.id,
        reference=row.reference,
        appointment_id=row.appointment_id,
        contact_id=row.contact_id,
        amount_mad=row.amount_mad,
        status=DepositStatus(row.status),
        expires_at=row.expires_at,
        paid_at=row.paid_at,
    )

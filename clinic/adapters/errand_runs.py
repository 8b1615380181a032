"""Repository of errands as they go: one open per contact, nameless once it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.reporting import errand_run as table
from clinic.reporting.errands import ErrandOutcome


@dataclass(frozen=True)
class ErrandRun:
    """An errand that a patient began.

    Attributes:
        site: of the appointment that it is about; None while none is known.
    """

    id: str
    errand: str
    step: str
    turns: int
    language: str
    outcome: ErrandOutcome
    started_at: datetime
    updated_at: datetime
    site: str | None


class ErrandRuns:
    """The errands, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def open_of(self, contact_id: str) -> ErrandRun | None:
        row = self._connection.execute(
            select(table).where(table.c.open_contact_id == contact_id)
        ).first()
        return _read(row) if row else None

    def add(
        self,
        errand: str,
        step: str,
        language: str,
        outcome: ErrandOutcome,
        now: datetime,
        site: str | None,
        contact_id: str | None = None,
    ) -> None:
        """Adds an errand; `contact_id` is of one that goes on."""
        self._connection.execute(
            insert(table).values(
                id=new_id(),
                open_contact_id=contact_id,
                errand=errand,
                step=step[:64],
                turns=1,
                language=language,
                outcome=outcome.value,
                site=site,
                started_at=now,
                updated_at=now,
            )
        )

    def go_on(self, run_id: str, step: str, now: datetime, site: str | None) -> None:
        self._connection.execute(
            update(table)
            .where(table.c.id == run_id)
            .values(step=step[:64], turns=table.c.turns + 1, updated_at=now, site=site)
        )

    def end(self, run_id: str, outcome: ErrandOutcome, now: datetime, site: str | None) -> None:
        """Ends an errand and forgets whose it was."""
        self._connection.execute(
            update(table)
            .where(table.c.id == run_id)
            .values(
                outcome=outcome.value,
                site=site,
                open_contact_id=None,
                turns=table.c.turns + 1,
                updated_at=now,
            )
        )

    def move(self, from_contact: str, to_contact: str) -> None:
        """Gives the open errand of a contact to another; it is left if the other has its own."""
        values = (
            {"open_contact_id": to_contact}
            if self.open_of(to_contact) is None
            else {"open_contact_id": None, "outcome": ErrandOutcome.LEFT.value}
        )
        self._connection.execute(
            update(table).where(table.c.open_contact_id == from_contact).values(**values)
        )

    def end_forgotten(self, before: datetime) -> int:
        """Ends errands that nobody went on with since an instant; returns how many."""
        ended = self._connection.execute(
            update(table)
            .where(table.c.outcome == ErrandOutcome.OPEN.value)
            .where(table.c.updated_at < before)
            .values(outcome=ErrandOutcome.LEFT.value, open_contact_id=None)
        )
        return int(ended.rowcount)


def _read(row: Row) -> ErrandRun:
    return ErrandRun(
        id=row.id,
        errand=row.errand,
        step=row.step,
        turns=row.turns,
        language=row.language,
        outcome=ErrandOutcome(row.outcome),
        started_at=row.started_at,
        updated_at=row.updated_at,
        site=row.site,
    )

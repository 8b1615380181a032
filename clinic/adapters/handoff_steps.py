"""Repository of what happened to hand-offs: every claim, who gave it to whom, how it ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.tables.patients import handoff
from clinic.adapters.tables.patients import handoff_step as table
from clinic.handoff.model import HandoffStatus, Step, StepKind

_GIVING = [kind.value for kind in StepKind if kind.gives_it_to_somebody]


class HandoffSteps:
    """The steps, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def add(
        self,
        handoff_id: str,
        kind: StepKind,
        now: datetime,
        *,
        actor: str | None = None,
        other: str | None = None,
        patient_told: bool | None = None,
    ) -> None:
        self._connection.execute(
            insert(table).values(
                handoff_id=handoff_id,
                at=now,
                kind=kind.value,
                actor=actor,
                other=other,
                patient_told=patient_told,
            )
        )

    def of_contact(self, contact_id: str) -> list[Step]:
        """Returns what happened to all hand-offs of a contact, in its order."""
        rows = self._connection.execute(
            select(table)
            .join(handoff, handoff.c.id == table.c.handoff_id)
            .where(handoff.c.contact_id == contact_id)
            .order_by(table.c.id)
        )
        return [_read(row) for row in rows]

    def last_giving(self, handoff_id: str) -> Step | None:
        """Returns the step by which who has a hand-off got it."""
        row = self._connection.execute(
            select(table)
            .where(table.c.handoff_id == handoff_id)
            .where(table.c.kind.in_(_GIVING))
            .order_by(table.c.id.desc())
            .limit(1)
        ).first()
        return _read(row) if row else None

    def untold_who_wrote(self) -> list[str]:
        """Returns open hand-offs whose patients wrote since it could not be said who has them."""
        last = (
            select(func.max(table.c.id))
            .where(table.c.kind.in_(_GIVING))
            .where(table.c.handoff_id == handoff.c.id)
            .correlate(handoff)
            .scalar_subquery()
        )
        return list(
            self._connection.execute(
                select(handoff.c.id)
                .join(table, table.c.id == last)
                .where(handoff.c.status == HandoffStatus.CLAIMED.value)
                .where(table.c.patient_told.is_(False))
                .where(handoff.c.patient_at > table.c.at)
            ).scalars()
        )

    def note_told(self, step_id: int, *, is_told: bool) -> None:
        """Notes whether the patient knows who answers since a step."""
        self._connection.execute(
            update(table).where(table.c.id == step_id).values(patient_told=is_told)
        )


def _read(row: Row) -> Step:
    return Step(
        id=row.id,
        handoff_id=row.handoff_id,
        at=row.at,
        kind=StepKind(row.kind),
        actor=row.actor,
        other=row.other,
        patient_told=row.patient_told,
    )

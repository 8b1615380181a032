"""Repository of hand-offs: at most one open per contact, kept so by the database.

Whatever changes is told to open pages of the console in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.handoff_steps import HandoffSteps
from clinic.adapters.live_events import LiveEvents
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.patients import handoff as table
from clinic.adapters.tables.patients import patient
from clinic.adapters.tables.scheduling import appointment
from clinic.handoff.model import Handoff, HandoffStatus, Outcome, Priority, StepKind

INBOX = "inbox"
CONVERSATION = "conversation"
ALARM = "alarm"
LATE = "late"
"""Topics of live events: the list, one conversation, an emergency, one that waits for too long."""


class Handoffs:
    """The hand-offs, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert
        self._live = LiveEvents(tx)
        self._steps = HandoffSteps(tx)

    def get(self, handoff_id: str) -> Handoff | None:
        row = self._connection.execute(select(table).where(table.c.id == handoff_id)).first()
        return self.read(row) if row else None

    def open_of(self, contact_id: str) -> Handoff | None:
        row = self._connection.execute(
            select(table).where(table.c.open_contact_id == contact_id)
        ).first()
        return self.read(row) if row else None

    def newest_of(self, contact_id: str) -> Handoff | None:
        """Returns the open hand-off of a contact, or else the last one."""
        return self.open_of(contact_id) or next(iter(reversed(self.all_of(contact_id))), None)

    def all_of(self, contact_id: str) -> list[Handoff]:
        """Returns every hand-off of a contact, the oldest first."""
        rows = self._connection.execute(
            select(table).where(table.c.contact_id == contact_id).order_by(table.c.opened_at)
        )
        return [self.read(row) for row in rows]

    def sites_of(self, contact_ids: Collection[str]) -> dict[str, str | None]:
        """Returns the site to which each conversation belongs; None for all, without one too."""
        return {contact_id: site for contact_id, (site, _) in self.owners_of(contact_ids).items()}

    def owners_of(self, contact_ids: Collection[str]) -> dict[str, tuple[str | None, str | None]]:
        """Returns site and holder of each conversation; see `clinic.staff.sites`."""
        rows = self._connection.execute(
            select(table.c.contact_id, table.c.site, table.c.claimed_by)
            .where(table.c.contact_id.in_(contact_ids))
            # As `newest_of`: the open one, or else the last one.
            .order_by(table.c.open_contact_id.is_not(None), table.c.opened_at)
        )
        owners: dict[str, tuple[str | None, str | None]] = dict.fromkeys(contact_ids, (None, None))
        return {**owners, **{row.contact_id: (row.site, row.claimed_by) for row in rows}}

    def next_site(self, contact_id: str, now: datetime) -> str | None:
        """Returns the site where the contact's people have their next appointment."""
        return self._connection.execute(
            select(appointment.c.site_id)
            .join(patient, patient.c.id == appointment.c.patient_id)
            .where(patient.c.contact_id == contact_id)
            .where(appointment.c.status.in_(("booked", "pending")))
            .where(appointment.c.start_at > now)
            .order_by(appointment.c.start_at)
            .limit(1)
        ).scalar()

    def open(self, contact_id: str, priority: Priority, reason: str, now: datetime) -> Handoff:
        """Opens a hand-off, or raises the priority of the one that is open."""
        made = self._connection.execute(
            self._insert(table)
            .values(
                id=new_id(),
                contact_id=contact_id,
                open_contact_id=contact_id,
                priority=priority.value,
                reason=reason,
                status=HandoffStatus.WAITING.value,
                opened_at=now,
                updated_at=now,
                patient_at=now,
                site=self.next_site(contact_id, now),
            )
            .on_conflict_do_nothing(index_elements=["open_contact_id"])
        )
        current = self.open_of(contact_id)
        assert current is not None
        if priority.rank < current.priority.rank:
            self.change(
                current, now, priority=priority.value, reason=reason,
                snoozed_until=None, escalated_at=None, read_at=None,
            )  # fmt: skip
            current = self.open_of(contact_id) or current
        elif made.rowcount:
            self.tell(contact_id, current.priority, now)
        if priority is Priority.STAT:
            # Each time: what follows an emergency is as pressing as its first word.
            self._live.add(ALARM, now, contact_id, priority.value)
        return current

    def claim(self, handoff_id: str, by: str, now: datetime) -> bool:
        """Gives the conversation to a person; False when another one was quicker."""
        result = self._connection.execute(
            update(table)
            .where(table.c.id == handoff_id)
            .where(table.c.status == HandoffStatus.WAITING.value)
            .values(
                status=HandoffStatus.CLAIMED.value,
                claimed_by=by,
                claimed_at=now,
                read_at=now,
                snoozed_until=None,
                updated_at=now,
            )
        )
        claimed = self.get(handoff_id)
        if result.rowcount and claimed:
            self._steps.add(handoff_id, StepKind.CLAIMED, now, actor=by)
            self.tell(claimed.contact_id, claimed.priority, now)
        return bool(result.rowcount)

    def change(self, handoff: Handoff, now: datetime, **values: Any) -> None:
        """Writes columns of a hand-off and tells open pages."""
        self._connection.execute(
            update(table).where(table.c.id == handoff.id).values(updated_at=now, **values)
        )
        self.tell(handoff.contact_id, handoff.priority, now)

    def mark_read(self, handoff_id: str, now: datetime) -> None:
        """Notes that whom it concerns has looked; it is unread for nobody any more."""
        self._connection.execute(update(table).where(table.c.id == handoff_id).values(read_at=now))
        self._live.add(INBOX, now)

    def note_patient(self, contact_id: str, now: datetime) -> None:
        """Notes that the patient wrote; a conversation that was put off comes back."""
        noted = self._connection.execute(
            update(table)
            .where(table.c.open_contact_id == contact_id)
            .values(patient_at=now, snoozed_until=None, updated_at=now)
        )
        self._live.add(CONVERSATION, now, contact_id)
        if noted.rowcount:
            self._live.add(INBOX, now, contact_id)

    def tell(self, contact_id: str, priority: Priority, now: datetime) -> None:
        """Tells open pages that the list and the conversation changed."""
        self._live.add(INBOX, now, contact_id, priority.value)
        self._live.add(CONVERSATION, now, contact_id)

    def touch(self, handoff_id: str, now: datetime) -> None:
        """Notes that the person who has it did something."""
        current = self.get(handoff_id)
        if current:
            self.change(current, now, staff_at=now)

    def quiet_claims(self, by: str, before: datetime) -> list[Handoff]:
        """Returns what somebody claimed and left alone since then."""
        rows = self._connection.execute(
            select(table)
            .where(table.c.status == HandoffStatus.CLAIMED.value)
            .where(table.c.claimed_by == by)
            .where(table.c.updated_at < before)
        )
        return [self.read(row) for row in rows]

    def all_open(self) -> list[Handoff]:
        """Returns every open hand-off."""
        rows = self._connection.execute(select(table).where(table.c.open_contact_id.is_not(None)))
        return [self.read(row) for row in rows]

    def resolve(
        self,
        handoff_id: str,
        now: datetime,
        outcome: Outcome = Outcome.RESOLVED,
        *,
        by: str | None = None,
    ) -> Handoff | None:
        """Ends a hand-off; None when it had ended already.

        Args:
            by: the member of staff who ends it; None when it ends by itself.
        """
        current = self.get(handoff_id)
        if current is None or not current.is_open:
            return None
        self.change(
            current,
            now,
            status=HandoffStatus.RESOLVED.value,
            open_contact_id=None,
            outcome=outcome.value,
            resolved_at=now,
            snoozed_until=None,
        )
        self._steps.add(handoff_id, StepKind(outcome.value), now, actor=by)
        return current

    def move(self, from_contact: str, to_contact: str, now: datetime) -> None:
        """Gives the hand-offs of a contact to another, who turned out to be the same person.

        Of two open ones the one that somebody has goes on, as pressing as the more pressing.
        """
        moved, own = self.open_of(from_contact), self.open_of(to_contact)
        ended = None
        if moved and own:
            claims = [handoff.status is HandoffStatus.CLAIMED for handoff in (moved, own)]
            ended = own if claims == [True, False] else moved
            self.resolve(ended.id, now)
        for column in (table.c.contact_id, table.c.open_contact_id):
            self._connection.execute(
                update(table).where(column == from_contact).values({column: to_contact})
            )
        stays = self.open_of(to_contact)
        if moved is None or stays is None:
            return
        if ended:
            wrote = [at for at in (ended.patient_at, stays.patient_at) if at]
            self.change(stays, now, patient_at=max(wrote, default=None), snoozed_until=None)
            self.open(to_contact, ended.priority, ended.reason, now)
        else:
            self.tell(to_contact, stays.priority, now)

    @staticmethod
    def read(row: Row) -> Handoff:
        """Returns the hand-off of a row of the table."""
        return Handoff(
            id=row.id,
            contact_id=row.contact_id,
            priority=Priority(row.priority),
            reason=row.reason,
            status=HandoffStatus(row.status),
            claimed_by=row.claimed_by,
            opened_at=row.opened_at,
            updated_at=row.updated_at,
            site=row.site,
            patient_at=row.patient_at,
            staff_at=row.staff_at,
            read_at=row.read_at,
            claimed_at=row.claimed_at,
            answered_at=row.answered_at,
            resolved_at=row.resolved_at,
            outcome=Outcome(row.outcome) if row.outcome else None,
            snoozed_until=row.snoozed_until,
            escalated_at=row.escalated_at,
            told_at=row.told_at,
            done=row.done,
            done_appointment=row.done_appointment,
        )

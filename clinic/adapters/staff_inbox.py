"""What the staff's inbox reads: open hand-offs with names and last words, counts.

A list is read with a handful of queries whatever its length, and only what is shown is
decrypted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.engine import Row
from sqlalchemy.sql import ColumnElement

from clinic.adapters.database import Transaction
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.inbox import Inbox
from clinic.adapters.tables.messaging import contact, inbox
from clinic.adapters.tables.patients import handoff, patient
from clinic.handoff.going_on import PREFIX
from clinic.handoff.model import Handoff, HandoffStatus, Priority
from clinic.patients.model import Relation
from whatsapp.updates import InboundMessage, UpdateKind

_PRIORITY = case({priority.value: priority.rank for priority in Priority}, value=handoff.c.priority)
_RANK = case(
    (and_(handoff.c.escalated_at.is_not(None), Priority.URGENT.rank < _PRIORITY), _PRIORITY - 1),
    else_=_PRIORITY,
)
"""What waits for too long stands where the next more pressing priority does, among which it waits
longest; nothing stands beside emergencies."""


@dataclass(frozen=True)
class Listed:
    """A conversation in a list.

    Attributes:
        handoff: the open one, or the last; None when there never was one.
        name: of the patient; None when only the number is known.
        phone: digits with country code.
        last: the patient's last message.
    """

    contact_id: str
    handoff: Handoff | None
    name: str | None
    phone: str | None
    language: str | None
    last: InboundMessage | None
    last_at: datetime | None


class StaffInbox:
    """The lists of the inbox, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._connection = tx.connection
        self._cipher = tx.cipher

    def page(
        self,
        condition: ColumnElement[bool],
        *,
        newest_first: bool,
        limit: int,
        offset: int,
    ) -> list[Listed]:
        """Returns a page of a list, by priority and waiting time, or the newest first."""
        order = (
            (handoff.c.updated_at.desc(),)
            if newest_first
            else (_RANK, handoff.c.status.desc(), handoff.c.opened_at)
        )
        rows = self._connection.execute(
            select(handoff, *_CONTACT_COLUMNS)
            .join(contact, contact.c.id == handoff.c.contact_id)
            .where(condition)
            .order_by(*order)
            .limit(limit)
            .offset(offset)
        ).all()
        return self._listed(rows)

    def count(
        self, conditions: dict[str, ColumnElement[bool]], seen: ColumnElement[bool]
    ) -> dict[str, int]:
        """Returns how many of the open conversations that somebody sees meet each condition."""
        columns = [
            func.count(case((condition, 1))).label(name) for name, condition in conditions.items()
        ]
        row = self._connection.execute(
            select(*columns).where(handoff.c.open_contact_id.is_not(None), seen)
        ).one()
        return {name: int(row._mapping[name]) for name in conditions}

    def of_contacts(self, contact_ids: Sequence[str], seen: ColumnElement[bool]) -> list[Listed]:
        """Returns contacts whose conversations somebody sees.

        Open conversations come first, then the others in the order that they are given.
        """
        newest = (
            select(handoff.c.contact_id, func.max(handoff.c.opened_at).label("opened_at"))
            .where(handoff.c.contact_id.in_(contact_ids))
            .group_by(handoff.c.contact_id)
            .subquery()
        )
        rows = self._connection.execute(
            select(handoff, *_CONTACT_COLUMNS)
            .select_from(contact)
            .outerjoin(newest, newest.c.contact_id == contact.c.id)
            .outerjoin(
                handoff,
                and_(
                    handoff.c.contact_id == contact.c.id,
                    handoff.c.opened_at == newest.c.opened_at,
                ),
            )
            .where(contact.c.id.in_(contact_ids), or_(handoff.c.id.is_(None), seen))
        ).all()
        places = {contact_id: place for place, contact_id in enumerate(contact_ids)}
        rows.sort(key=lambda row: (row.open_contact_id is None, places[row.the_contact]))
        return self._listed(rows)

    def name_of(self, contact_id: str) -> str | None:
        """Returns the name under which a contact is listed."""
        row = self._connection.execute(
            select(*_CONTACT_COLUMNS).where(contact.c.id == contact_id)
        ).first()
        return self._names([row]).get(contact_id) if row else None

    def _listed(self, rows: Sequence[Row]) -> list[Listed]:
        ids = [row.the_contact for row in rows]
        names, last = self._names(rows), self._last_words(ids)
        return [
            Listed(
                contact_id=row.the_contact,
                handoff=Handoffs.read(row) if row.id else None,
                name=names.get(row.the_contact),
                phone=self._open(row.contact_phone),
                language=row.contact_language,
                last=last[row.the_contact][0] if row.the_contact in last else None,
                last_at=last[row.the_contact][1] if row.the_contact in last else None,
            )
            for row in rows
        ]

    def _names(self, rows: Sequence[Row]) -> dict[str, str]:
        """Returns the own name, else WhatsApp's, else that of somebody they write for."""
        called = {
            row.the_contact: self._cipher.decrypt(bytes(row.contact_profile))
            for row in rows
            if row.contact_profile
        }
        own: dict[str, str] = {}
        others: dict[str, str] = {}
        people = self._connection.execute(
            select(patient.c.contact_id, patient.c.name, patient.c.relation)
            .where(patient.c.contact_id.in_([row.the_contact for row in rows]))
            .order_by(patient.c.created_at.desc())
        )
        for row in people:
            names = own if row.relation == Relation.SELF.value else others
            names[row.contact_id] = self._cipher.decrypt(bytes(row.name))
        return {**others, **called, **own}

    def _last_words(self, ids: Sequence[str]) -> dict[str, tuple[InboundMessage, datetime]]:
        newest = (
            select(func.max(inbox.c.id))
            .where(inbox.c.contact_id.in_(ids))
            .where(inbox.c.kind == UpdateKind.MESSAGE.value)
            .where(inbox.c.key.not_like(f"{PREFIX}%"))
            .group_by(inbox.c.contact_id)
        )
        found = self._connection.execute(select(inbox).where(inbox.c.id.in_(newest)))
        reader = Inbox(self._tx)
        return {row.contact_id: (reader.read_message(row), row.received_at) for row in found}

    def _open(self, sealed: bytes | None) -> str | None:
        return None if sealed is None else self._cipher.decrypt(bytes(sealed))


def is_open() -> ColumnElement[bool]:
    condition: ColumnElement[bool] = handoff.c.open_contact_id.is_not(None)
    return condition


def is_resolved() -> ColumnElement[bool]:
    """True for the last hand-off of a conversation that is over; not for those before it."""
    newer = handoff.alias("newer")
    is_newest = ~exists().where(
        newer.c.contact_id == handoff.c.contact_id,
        or_(newer.c.open_contact_id.is_not(None), newer.c.opened_at > handoff.c.opened_at),
    )
    return and_(handoff.c.status == HandoffStatus.RESOLVED.value, is_newest)


def is_waiting() -> ColumnElement[bool]:
    condition: ColumnElement[bool] = handoff.c.status == HandoffStatus.WAITING.value
    return condition


def is_snoozed(now: datetime) -> ColumnElement[bool]:
    return and_(handoff.c.snoozed_until.is_not(None), handoff.c.snoozed_until > now)


def is_awake(now: datetime) -> ColumnElement[bool]:
    return or_(handoff.c.snoozed_until.is_(None), handoff.c.snoozed_until <= now)


def is_escalated() -> ColumnElement[bool]:
    condition: ColumnElement[bool] = handoff.c.escalated_at.is_not(None)
    return condition


def is_unread() -> ColumnElement[bool]:
    return or_(handoff.c.read_at.is_(None), handoff.c.read_at < handoff.c.patient_at)


def is_of(member_id: str) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = handoff.c.claimed_by == member_id
    return condition


def concerns(member_id: str) -> ColumnElement[bool]:
    """True for what nobody has, and what the member has."""
    return or_(handoff.c.claimed_by.is_(None), handoff.c.claimed_by == member_id)


def has_priority(priority: Priority) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = handoff.c.priority == priority.value
    return condition


_CONTACT_COLUMNS = (
    contact.c.id.label("the_contact"),
    contact.c.profile_name.label("contact_profile"),
    contact.c.phone.label("contact_phone"),
    contact.c.language.label("contact_language"),
)


def has_elsewhere(tx: Transaction, sites: Collection[str] | None, member_id: str) -> bool:
    """Tells whether a member has, or had last, something that is of none of their sites."""
    if sites is None:
        return False
    found = select(handoff.c.id).where(is_of(member_id), handoff.c.site.not_in(sites)).limit(1)
    return tx.connection.execute(found).first() is not None


def is_seen(sites: Collection[str] | None, member_id: str) -> ColumnElement[bool]:
    """True for what belongs to one of a member's sites or to none, and for what they have.

    The same as `clinic.staff.sites.may_see_conversation`.
    """
    if sites is None:
        return handoff.c.id.is_not(None)
    return or_(is_of(member_id), handoff.c.site.is_(None), handoff.c.site.in_(sites))

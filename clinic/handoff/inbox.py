"""The staff's inbox: which conversations need a person, the most pressing first."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import and_, or_
from sqlalchemy.sql import ColumnElement

from clinic.adapters import staff_inbox as where
from clinic.adapters.database import Database
from clinic.adapters.live_events import LiveEvents
from clinic.adapters.staff_inbox import Listed, StaffInbox
from clinic.clock import Clock
from clinic.handoff.model import Handoff, Priority
from clinic.patients.search import find_people
from clinic.privacy.audit import Audit, AuditAction
from clinic.staff.model import StaffMember
from clinic.staff.sites import may_see_conversation, sites_of

PAGE_SIZE = 40

_FRESH_SECONDS = 2.0
"""Numbers of events can appear out of order, and what is snoozed wakes without one."""
_LISTS_KEPT = 200
_MOST_FOUND = 50
_MOST_MATCHES = 2 * _MOST_FOUND
"""Some may belong to other sites."""


class Tab(str, Enum):
    """The lists of the inbox."""

    OPEN = "open"
    UNREAD = "unread"
    MINE = "mine"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class InboxPage:
    """A part of a list; `has_more` when it goes on."""

    rows: list[Listed]
    has_more: bool


class FreshLists:
    """Lists that were read a moment ago and that nothing has changed since.

    Whatever changes a list writes a live event with it, whose number is part of the key.
    """

    def __init__(self) -> None:
        self._lists: dict[Hashable, InboxPage] = {}

    def get(self, key: Hashable) -> InboxPage | None:
        return self._lists.get(key)

    def keep(self, key: Hashable, page: InboxPage) -> InboxPage:
        if len(self._lists) >= _LISTS_KEPT:
            self._lists.clear()
        self._lists[key] = page
        return page


class InboxLists:
    """Reads the inbox for a member; what they may not see is left out."""

    def __init__(self, database: Database, clock: Clock, audit: Audit) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._fresh = FreshLists()

    def page(self, member: StaffMember, tab: Tab, number: int = 0) -> InboxPage:
        """Returns the first pages of a list up to that one, as a list that grew shows them."""
        limit = PAGE_SIZE * (number + 1)
        sites = sites_of(member)
        with self._database.read() as tx:
            # Fifty people read the same lists anew after the same event.
            is_own = tab in (Tab.UNREAD, Tab.MINE) or where.has_elsewhere(tx, sites, member.id)
            whose = member.id if is_own else None
            moment = int(self._clock.now().timestamp() / _FRESH_SECONDS)
            key = (tab, sites, whose, number, LiveEvents(tx).newest_id(), moment)
            if known := self._fresh.get(key):
                return known
            rows = StaffInbox(tx).page(
                and_(self._condition(tab, member), where.is_seen(sites, member.id)),
                newest_first=tab is Tab.RESOLVED,
                limit=limit + 1,
                offset=0,
            )
        return self._fresh.keep(key, InboxPage(rows[:limit], len(rows) > limit))

    def counts(self, member: StaffMember) -> dict[str, int]:
        """Returns how many conversations each list of open ones has, emergencies and late ones.

        An emergency counts until somebody has it, and again when the patient writes to who has it.
        """
        conditions = {
            tab.value: self._condition(tab, member)
            for tab in (Tab.OPEN, Tab.UNREAD, Tab.MINE, Tab.SNOOZED)
        }
        conditions["stat"] = and_(
            where.has_priority(Priority.STAT), or_(where.is_waiting(), where.is_unread())
        )
        conditions["late"] = and_(where.is_awake(self._clock.now()), where.is_escalated())
        with self._database.read() as tx:
            seen = where.is_seen(sites_of(member), member.id)
            return StaffInbox(tx).count(conditions, seen)

    def search(self, member: StaffMember, text: str) -> list[Listed]:
        """Returns patients by name or number, whether or not they wait for a person."""
        with self._database.read() as tx:
            found = dict.fromkeys(match.contact_id for match in find_people(tx, text))
            ids = list(found)[:_MOST_MATCHES]
            seen = where.is_seen(sites_of(member), member.id)
            rows = StaffInbox(tx).of_contacts(ids, seen)[:_MOST_FOUND]
        self._audit.record(member.id, AuditAction.PATIENTS_SEARCHED, member.id, found=len(rows))
        return rows

    def note_read(self, member: StaffMember, rows: list[Listed]) -> None:
        """Records that a list of names was read."""
        if rows:
            shown = [row.contact_id for row in rows]
            self._audit.record(member.id, AuditAction.INBOX_READ, member.id, shown=shown)

    def _condition(self, tab: Tab, member: StaffMember) -> ColumnElement[bool]:
        now = self._clock.now()
        awake = and_(where.is_open(), where.is_awake(now))
        return {
            Tab.OPEN: awake,
            Tab.UNREAD: and_(awake, where.is_unread(), where.concerns(member.id)),
            Tab.MINE: and_(awake, where.is_of(member.id)),
            Tab.SNOOZED: and_(where.is_open(), where.is_snoozed(now)),
            Tab.RESOLVED: where.is_resolved(),
        }[tab]


def may_see(member: StaffMember, handoff: Handoff | None) -> bool:
    """Tells whether a conversation with this newest hand-off is for a member."""
    if handoff is None:
        return may_see_conversation(member, None, None)
    return may_see_conversation(member, handoff.site, handoff.claimed_by)

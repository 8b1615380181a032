"""What open pages of the console are told: that something changed, and what to read anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from clinic.adapters.database import Database
from clinic.adapters.handoffs import ALARM, CONVERSATION, INBOX, LATE, Handoffs
from clinic.adapters.live_events import LiveEvent, LiveEvents
from clinic.adapters.requests import Requests
from clinic.clock import Clock

_KEPT = timedelta(hours=24)
"""Longer than a laptop sleeps with a page open; who is away for longer reads everything anew."""


REQUESTS = "requests"
_OF_CONVERSATIONS = frozenset({INBOX, CONVERSATION, ALARM, LATE})
"""Topics whose subject is a contact; that of `requests` is a request."""


class LiveNews:
    """Reads and writes live events."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def newest_id(self) -> int:
        with self._database.read() as tx:
            return LiveEvents(tx).newest_id()

    def after(self, event_id: int, limit: int) -> list[LiveEvent]:
        """Returns the first events after a number, in their order."""
        with self._database.read() as tx:
            return LiveEvents(tx).after(event_id, limit)

    def with_owners(self, events: Sequence[LiveEvent]) -> list[LiveEvent]:
        """Returns events with sites and holders of the conversations that they are about."""
        asked = {event.subject for event in events if event.subject and event.topic == REQUESTS}
        met = {e.subject for e in events if e.subject and e.topic in _OF_CONVERSATIONS}
        if not asked and not met:
            return list(events)
        with self._database.read() as tx:
            contacts = {**Requests(tx).contacts_of(asked), **{subject: subject for subject in met}}
            owners = Handoffs(tx).owners_of(set(contacts.values()))
        return [
            _owned(event, *owners[contacts[event.subject]]) if event.subject in contacts else event
            for event in events
        ]

    def tell(self, topic: str, subject: str | None = None, priority: str | None = None) -> None:
        """Tells open pages in a transaction of its own; `LiveEvents.add` does it within one."""
        with self._database.write() as tx:
            LiveEvents(tx).add(topic, self._clock.now(), subject, priority)

    def prune(self) -> int:
        """Removes old events; returns how many."""
        with self._database.write() as tx:
            return LiveEvents(tx).prune(self._clock.now() - _KEPT)


def _owned(event: LiveEvent, site: str | None, holder: str | None) -> LiveEvent:
    return replace(event, site=site, holder=holder)

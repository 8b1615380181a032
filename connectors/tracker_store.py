"""Rasa's tracker store on the clinic's database, encrypted.

During a turn nothing is written here: the events are handed to the turn, which commits them
together with its answers. Only the last session is kept; the transcript is in the inbox and
the outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker

from clinic.adapters.conversations import Conversations
from clinic.bootstrap import services
from connectors.turn_context import current_turn


class ClinicTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Keeps each contact's conversation in table `conversation`."""

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        host: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)

    async def save(self, tracker: DialogueStateTracker) -> None:
        await self.stream_events(tracker)
        events = [event.as_dict() for event in _last_session(list(tracker.events))]
        turn = current_turn.get()
        if turn is not None:
            turn.events = events
            turn.language = tracker.get_slot("language") or turn.language
            turn.erases = tracker.get_slot("erasure_confirmed") is True
            return
        await asyncio.to_thread(self._write, tracker.sender_id, events)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        turn = current_turn.get()
        if turn is not None and turn.events is not None:
            events: list[dict[str, Any]] | None = turn.events
        else:
            events = await asyncio.to_thread(self._read, sender_id)
        if not events:
            return None
        return DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)

    async def keys(self) -> Iterable[str]:
        return await asyncio.to_thread(self._keys)

    def _read(self, sender_id: str) -> list[dict[str, Any]] | None:
        with services().database.read() as tx:
            return Conversations(tx).events(sender_id)

    def _write(self, sender_id: str, events: list[dict[str, Any]]) -> None:
        with services().database.write() as tx:
            Conversations(tx).save(sender_id, events, services().clock.now())

    def _keys(self) -> list[str]:
        with services().database.read() as tx:
            return Conversations(tx).contact_ids()


def _last_session(events: list[Event]) -> list[Event]:
    starts = [i for i, event in enumerate(events) if isinstance(event, SessionStarted)]
    if not starts:
        return events
    # The action that started the session, and slots set for it, stand before its event.
    first = starts[-1]
    while first > 0 and events[first - 1].type_name in ("action", "slot"):
        first -= 1
        if events[first].type_name == "action":
            break
    return events[first:]

"""Handing a conversation to a person, and knowing whether a person has it."""

from __future__ import annotations

from datetime import datetime

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database
from clinic.adapters.handoffs import Handoffs
from clinic.clock import Clock
from clinic.handoff.going_on import tell_assistant
from clinic.handoff.model import Handoff, HandoffStatus, Outcome, Priority


class HandoffDesk:
    """The conversations that wait for staff."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def open(self, contact_id: str, priority: Priority, reason: str) -> Handoff:
        """Marks a conversation for a person; an open one only gets more pressing."""
        with self._database.write() as tx:
            return Handoffs(tx).open(contact_id, priority, reason, self._clock.now())

    def is_in_human_hands(self, contact_id: str) -> bool:
        """True while a person has taken the conversation: the assistant is silent."""
        with self._database.read() as tx:
            handoff = Handoffs(tx).open_of(contact_id)
        return handoff is not None and handoff.status is HandoffStatus.CLAIMED

    def claim(self, handoff_id: str, by: str) -> bool:
        """Gives a waiting conversation to a person; False when another one was quicker."""
        with self._database.write() as tx:
            return Handoffs(tx).claim(handoff_id, by, self._clock.now())

    def resolve(self, handoff_id: str) -> None:
        with self._database.write() as tx:
            Handoffs(tx).resolve(handoff_id, self._clock.now())

    def resolve_quiet(self, by: str, before: datetime) -> int:
        """Gives back to the assistant what somebody claimed and left alone since then."""
        now = self._clock.now()
        with self._database.write() as tx:
            quiet = Handoffs(tx).quiet_claims(by, before)
            for handoff in quiet:
                Handoffs(tx).resolve(handoff.id, now, Outcome.HANDED_BACK)
                if contact := Contacts(tx).get(handoff.contact_id):
                    tell_assistant(tx, contact, handoff, Outcome.HANDED_BACK, now)
        return len(quiet)

"""Recording and asking for consent. Rows are only ever added (privacy notes 1 to 5)."""

from __future__ import annotations

import hashlib

from clinic.adapters.consents import Consents
from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database, Transaction
from clinic.clock import Clock
from clinic.consent.model import PROACTIVE, Decision, Purpose, Reply

NOTICE_VERSION = "2026-11"
"""Changes whenever the information notice or a consent question changes."""


class ConsentRegister:
    """Who allowed what, with the proof."""

    def __init__(self, database: Database, clock: Clock, clinic: str) -> None:
        self._database = database
        self._clock = clock
        self._clinic = clinic

    def record(self, contact_id: str, purpose: Purpose, decision: Decision, reply: Reply) -> None:
        """Adds a decision; the same reply to the same purpose is recorded once."""
        with self._database.write() as tx:
            self._add(tx, contact_id, purpose, decision, reply)

    def withdraw_proactive(self, contact_id: str, reply: Reply) -> None:
        """Stops everything that the clinic writes on its own; appointments stay."""
        with self._database.write() as tx:
            for purpose in PROACTIVE:
                self._add(tx, contact_id, purpose, Decision.WITHDRAWN, reply)

    def latest(self, contact_id: str, purpose: Purpose) -> Decision | None:
        """Returns the last decision for a purpose, None when it was never asked."""
        with self._database.read() as tx:
            return Consents(tx).latest(contact_id, purpose)

    def is_given(self, contact_id: str, purpose: Purpose) -> bool:
        return self.latest(contact_id, purpose) is Decision.GIVEN

    def _add(
        self, tx: Transaction, contact_id: str, purpose: Purpose, decision: Decision, reply: Reply
    ) -> None:
        contact = Contacts(tx).get(contact_id)
        Consents(tx).add(
            contact_id=contact_id,
            number=contact.phone or contact.user_id if contact else None,
            purpose=purpose,
            decision=decision,
            reply=reply,
            text_version=NOTICE_VERSION,
            text_hash=hashlib.sha256(reply.notice.encode("utf-8")).hexdigest(),
            clinic=self._clinic,
            now=self._clock.now(),
        )

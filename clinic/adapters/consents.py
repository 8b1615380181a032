"""Repository of consent decisions: append-only; only whose they are can change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.patients import consent as table
from clinic.consent.model import Decision, Purpose, Reply


class Consents:
    """The decisions, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._cipher = tx.cipher
        self._insert = tx.insert

    def add(
        self,
        *,
        contact_id: str,
        number: str | None,
        purpose: Purpose,
        decision: Decision,
        reply: Reply,
        text_version: str,
        text_hash: str,
        clinic: str,
        now: datetime,
    ) -> None:
        self._connection.execute(
            self._insert(table)
            .values(
                id=new_id(),
                contact_id=contact_id,
                purpose=purpose.value,
                decision=decision.value,
                text_version=text_version,
                text_hash=text_hash,
                language=reply.language,
                reply=self._cipher.encrypt(reply.text),
                number=self._cipher.encrypt(number) if number else None,
                channel="whatsapp",
                message_id=reply.message_id,
                clinic=clinic,
                actor="patient",
                decided_at=now,
            )
            .on_conflict_do_nothing(index_elements=["message_id", "purpose"])
        )

    def withdraw_given(
        self, contact_id: str, purpose: Purpose, *, evidence: str, message_id: str, now: datetime
    ) -> bool:
        """Withdraws a live consent for a patient who did so in WhatsApp; False without one.

        Args:
            evidence: what WhatsApp said, in the place of the patient's words.
            message_id: of the message that was refused.
        """
        given = self._connection.execute(
            select(table)
            .where(table.c.contact_id == contact_id)
            .where(table.c.purpose == purpose.value)
            .order_by(table.c.decided_at.desc())
            .limit(1)
        ).first()
        if given is None or given.decision != Decision.GIVEN.value:
            return False
        self._connection.execute(
            self._insert(table).values(
                {
                    **given._mapping,
                    "id": new_id(),
                    "decision": Decision.WITHDRAWN.value,
                    "reply": self._cipher.encrypt(evidence),
                    "message_id": message_id,
                    "decided_at": now,
                }
            )
        )
        return True

    def move(self, from_contact: str, to_contact: str, *, with_given: bool) -> None:
        """Gives the decisions of a contact to another, who turned out to be the same person.

        Args:
            with_given: False leaves what was allowed behind; a STOP always goes along.
        """
        theirs = update(table).where(table.c.contact_id == from_contact)
        if not with_given:
            theirs = theirs.where(table.c.decision != Decision.GIVEN.value)
        self._connection.execute(theirs.values(contact_id=to_contact))

    def is_withdrawn_since(self, contact_id: str, since: datetime) -> bool:
        """Tells whether the contact said STOP at an instant or after it."""
        row = self._connection.execute(
            select(table.c.id)
            .where(table.c.contact_id == contact_id)
            .where(table.c.decision == Decision.WITHDRAWN.value)
            .where(table.c.decided_at >= since)
            .limit(1)
        ).first()
        return row is not None

    def latest(self, contact_id: str, purpose: Purpose) -> Decision | None:
        row = self._connection.execute(
            select(table.c.decision)
            .where(table.c.contact_id == contact_id)
            .where(table.c.purpose == purpose.value)
            .order_by(table.c.decided_at.desc())
            .limit(1)
        ).first()
        return Decision(row.decision) if row else None

"""Telling a patient who answers them now, once for each time that somebody takes over.

Outside the customer service window WhatsApp takes only a template, and none says a name alone:
it is said once the patient has written again, before an answer that waits for that. Until then
staff see that the patient does not know (`Step.patient_told`).
"""

from __future__ import annotations

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Transaction
from clinic.adapters.handoff_steps import HandoffSteps
from clinic.adapters.outbox import Outbox
from clinic.adapters.staff import Staff
from clinic.clock import Clock
from clinic.facts.source import ClinicSource
from clinic.handoff.model import Handoff, HandoffStatus
from clinic.messaging.model import OutboxKind
from clinic.messaging.texts import Texts
from whatsapp.messages import OutgoingMessage
from whatsapp.window import is_open


class Introductions:
    """Says the name of who has a conversation, within the transaction of who asks for it."""

    def __init__(self, clinic: ClinicSource, clock: Clock, texts: Texts) -> None:
        self._source = clinic
        self._clock = clock
        self._texts = texts

    def introduce(self, tx: Transaction, handoff: Handoff, *, before_answer: bool = False) -> None:
        """Tells the patient who has it, unless they know, or notes that they cannot be told now.

        Args:
            before_answer: an answer follows that waits until the patient writes; so does this.
        """
        steps = HandoffSteps(tx)
        step = steps.last_giving(handoff.id)
        member = Staff(tx).get(handoff.claimed_by or "")
        contact = Contacts(tx).get(handoff.contact_id)
        if step is None or step.patient_told or member is None:
            return
        if contact is None or not contact.has_address:
            return
        now = self._clock.now()
        is_now = is_open(contact.last_inbound_at, now)
        is_told = is_now or before_answer
        if is_told:
            language = contact.language or self._source.current.default_language
            Outbox(tx).add(
                contact,
                OutgoingMessage(
                    text=self._texts.text("utter_taken_over", language, name=member.name)
                ),
                key=f"taken:{handoff.id}:{step.id}",
                kind=OutboxKind.REPLY,
                now=now,
                is_held=not is_now,
            )
        if step.patient_told is not is_told:
            steps.note_told(step.id, is_told=is_told)


def is_untold(tx: Transaction, handoff: Handoff | None) -> bool:
    """Tells whether somebody has a conversation and its patient could not be told who."""
    if handoff is None or handoff.status is not HandoffStatus.CLAIMED:
        return False
    step = HandoffSteps(tx).last_giving(handoff.id)
    return step is not None and step.patient_told is False

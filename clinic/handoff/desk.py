"""What staff do with a conversation: take it, answer, note, put off, end, give back.

Each step is one transaction: the hand-off, what the patient is told, the audit trail and the
news for open pages are written together or not at all. The row of the hand-off decides who is
first; nobody answers a patient whom a colleague has.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from clinic.adapters.consents import Consents
from clinic.adapters.database import Transaction
from clinic.adapters.handoff_steps import HandoffSteps
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.live_events import LiveEvents
from clinic.adapters.outbox import Outbox
from clinic.adapters.staff_notes import StaffNotes
from clinic.consent.model import Decision, Purpose
from clinic.handoff.claims import Claims
from clinic.handoff.errors import (
    EmptyTextError,
    NotAgreedError,
    NotOpenError,
    UnreachableError,
)
from clinic.handoff.going_on import tell_assistant
from clinic.handoff.model import HandoffStatus, Outcome, StepKind
from clinic.handoff.templates import ANNOUNCEMENT, announcement, fill
from clinic.messaging.model import Contact, OutboxKind
from clinic.privacy.audit import AuditAction
from clinic.staff.model import StaffMember
from whatsapp.messages import OutgoingMessage
from whatsapp.text import has_ink
from whatsapp.window import is_open

LONGEST_TEXT = 4096
"""Characters of a text message (Meta, "Text messages")."""


class StaffDesk(Claims):
    """The conversations, as a member of staff handles them."""

    def take(self, contact_id: str, member: StaffMember) -> None:
        """Takes a waiting conversation; the patient is told who has it now.

        Raises:
            NotOpenError: nobody waits.
            TakenByAnotherError: a colleague was quicker.
        """
        with self._database.write() as tx:
            contact = self.contact_of(tx, contact_id, member)
            self._claim(tx, contact, self._open(tx, contact_id), member)

    def ensure_taken(self, contact_id: str, member: StaffMember) -> None:
        """Takes a conversation, waiting or not, unless a colleague has it.

        Raises:
            TakenByAnotherError: a colleague has it.
        """
        with self._database.write() as tx:
            self.ensure_own(tx, self.contact_of(tx, contact_id, member), member)

    def take_from(self, contact_id: str, member: StaffMember) -> None:
        """Takes a conversation over from a colleague who has it.

        Raises:
            NotOpenError: it is closed.
        """
        with self._database.write() as tx:
            contact = self.contact_of(tx, contact_id, member)
            handoff = self._open(tx, contact_id)
            if handoff.status is HandoffStatus.WAITING:
                self._claim(tx, contact, handoff, member)
            elif handoff.claimed_by != member.id:
                self._give(tx, handoff, member, by=member)

    def assign(self, contact_id: str, to: StaffMember, by: StaffMember) -> None:
        """Gives a conversation to a colleague, who sees it among their own.

        Raises:
            NotOpenError: it is closed.
        """
        with self._database.write() as tx:
            self.contact_of(tx, contact_id, by)
            self._give(tx, self._open(tx, contact_id), to, by=by)

    def release(self, contact_id: str, member: StaffMember) -> None:
        """Puts a conversation back into the queue.

        Raises:
            NotOpenError: it is closed.
            TakenByAnotherError: a colleague has it.
        """
        with self._database.write() as tx:
            handoff = self._own(tx, contact_id, member)
            self._release(tx, handoff, member)

    def release_all(self, member: StaffMember) -> int:
        """Puts what waits for an answer of somebody who goes away back; returns how many."""
        with self._database.write() as tx:
            waiting = [
                handoff
                for handoff in Handoffs(tx).all_open()
                if handoff.claimed_by == member.id and handoff.unanswered_since
            ]
            for handoff in waiting:
                self._release(tx, handoff, member)
        return len(waiting)

    def reply(self, contact_id: str, member: StaffMember, text: str, *, key: str) -> bool:
        """Answers a patient; who answers has the conversation from then on.

        Outside the customer service window a template announces the answer, which follows once
        the patient writes or taps.

        Args:
            key: names the form that was sent; it is sent once.

        Returns:
            Whether the answer can be read at once, the window being open.

        Raises:
            EmptyTextError: there is no text, or too much.
            TakenByAnotherError: a colleague has the conversation.
            UnreachableError: nobody can be written to under this contact.
        """
        text = written(text)
        with self._database.write() as tx:
            contact = self.contact_of(tx, contact_id, member)
            self.ensure_own(tx, contact, member)
            patient = self.first_name(tx, contact)
            self.send(
                tx,
                contact,
                OutgoingMessage(text=text),
                key=f"staff:{key}",
                member=member,
                fallback=announcement(self.language(contact), patient),
            )
            return is_open(contact.last_inbound_at, self._clock.now())

    def send_template(
        self,
        contact_id: str,
        member: StaffMember,
        name: str,
        values: Mapping[str, str],
        *,
        key: str,
    ) -> None:
        """Sends a template that staff chose, outside the customer service window.

        The announcement of an answer answers what the patient wrote; any other is sent only with
        live consent to reminders, which is checked once more when it is sent.

        Raises:
            NotAgreedError: the patient has not agreed to reminders.
            NotSendableError: unknown or incomplete.
            TakenByAnotherError: a colleague has the conversation.
            UnreachableError: nobody can be written to under this contact.
        """
        with self._database.write() as tx:
            contact = self.contact_of(tx, contact_id, member)
            message = fill(name, self.language(contact), values)
            purpose = None if name == ANNOUNCEMENT else Purpose.REMINDERS
            if purpose and Consents(tx).latest(contact_id, purpose) is not Decision.GIVEN:
                raise NotAgreedError(name)
            self.ensure_own(tx, contact, member)
            self.send(
                tx,
                contact,
                message,
                key=f"staff-template:{key}",
                member=member,
                purpose=purpose.value if purpose else None,
            )

    def send(
        self,
        tx: Transaction,
        contact: Contact,
        message: OutgoingMessage,
        *,
        key: str,
        member: StaffMember,
        fallback: OutgoingMessage | None = None,
        purpose: str | None = None,
    ) -> None:
        """Queues a message in the name of a member who has the conversation.

        Raises:
            UnreachableError: nobody can be written to under this contact.
        """
        if not contact.has_address:
            raise UnreachableError
        handoff = self._open(tx, contact.id)
        if fallback is not None:
            self._introductions.introduce(tx, handoff, before_answer=True)
        now = self._clock.now()
        added = Outbox(tx).add(
            contact,
            message,
            key=key,
            kind=OutboxKind.REPLY,
            now=now,
            fallback=fallback,
            author=member.id,
            purpose=purpose,
        )
        if not added:
            return
        answered = {} if handoff.answered_at else {"answered_at": now}
        Handoffs(tx).change(
            handoff, now, staff_at=now, read_at=now, snoozed_until=None,
            escalated_at=None, **answered,
        )  # fmt: skip
        self.note(tx, member, AuditAction.STAFF_REPLIED, contact.id)

    def add_note(self, contact_id: str, member: StaffMember, text: str) -> None:
        """Adds an internal note, which the patient never gets.

        Raises:
            EmptyTextError: there is no text, or too much.
        """
        text = written(text)
        with self._database.write() as tx:
            self.contact_of(tx, contact_id, member)
            StaffNotes(tx).add(contact_id, member.id, text, self._clock.now())
            LiveEvents(tx).add("conversation", self._clock.now(), contact_id)
            self.note(tx, member, AuditAction.NOTE_ADDED, contact_id)

    def hand_back(self, contact_id: str, member: StaffMember) -> None:
        """Gives a conversation back to the assistant, which goes on with what was open.

        Raises:
            NotOpenError: it is closed.
            TakenByAnotherError: a colleague has it.
        """
        self._end(contact_id, member, Outcome.HANDED_BACK)

    def resolve(self, contact_id: str, member: StaffMember) -> str:
        """Ends a conversation; what the patient had begun is over. Returns the hand-off's id.

        Raises:
            NotOpenError: it is closed.
            TakenByAnotherError: a colleague has it.
        """
        return self._end(contact_id, member, Outcome.RESOLVED)

    def reopen(self, handoff_id: str, member: StaffMember) -> None:
        """Takes the end of a conversation back.

        Raises:
            NotOpenError: it is unknown, or another hand-off was opened since.
        """
        with self._database.write() as tx:
            handoffs = Handoffs(tx)
            handoff = handoffs.get(handoff_id)
            if handoff is None or handoff.is_open or handoffs.open_of(handoff.contact_id):
                raise NotOpenError
            self.contact_of(tx, handoff.contact_id, member)
            now, last = self._clock.now(), HandoffSteps(tx).last_giving(handoff.id)
            handoffs.change(
                handoff,
                now,
                status=HandoffStatus.CLAIMED.value,
                claimed_by=member.id,
                open_contact_id=handoff.contact_id,
                outcome=None,
                resolved_at=None,
            )
            # Nobody is introduced twice: the end that is taken back was no new beginning.
            is_told = last.patient_told if last and handoff.claimed_by == member.id else None
            HandoffSteps(tx).add(
                handoff.id, StepKind.REOPENED, now, actor=member.id, patient_told=is_told
            )
            self._introductions.introduce(tx, handoffs.get(handoff.id) or handoff)
            self.note(tx, member, AuditAction.HANDOFF_REOPENED, handoff.contact_id)

    def snooze(self, contact_id: str, member: StaffMember, until: datetime | None) -> None:
        """Puts a conversation off until then, or until the patient writes; None wakes it.

        Raises:
            NotOpenError: it is closed.
            TakenByAnotherError: a colleague has it.
        """
        with self._database.write() as tx:
            handoff = self._own(tx, contact_id, member)
            Handoffs(tx).change(handoff, self._clock.now(), snoozed_until=until)
            self.note(tx, member, AuditAction.HANDOFF_SNOOZED, contact_id)

    def mark_read(self, contact_id: str, member: StaffMember) -> None:
        """Notes that somebody looked whom it concerns: who has it, or anybody while it waits."""
        with self._database.write() as tx:
            handoff = Handoffs(tx).open_of(contact_id)
            if handoff and handoff.claimed_by in (None, member.id) and handoff.is_unread():
                Handoffs(tx).mark_read(handoff.id, self._clock.now())

    def _end(self, contact_id: str, member: StaffMember, outcome: Outcome) -> str:
        now = self._clock.now()
        with self._database.write() as tx:
            contact = self.contact_of(tx, contact_id, member)
            handoff = self._own(tx, contact_id, member)
            Handoffs(tx).resolve(handoff.id, now, outcome, by=member.id)
            tell_assistant(tx, contact, handoff, outcome, now)
            self.note(tx, member, AuditAction.HANDOFF_ENDED, contact_id, outcome=outcome.value)
            return handoff.id


def written(text: str) -> str:
    """Returns a text without blanks around it; raises `EmptyTextError`."""
    text = text.strip()
    if not has_ink(text) or len(text) > LONGEST_TEXT:
        raise EmptyTextError
    return text

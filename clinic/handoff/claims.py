"""Who has a conversation: one member of staff at a time, decided by the row of the hand-off."""

from __future__ import annotations

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database, Transaction
from clinic.adapters.handoff_steps import HandoffSteps
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.patients import Patients
from clinic.adapters.staff import Staff
from clinic.clock import Clock
from clinic.facts.model import Clinic
from clinic.facts.source import ClinicSource
from clinic.handoff.errors import NotOpenError, TakenByAnotherError, UnknownConversationError
from clinic.handoff.inbox import may_see
from clinic.handoff.introducing import Introductions
from clinic.handoff.model import Handoff, HandoffStatus, Priority, StepKind
from clinic.messaging.model import Contact
from clinic.patients.model import Relation
from clinic.privacy.audit import Audit, AuditAction
from clinic.staff.model import StaffMember

STAFF_WROTE = "staff_wrote"
"""Reason of a hand-off that staff opened by writing first."""
NAMELESS = "👋"
"""In a template's place of a name when none is known: WhatsApp refuses an empty parameter."""


class Claims:
    """Claims, and what all that staff do has to look at first, within a transaction."""

    def __init__(
        self,
        database: Database,
        clinic: ClinicSource,
        clock: Clock,
        audit: Audit,
        introductions: Introductions,
    ) -> None:
        self._database = database
        self._source = clinic
        self._clock = clock
        self._audit = audit
        self._introductions = introductions

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def ensure_own(self, tx: Transaction, contact: Contact, member: StaffMember) -> Handoff:
        """Returns the hand-off of a conversation that the member has, or has from now on.

        Raises:
            TakenByAnotherError: a colleague has it.
        """
        handoffs = Handoffs(tx)
        handoff = handoffs.open_of(contact.id)
        if handoff is None:
            handoff = handoffs.open(contact.id, Priority.ROUTINE, STAFF_WROTE, self._clock.now())
        if handoff.status is HandoffStatus.WAITING:
            return self._claim(tx, contact, handoff, member)
        if handoff.claimed_by != member.id:
            raise TakenByAnotherError(handoff.claimed_by or "")
        self._introductions.introduce(tx, handoff)
        return handoff

    def language(self, contact: Contact) -> str:
        """Returns the language in which a patient is written to."""
        return contact.language or self._clinic.default_language

    def first_name(self, tx: Transaction, contact: Contact) -> str:
        """Returns the first name for a greeting, of the record or as WhatsApp knows them.

        Who writes for a relative is not greeted by the relative's name.
        """
        known = Patients(tx).of_contact(contact.id)
        own = next((p for p in known if p.relation is Relation.SELF), None)
        name = own.name if own else contact.profile_name or ""
        return name.split()[0] if name.split() else NAMELESS

    def _claim(
        self, tx: Transaction, contact: Contact, handoff: Handoff, member: StaffMember
    ) -> Handoff:
        handoffs = Handoffs(tx)
        if not handoffs.claim(handoff.id, member.id, self._clock.now()):
            current = handoffs.get(handoff.id)
            if current is not None and current.claimed_by == member.id and current.is_open:
                return current
            raise TakenByAnotherError(current.claimed_by or "" if current else "")
        claimed = handoffs.get(handoff.id) or handoff
        self._introductions.introduce(tx, claimed)
        self.note(tx, member, AuditAction.HANDOFF_CLAIMED, contact.id)
        return claimed

    def _give(self, tx: Transaction, handoff: Handoff, to: StaffMember, *, by: StaffMember) -> None:
        now, handoffs = self._clock.now(), Handoffs(tx)
        claimed = {} if handoff.claimed_at else {"claimed_at": now}
        handoffs.change(
            handoff,
            now,
            status=HandoffStatus.CLAIMED.value,
            claimed_by=to.id,
            read_at=now if to.id == by.id else None,
            snoozed_until=None,
            **claimed,
        )
        kind = StepKind.TAKEN_OVER if to.id == by.id else StepKind.ASSIGNED
        other = handoff.claimed_by if to.id == by.id else to.id
        HandoffSteps(tx).add(handoff.id, kind, now, actor=by.id, other=other)
        self._introductions.introduce(tx, handoffs.get(handoff.id) or handoff)
        self.note(tx, by, AuditAction.HANDOFF_ASSIGNED, handoff.contact_id, to=to.id)

    def _release(self, tx: Transaction, handoff: Handoff, member: StaffMember) -> None:
        Handoffs(tx).change(
            handoff,
            self._clock.now(),
            status=HandoffStatus.WAITING.value,
            claimed_by=None,
            read_at=None,
            snoozed_until=None,
        )
        HandoffSteps(tx).add(handoff.id, StepKind.RELEASED, self._clock.now(), actor=member.id)
        self.note(tx, member, AuditAction.HANDOFF_RELEASED, handoff.contact_id)

    def contact_of(self, tx: Transaction, contact_id: str, member: StaffMember) -> Contact:
        """Returns the contact of a conversation that the member may see.

        Raises:
            UnknownConversationError: there is none, or it belongs to another site.
        """
        contact = Contacts(tx).get(contact_id)
        handoff = Handoffs(tx).newest_of(contact_id)
        if contact is None or not may_see(member, handoff):
            raise UnknownConversationError
        return contact

    def _open(self, tx: Transaction, contact_id: str) -> Handoff:
        handoff = Handoffs(tx).open_of(contact_id)
        if handoff is None:
            raise NotOpenError
        return handoff

    def _own(self, tx: Transaction, contact_id: str, member: StaffMember) -> Handoff:
        """Returns the open hand-off if the member may see it and nobody else has it."""
        self.contact_of(tx, contact_id, member)
        handoff = self._open(tx, contact_id)
        if handoff.claimed_by not in (None, member.id) and Staff(tx).get(handoff.claimed_by or ""):
            raise TakenByAnotherError(handoff.claimed_by or "")
        return handoff

    def note(
        self,
        tx: Transaction,
        member: StaffMember,
        action: AuditAction,
        subject: str,
        **details: str,
    ) -> None:
        self._audit.record_in(tx, member.id, action, subject, **details)

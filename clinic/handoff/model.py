"""When a person is needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Priority(str, Enum):
    """FHIR's request priority, the most pressing first."""

    STAT = "stat"
    URGENT = "urgent"
    ASAP = "asap"
    ROUTINE = "routine"

    @property
    def rank(self) -> int:
        """0 is the most pressing."""
        return list(Priority).index(self)


class HandoffStatus(str, Enum):
    WAITING = "waiting"
    CLAIMED = "claimed"
    RESOLVED = "resolved"


class Outcome(str, Enum):
    """How a hand-off ended."""

    HANDED_BACK = "handed_back"
    """The assistant goes on with what the patient had begun."""
    RESOLVED = "resolved"
    """All is done; what the patient had begun with the assistant is over."""


class StepKind(str, Enum):
    """What happened to a hand-off while it was open."""

    CLAIMED = "claimed"
    TAKEN_OVER = "taken_over"
    """From a colleague who had it."""
    ASSIGNED = "assigned"
    RELEASED = "released"
    """Back into the queue."""
    ESCALATED = "escalated"
    HANDED_BACK = "handed_back"
    RESOLVED = "resolved"
    REOPENED = "reopened"

    @property
    def gives_it_to_somebody(self) -> bool:
        return self in (
            StepKind.CLAIMED,
            StepKind.TAKEN_OVER,
            StepKind.ASSIGNED,
            StepKind.REOPENED,
        )


@dataclass(frozen=True)
class Step:
    """One thing that happened to a hand-off: what, who and when.

    Attributes:
        actor: id of who did it, or `CLINIC_PHONE`; None for the assistant and the worker.
        other: to whom it was given (assigned), or from whom it was taken (taken over).
        patient_told: whether the patient knows who answers; None when there is nothing to tell.
    """

    id: int
    handoff_id: str
    at: datetime
    kind: StepKind
    actor: str | None = None
    other: str | None = None
    patient_told: bool | None = None


@dataclass(frozen=True)
class Handoff:
    """A conversation that waits for a person, or is in a person's hands.

    Attributes:
        claimed_by: id of the member of staff who has it, or `CLINIC_PHONE`.
        site: whose staff it is for; None for everybody.
        patient_at: when the patient last wrote while it was open.
        staff_at: when staff last answered.
        read_at: when whom it concerns last looked.
        answered_at: when staff first answered.
        escalated_at: when nobody had taken or answered it in time.
        told_at: when the patient was last told to wait on.
        done: what staff did in the agenda meanwhile, last of all: booked, moved, cancelled.
    """

    id: str
    contact_id: str
    priority: Priority
    reason: str
    status: HandoffStatus
    claimed_by: str | None
    opened_at: datetime
    updated_at: datetime
    site: str | None = None
    patient_at: datetime | None = None
    staff_at: datetime | None = None
    read_at: datetime | None = None
    claimed_at: datetime | None = None
    answered_at: datetime | None = None
    resolved_at: datetime | None = None
    outcome: Outcome | None = None
    snoozed_until: datetime | None = None
    escalated_at: datetime | None = None
    told_at: datetime | None = None
    done: str | None = None
    done_appointment: str | None = None

    @property
    def is_open(self) -> bool:
        return self.status is not HandoffStatus.RESOLVED

    @property
    def unanswered_since(self) -> datetime | None:
        """Since when the patient waits for a person; None when staff spoke last."""
        asked = self.patient_at or self.opened_at
        if self.staff_at is not None and self.staff_at >= asked:
            return None
        return self.opened_at if self.staff_at is None else asked

    def is_unread(self) -> bool:
        """True when the patient wrote since whom it concerns last looked."""
        return self.read_at is None or (
            self.patient_at is not None and self.read_at < self.patient_at
        )

    def is_snoozed(self, now: datetime) -> bool:
        return self.snoozed_until is not None and now < self.snoozed_until

"""What staff see and do in the agenda: values only.

Statuses are those of FHIR R4 Appointment. An appointment that a closure struck is `pending`
until its patient, or staff, have chosen another time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from clinic.consent.model import Reach
from clinic.facts.model import Closure
from clinic.patients.model import Patient
from clinic.scheduling.model import Appointment, AppointmentStatus, Interval


class ClosureReason(str, Enum):
    """Why time is closed; patients are not told."""

    LEAVE = "leave"
    TRAINING = "training"
    ILLNESS = "illness"
    CLOSED = "closed"
    OTHER = "other"


class Outcome(str, Enum):
    """What staff decided for the appointments in time that they close."""

    MOVE = "move"
    """Other times are offered; the appointment waits for the choice."""
    CANCEL = "cancel"


class Told(str, Enum):
    """How a patient learns of what staff did."""

    MESSAGE = "message"
    CALL = "call"
    """Nothing may or can be written to them: staff call."""


class ChangeKind(str, Enum):
    """What staff did with an appointment."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"
    UNDONE = "undone"


@dataclass(frozen=True)
class EnteredClosure:
    """Leave or a closure as it was entered. `note` is for staff only."""

    id: str
    closure: Closure
    reason: ClosureReason
    note: str
    created_by: str
    created_at: datetime
    removed_at: datetime | None


@dataclass(frozen=True)
class ConcernedRow:
    """An appointment that a closure struck, and whether its patient knows."""

    closure_id: str
    appointment_id: str
    patient_id: str
    outcome: Outcome
    told: Told | None


@dataclass(frozen=True)
class Concerned:
    """An appointment in time that is to be closed, before staff confirm."""

    appointment: Appointment
    patient: Patient | None
    reach: Reach


@dataclass(frozen=True)
class Preview:
    """What closing would do.

    Attributes:
        fingerprint: names this list; closing with an older one is refused.
    """

    closure: Closure
    concerned: tuple[Concerned, ...]
    fingerprint: str


@dataclass(frozen=True)
class Change:
    """Something that staff did with an appointment.

    Attributes:
        status_before: None when the appointment was made by it.
        slot_before: key of the slot (`AgendaSlot.key`).
        told: how the patient learns of it, None when nobody was to be told.
    """

    id: int
    appointment_id: str
    kind: ChangeKind
    actor: str
    at: datetime
    status_before: AppointmentStatus | None
    status_after: AppointmentStatus
    slot_before: str
    slot_after: str
    told: Told | None


@dataclass(frozen=True)
class Done:
    """The outcome of something that staff did: the appointment now, and what can be undone."""

    appointment: Appointment
    change_id: int
    told: Told | None


@dataclass(frozen=True)
class Placement:
    """Where staff put an appointment.

    Attributes:
        start: aware instant.
        anyway: also outside of the hours in which the practitioner receives.
    """

    practitioner_id: str
    start: datetime
    anyway: bool = False


class BlockKind(str, Enum):
    """What a block of the agenda shows; it decides its colour."""

    HELD = "held"
    OFFERED = "offered"
    """Held for somebody of the waiting list."""
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    """Booked, and the patient said that they will come."""
    TO_MOVE = "to_move"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"
    CANCELLED = "cancelled"
    """Of one that somebody still had on the screen: the agenda itself shows none."""


@dataclass(frozen=True)
class Block:
    """An appointment or a hold in a column.

    Attributes:
        start: minutes since local midnight of the column's day; `end` is exclusive.
        lane: place beside others at the same time, from 0, of so many `lanes`.
        told: of one that has to be moved: how the patient learns of it.
    """

    appointment: Appointment
    patient: Patient | None
    kind: BlockKind
    start: int
    end: int
    lane: int = 0
    lanes: int = 1
    told: Told | None = None


@dataclass(frozen=True)
class Span:
    """Part of a day in minutes since local midnight, at a site."""

    start: int
    end: int
    site_id: str | None = None


@dataclass(frozen=True)
class Away:
    """Leave or a closure in a column. Without `closure` the clinic file says so."""

    start: int
    end: int
    closure: EnteredClosure | None


@dataclass(frozen=True)
class Column:
    """One practitioner on one day."""

    day: date
    practitioner_id: str
    working: tuple[Span, ...]
    away: tuple[Away, ...]
    blocks: tuple[Block, ...]

    @property
    def is_receiving(self) -> bool:
        return bool(self.working)


@dataclass(frozen=True)
class AgendaView:
    """A day of several practitioners, or a week of one.

    Attributes:
        first: first minute of the day that is shown, since midnight, a full hour; `last` the
            end, exclusive.
        now: the present instant, aware.
    """

    days: tuple[date, ...]
    columns: tuple[Column, ...]
    first: int
    last: int
    now: datetime

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(block for column in self.columns for block in column.blocks)


class WalkInStatus(str, Enum):
    """FHIR's words, as for appointments."""

    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class WalkIn:
    """Somebody who came without an appointment and waits to be seen.

    Attributes:
        name: of somebody who is not registered as a patient, else empty.
    """

    id: str
    site_id: str
    practitioner_id: str | None
    patient_id: str | None
    name: str
    status: WalkInStatus
    arrived_at: datetime


def overlaps(closure: Closure, appointment: Appointment) -> bool:
    """Tells whether a closure keeps an appointment from taking place."""
    return closure.concerns(appointment.practitioner_id, appointment.site_id) and Interval(
        closure.start, closure.end
    ).overlaps(appointment.interval)

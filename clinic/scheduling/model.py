"""The agenda's values. Names and statuses are those of FHIR R4 Slot and Appointment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from clinic.clock import UTC
from clinic.scheduling.errors import SlotNotOfferedError

HOLD_DURATION = timedelta(minutes=5)
"""How long a patient may decide on a slot (`conversation.md`, Holds)."""

WAITING_LIST_KEY = "waiting-list:"
"""What the requests of the waiting list's holds begin with."""

STAFF_KEY = "staff:"
"""What the idempotency keys of appointments begin with that staff booked."""

_KEY_SEPARATOR = "~"
_KEY_TIME = "%Y%m%dT%H%MZ"


class AppointmentStatus(str, Enum):
    """FHIR AppointmentStatus codes; a hold is a `proposed` appointment with an expiry."""

    PROPOSED = "proposed"
    PENDING = "pending"
    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NOSHOW = "noshow"


class ParticipationStatus(str, Enum):
    """FHIR ParticipationStatus codes of the patient: whether they said that they will come."""

    ACCEPTED = "accepted"
    NEEDS_ACTION = "needs-action"


OCCUPYING = (
    AppointmentStatus.PROPOSED,
    AppointmentStatus.PENDING,
    AppointmentStatus.BOOKED,
    AppointmentStatus.ARRIVED,
)
"""The statuses that keep the time of practitioner and patient."""


@dataclass(frozen=True, order=True)
class Interval:
    """A span of time between two aware instants, `end` exclusive."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("An interval needs instants with a UTC offset.")

    def overlaps(self, other: Interval) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class AgendaSlot:
    """A time that can be booked: who, where, what, from when to when (aware instants)."""

    practitioner_id: str
    site_id: str
    service_id: str
    start: datetime
    end: datetime

    @property
    def interval(self) -> Interval:
        return Interval(self.start, self.end)

    @property
    def key(self) -> str:
        """A text of under 120 characters that names the slot, for a button's payload."""
        return _KEY_SEPARATOR.join(
            (
                self.practitioner_id,
                self.site_id,
                self.service_id,
                self.start.astimezone(UTC).strftime(_KEY_TIME),
                str(int((self.end - self.start).total_seconds()) // 60),
            )
        )

    @classmethod
    def from_key(cls, key: str) -> AgendaSlot:
        """Reads a key; whether the clinic offers that slot is checked when it is held.

        Raises:
            SlotNotOfferedError: the text is no key.
        """
        parts = key.split(_KEY_SEPARATOR)
        if len(parts) != 5 or not all(parts):
            raise SlotNotOfferedError("The text is not the key of a slot.")
        practitioner_id, site_id, service_id, start_text, minutes = parts
        try:
            start = datetime.strptime(start_text, _KEY_TIME).replace(tzinfo=UTC)
            end = start + timedelta(minutes=int(minutes))
        except (ValueError, OverflowError) as error:
            raise SlotNotOfferedError("The text is not the key of a slot.") from error
        return cls(practitioner_id, site_id, service_id, start, end)


@dataclass(frozen=True)
class SlotQuery:
    """Which slots are wanted: those that start from `start` until before `end`.

    Attributes:
        patient_id: when given, times at which this patient is busy are left out.
        moving: id of the appointment that is to be moved: its own time is no obstacle.
    """

    service_id: str
    start: datetime
    end: datetime
    practitioner_id: str | None = None
    site_id: str | None = None
    patient_id: str | None = None
    moving: str | None = None


@dataclass(frozen=True)
class Hold:
    """A slot kept for a patient while they decide.

    Attributes:
        booked: the slot has been booked from this hold already; booking it again gives
            the same appointment.
    """

    id: str
    patient_id: str
    slot: AgendaSlot
    expires_at: datetime | None
    booked: bool


@dataclass(frozen=True)
class Appointment:
    """A row of the agenda, held or booked.

    Attributes:
        patient_id: who is seen, who may be another than who writes.
        hold_expires_at: end of the hold; `None` once booked.
        version: grows with every change that patients or calendars must learn of.
        calendar_token: unguessable name of the calendar file.
        idempotency_key: the request that booked it.
        participation: whether the patient said that they will come.
        hold_key: the request that held it.
    """

    id: str
    patient_id: str
    practitioner_id: str
    site_id: str
    service_id: str
    start: datetime
    end: datetime
    status: AppointmentStatus
    hold_expires_at: datetime | None
    version: int
    calendar_token: str
    created_at: datetime
    idempotency_key: str | None
    participation: ParticipationStatus = ParticipationStatus.NEEDS_ACTION
    hold_key: str | None = None

    @property
    def slot(self) -> AgendaSlot:
        return AgendaSlot(self.practitioner_id, self.site_id, self.service_id, self.start, self.end)

    @property
    def interval(self) -> Interval:
        return Interval(self.start, self.end)

    @property
    def is_hold(self) -> bool:
        """Not booked, or never was."""
        return self.hold_expires_at is not None

    @property
    def is_of_waiting_list(self) -> bool:
        """Held for the first of the waiting list, not for somebody who chooses a time."""
        return (self.hold_key or "").startswith(WAITING_LIST_KEY)

    @property
    def is_of_staff(self) -> bool:
        """Booked by staff, not by the patient here."""
        return (self.idempotency_key or "").startswith(STAFF_KEY)

    def is_live(self, now: datetime) -> bool:
        """Tells whether it keeps its time at `now`; an expired hold does not."""
        return self.status in OCCUPYING and (
            self.hold_expires_at is None or now < self.hold_expires_at
        )

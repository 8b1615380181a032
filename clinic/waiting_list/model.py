"""The waiting list: who wants to be told when a time becomes free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum

from clinic.scheduling.model import AgendaSlot

OFFER_DURATION = timedelta(minutes=15)
"""How long the first in line may decide (`product.md` 4)."""

CONTACT_HOURS = (time(8), time(21))
"""Local time in which a freed slot is offered: nobody should lose their place asleep. What
becomes free at night is offered in the morning."""


class EntryStatus(str, Enum):
    WAITING = "waiting"
    FULFILLED = "fulfilled"
    LEFT = "left"


class OfferStatus(str, Enum):
    OPEN = "open"
    TAKEN = "taken"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True)
class WaitingWish:
    """What somebody waits for.

    Attributes:
        patient_id: who is seen.
        specialty: value of the entity `specialty`.
        service_id: what would be booked.
        practitioner_id: only with this one; None for anybody of the specialty.
        appointment_id: the appointment that an earlier time would replace, if any.
        start: first instant that suits, None for any.
        end: end of what suits, exclusive, None for any.
    """

    patient_id: str
    specialty: str
    service_id: str
    practitioner_id: str | None = None
    appointment_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    def fits(self, slot: AgendaSlot, specialties: tuple[str, ...]) -> bool:
        """Tells whether a freed time of a practitioner with these specialties suits."""
        return (
            self.specialty in specialties
            and self.practitioner_id in (None, slot.practitioner_id)
            and (self.start is None or slot.start >= self.start)
            and (self.end is None or slot.start < self.end)
        )


@dataclass(frozen=True)
class WaitingListEntry:
    """A place on the list; places go by `joined_at`."""

    id: str
    contact_id: str
    wish: WaitingWish
    status: EntryStatus
    joined_at: datetime


@dataclass(frozen=True)
class SlotOffer:
    """A freed slot that is kept for the patient of an entry until `expires_at`."""

    id: str
    entry_id: str
    slot: AgendaSlot
    hold_id: str
    status: OfferStatus
    expires_at: datetime


@dataclass(frozen=True)
class FreedSlot:
    """A time that became free, and the patient who had it."""

    number: int
    slot: AgendaSlot
    left_by: str | None

"""Who has to be called because a message did not do its work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class CallReason(str, Enum):
    """Why somebody is to be called."""

    NOT_DELIVERED = "not_delivered"
    NOT_ANSWERED = "not_answered"
    HELD_BACK = "held_back"
    """WhatsApp lets the clinic write to no more people today."""


class CallOutcome(str, Enum):
    """What became of a call; `no_answer` leaves it in the list."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


@dataclass(frozen=True)
class CallNote:
    """A call that was made."""

    outcome: CallOutcome
    words: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Call:
    """Somebody to call.

    Attributes:
        outbox_id: the message that did not do its work; names the call.
        phone: with `+`; empty when none is known.
        appointment_at: of the appointment that the message was about, None for another message.
        tries: calls that nobody answered, the newest first.
    """

    outbox_id: int
    contact_id: str
    reason: CallReason
    name: str
    phone: str
    language: str
    purpose: str
    sent_at: datetime
    appointment_id: str | None
    appointment_at: datetime | None
    practitioner_id: str | None
    site_id: str | None
    tries: tuple[CallNote, ...]

"""Opinions of patients about a visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

LOWEST, HIGHEST = 1, 5
UNHAPPY = 2
"""A rating up to this one goes to the manager."""


class FeedbackStatus(str, Enum):
    """`invited` was asked for consent to be asked; `asked` got the question."""

    INVITED = "invited"
    ASKED = "asked"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Feedback:
    """What a patient said about a visit, or about the clinic without a visit.

    Attributes:
        rating: 1 to 5, None without one.
    """

    id: str
    contact_id: str
    appointment_id: str | None
    status: FeedbackStatus
    rating: int | None
    comment: str
    updated_at: datetime

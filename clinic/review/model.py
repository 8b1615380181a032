"""Messages that the assistant did not understand, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class ReviewSource(str, Enum):
    """Why a message is here."""

    NOT_UNDERSTOOD = "not_understood"
    STAFF = "staff"


class ReviewStatus(str, Enum):
    WAITING = "waiting"
    LABELLED = "labelled"
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class Guess:
    """What the assistant took a message for; the likeliest first."""

    intent: str
    confidence: float


@dataclass(frozen=True)
class ReviewMessage:
    """A message to review, without personal data.

    Attributes:
        times: how often it came.
        intent: what it means, once somebody chose.
        example: the words that become a training message.
    """

    id: str
    text: str
    language: str
    guesses: tuple[Guess, ...]
    source: ReviewSource
    times: int
    status: ReviewStatus
    intent: str | None
    example: str | None
    decided_by: str | None
    created_at: datetime
    updated_at: datetime

"""Consent as law 09-08 and GDPR want it recorded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Purpose(str, Enum):
    """What consent is for. All are off at first and asked apart."""

    CARE = "care"
    REMINDERS = "reminders"
    FEEDBACK = "feedback"
    MARKETING = "marketing"


class Decision(str, Enum):
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Reach(str, Enum):
    """Whether somebody can be written to about their appointment, and if not, why."""

    MESSAGE = "message"
    NO_CONSENT = "no_consent"
    STOPPED = "stopped"
    NO_NUMBER = "no_number"


PROACTIVE = (Purpose.REMINDERS, Purpose.FEEDBACK, Purpose.MARKETING)
"""Purposes for which the clinic writes first."""


@dataclass(frozen=True)
class Reply:
    """What a patient answered, as evidence.

    Attributes:
        notice: the text that the patient saw before answering.
        text: the patient's exact words, or the title of the button.
        message_id: WhatsApp's id of the reply.
    """

    notice: str
    language: str
    text: str
    message_id: str

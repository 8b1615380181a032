"""What can go wrong when staff work in the agenda, beside `clinic.scheduling.errors`.

AgendaError
├── InTheWayError        somebody has part of that time; says who
├── ChangedMeanwhileError  the appointment is not as it was shown
├── NotReceivingError    the practitioner does not receive then; can be placed anyway
├── NotPossibleError     that cannot be done with the appointment; says why
├── NothingToUndoError   something else happened since
├── ClosureNotFoundError no closure of that id, or it was removed
├── EmptyClosureError    it ends before it begins, or has passed
├── PreviewOutdatedError other appointments are concerned than were shown
└── NotANumberError      the text is no telephone number
"""

from __future__ import annotations

from enum import Enum

from clinic.scheduling.model import Appointment


class AgendaError(Exception):
    """Root of the errors of this package."""


class InTheWayError(AgendaError):
    """Somebody has part of that time.

    Attributes:
        row: the appointment or hold in the way.
        is_of_patient: it is the same patient's, with another practitioner.
    """

    def __init__(self, row: Appointment | None, *, is_of_patient: bool) -> None:
        super().__init__("The time is taken.")
        self.row = row
        self.is_of_patient = is_of_patient


class ChangedMeanwhileError(AgendaError):
    """The appointment is not as it was when it was shown."""


class NotReceivingError(AgendaError):
    """The practitioner does not receive then; staff may place somebody anyway."""


class Obstacle(str, Enum):
    """Why something cannot be done."""

    PAST = "past"
    TOO_FAR = "too_far"
    OTHER_SPECIALTY = "other_specialty"
    WRONG_STATUS = "wrong_status"
    NOT_TODAY = "not_today"
    NOT_YET = "not_yet"


class NotPossibleError(AgendaError):
    """That cannot be done with the appointment."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.value)
        self.obstacle = obstacle


class NothingToUndoError(AgendaError):
    """Something else happened to the appointment since, or it was undone already."""


class ClosureNotFoundError(AgendaError):
    """There is no such closure, or it was removed."""


class EmptyClosureError(AgendaError):
    """The closure ends before it begins, or has passed."""


class PreviewOutdatedError(AgendaError):
    """Other appointments are concerned than were shown: staff must look again."""


class NotANumberError(AgendaError):
    """The text is no telephone number."""

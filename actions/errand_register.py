"""Every errand with questions: its form, what starts it, what it has asked.

A topic registers its form here once. Its name in the question whether it is left for another is
response `utter_errand_<form>`.
"""

from __future__ import annotations

from dataclasses import dataclass

from actions.booking_turn import START_AFRESH as BOOKING_SLOTS
from actions.errand import ERRAND_SLOTS
from actions.feedback import FEEDBACK_SLOTS
from actions.rectification_slots import RECTIFICATION_SLOTS
from actions.request_kinds import STARTS as REQUEST_STARTS
from actions.request_slots import REQUEST_SLOTS


@dataclass(frozen=True)
class Errand:
    """A form, and the intents that start it.

    Attributes:
        own: other starting intents that this form reads itself while it is open.
        slots: what it has asked so far, emptied when it is left.
        sure: from this confidence on a message is taken for its start inside another errand.
    """

    form: str
    starts: tuple[str, ...]
    own: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    sure: float = 0.5


ERRANDS = (
    Errand(
        "booking_form",
        ("book_appointment",),
        # Inside a booking these change or end it, or wait for what it asks for.
        own=("reschedule_appointment", "cancel_appointment", "join_waitlist"),
        slots=tuple(BOOKING_SLOTS),
    ),
    Errand(
        "rectification_form",
        ("request_data_rectification",),
        slots=RECTIFICATION_SLOTS,
    ),
    Errand(
        "rescheduling_form",
        ("reschedule_appointment",),
        # "Finalement annulez-le" goes on with the same appointment.
        own=("book_appointment", "cancel_appointment"),
        slots=ERRAND_SLOTS,
    ),
    Errand(
        "cancellation_form",
        ("cancel_appointment",),
        # "Plutôt le déplacer": cancelling offers it.
        own=("reschedule_appointment",),
        slots=ERRAND_SLOTS,
    ),
    Errand("waitlist_form", ("join_waitlist",), own=("book_appointment",), slots=ERRAND_SLOTS),
    Errand("request_form", REQUEST_STARTS, own=("cancel_appointment",), slots=REQUEST_SLOTS),
    Errand(
        "lateness_form",
        ("running_late",),
        # Too late for it after all: the appointment stays the same.
        own=("reschedule_appointment", "cancel_appointment"),
        slots=ERRAND_SLOTS,
    ),
    # Its questions need no answer: it is left for anything else (`actions/resuming.py`).
    # A short answer ("hier") looks like an opinion to the classifier: it has to be surer of one.
    Errand("feedback_form", ("give_feedback",), slots=FEEDBACK_SLOTS, sure=0.65),
)


def errand_of(form: str | None) -> Errand | None:
    """Returns the errand of a form, None for none."""
    return next((errand for errand in ERRANDS if errand.form == form), None)


def errand_started_by(intent: str) -> Errand | None:
    """Returns the errand that a message of this intent begins, None for none."""
    return next((errand for errand in ERRANDS if intent in errand.starts), None)

"""Coming back to the open question after something else was answered."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet

_LEFT_QUIETLY = ("feedback_form",)
"""Forms whose questions need no answer: they end when the patient speaks of something else."""

ERRAND_CHANGE = "errand_change"
"""The question whether the open errand is left for another (`actions/errands.py`)."""


def resume(tracker: Tracker) -> list[EventType]:
    """Returns what asks the question of the active form again; nothing without a form.

    Every action that answers a message outside the form's own questions ends with it, so that no
    rule is needed for each pair of a form and a digression.
    """
    form = tracker.active_loop_name
    if form in _LEFT_QUIETLY:
        return [ActiveLoop(None), SlotSet("requested_slot", None)]
    if form and tracker.get_slot("requested_slot") == ERRAND_CHANGE:
        # Not one of the form's slots: the form would go on to its own next question.
        return [FollowupAction(f"action_ask_{ERRAND_CHANGE}")]
    return [FollowupAction(form)] if form else []

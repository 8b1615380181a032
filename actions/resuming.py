"""Coming back to the open question after something else was answered."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction


def resume(tracker: Tracker) -> list[EventType]:
    """Returns what asks the question of the active form again; nothing without a form.

    Every action that answers a message outside the form's own questions ends with it, so that no
    rule is needed for each pair of a form and a digression.
    """
    form = tracker.active_loop_name
    return [FollowupAction(form)] if form else []

"""Patients who type what a button says, or its number, instead of tapping it."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.normaliser import normalise
from whatsapp.messages import Choice

_NUMBERED = ("/inform", "/choose_slot", "/choose_new_slot", "/reschedule_appointment{")
"""Choices among things may be counted; a yes, a refusal or a confirmation is not a number."""


def typed_choice(text: str, choices: Sequence[Choice]) -> str | None:
    """Returns the payload of the one choice that a text names, None when it names none."""
    said = _folded(text)
    named = [choice for choice in choices if _folded(choice.title) == said]
    if len(named) == 1:
        return named[0].payload
    if said.isdigit() and 1 <= int(said) <= len(choices):
        counted = choices[int(said) - 1]
        return counted.payload if counted.payload.startswith(_NUMBERED) else None
    return None


def _folded(text: str) -> str:
    return " ".join(normalise(text).split()).strip(" .!")

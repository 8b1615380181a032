"""Giving a conversation to a person, and what the patient is told about when."""

from __future__ import annotations

import asyncio

from rasa_sdk import Tracker

from actions.said import language_of
from clinic.bootstrap import services
from clinic.facts.dates import say_when
from clinic.facts.opening import is_open, next_opening
from clinic.handoff.model import Priority


async def hand_over(tracker: Tracker, priority: Priority, reason: str) -> str:
    """Marks the conversation for a person; returns the sentence that says when one answers."""
    wired, language = services(), language_of(tracker)
    await asyncio.to_thread(wired.handoff.open, tracker.sender_id, priority, reason)
    now = wired.clock.now()
    if is_open(wired.clinic, now):
        return wired.texts.text("utter_handoff_open", language)
    opens = next_opening(wired.clinic, now)
    return wired.texts.text(
        "utter_handoff_closed",
        language,
        opens=say_when(opens, wired.clinic.zone, language) if opens else wired.clinic.phone,
        emergency_number=wired.clinic.emergency_numbers[0].number,
    )

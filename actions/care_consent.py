"""Consent to handle a patient's requests, read inside any form.

A form that asks personal details begins with `is_care_allowed`, lists slot `care_consent` first
among its required slots (`action_ask_care_consent` shows the notice) and reads the answer here.
"""

from __future__ import annotations

import asyncio

from rasa_sdk import Tracker

from actions.consent import record_answer, withdraw
from actions.said import read_said
from clinic.bootstrap import Services
from clinic.consent.model import Decision, Purpose

CONSENT = "care_consent"


async def is_care_allowed(wired: Services, contact_id: str) -> bool:
    """Tells whether a contact allows that their requests are handled."""
    return await asyncio.to_thread(wired.consent.is_given, contact_id, Purpose.CARE)


async def read_care_consent(wired: Services, tracker: Tracker) -> Decision | None:
    """Records and returns the answer to the open question; None when it is not answered."""
    said = read_said(tracker)
    if said.value("purpose") not in (None, Purpose.CARE.value):
        # A button of another question: its answer says nothing about this one.
        return None
    if said.intent in ("give_consent", "affirm"):
        await record_answer(wired, tracker, Purpose.CARE, Decision.GIVEN)
        return Decision.GIVEN
    if said.intent in ("refuse_consent", "deny", "withdraw_consent"):
        await record_answer(wired, tracker, Purpose.CARE, Decision.REFUSED)
        if said.intent == "withdraw_consent":
            await withdraw(wired, tracker)
        return Decision.REFUSED
    return None

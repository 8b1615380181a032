"""Consent as it is asked in the chat: which question is open, what it said, and the answer."""

from __future__ import annotations

import asyncio

from rasa_sdk import Tracker

from actions.said import language_of, read_said
from clinic.bootstrap import Services
from clinic.consent.model import Decision, Purpose, Reply
from clinic.facts.model import Clinic

QUESTIONS = {
    Purpose.CARE: "utter_ask_care_consent",
    Purpose.REMINDERS: "utter_ask_reminders_consent",
    Purpose.FEEDBACK: "utter_ask_feedback_consent",
}
"""The response that asks for each purpose; the others are given on the screen of choices."""

CHOICES = "utter_consent_choices"


def care_notice_values(clinic: Clinic, language: str) -> dict[str, str]:
    """Returns the variables of the information notice."""
    return {
        "clinic": clinic.name.to(language),
        "controller": clinic.data_controller.name,
        "cndp": clinic.data_controller.cndp_number,
    }


def open_question(tracker: Tracker) -> Purpose | None:
    """Returns what the assistant asked consent for just before the latest message."""
    purposes = {response: purpose for purpose, response in QUESTIONS.items()}
    messages = 0
    for event in reversed(tracker.events):
        messages += event["event"] == "user"
        if messages > 1:
            break
        if messages and (purpose := purposes.get(response_of(event))):
            return purpose
    return None


async def record_answer(
    wired: Services, tracker: Tracker, purpose: Purpose, decision: Decision
) -> None:
    """Records the latest message as the answer to the question about a purpose."""
    said, language = read_said(tracker), language_of(tracker)
    reply = Reply(
        notice=_shown_notice(wired, tracker, purpose, language),
        language=language,
        text=said.text,
        message_id=said.message_id,
    )
    await asyncio.to_thread(wired.consent.record, tracker.sender_id, purpose, decision, reply)


async def withdraw(wired: Services, tracker: Tracker) -> None:
    """Records the latest message as the end of everything that the clinic writes first."""
    said = read_said(tracker)
    reply = Reply("", language_of(tracker), said.text, said.message_id)
    await asyncio.to_thread(wired.consent.withdraw_proactive, tracker.sender_id, reply)


def _shown_notice(wired: Services, tracker: Tracker, purpose: Purpose, language: str) -> str:
    """Returns the question as the patient saw it; its present text for an older session's."""
    question = QUESTIONS.get(purpose, CHOICES)
    for event in reversed(tracker.events):
        if response_of(event) in (question, CHOICES):
            return str(event.get("text") or "")
    if purpose not in QUESTIONS:
        return wired.texts.text(f"utter_purpose_{purpose.value}", language)
    values = care_notice_values(wired.clinic, language) if purpose is Purpose.CARE else {}
    return wired.texts.text(question, language, **values)


def response_of(event: dict[str, object]) -> str:
    """Returns the name of the response that a message of the assistant was made from."""
    metadata = event.get("metadata")
    if event["event"] != "bot" or not isinstance(metadata, dict):
        return ""
    return str(metadata.get("utter_action") or "")

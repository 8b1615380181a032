"""Consent is specific: a yes counts for the question that was asked, and for no other."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from action_harness import bot, run, tracker_of, user
from sqlalchemy import select

from actions.booking_form import ValidateBookingForm
from actions.consent import open_question
from actions.privacy import ActionRecordConsent, ActionWithdrawConsent
from actions.social import ActionSmallTalk
from clinic.adapters.tables.patients import consent as table
from clinic.bootstrap import Services
from clinic.consent.model import PROACTIVE, Decision, Purpose

CARE_QUESTION = bot("utter_ask_care_consent", "Le texte montré")
REMINDERS_QUESTION = bot("utter_ask_reminders_consent", "Voulez-vous un rappel ?")


def decisions(wired: Services, contact_id: str) -> dict[Purpose, Decision]:
    found = {purpose: wired.consent.latest(contact_id, purpose) for purpose in Purpose}
    return {purpose: decision for purpose, decision in found.items() if decision}


def hashes(wired: Services) -> list[str]:
    with wired.database.read() as tx:
        return list(tx.connection.execute(select(table.c.text_hash)).scalars())


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("intent", "purpose", "decision"),
    [
        ("give_consent", "care", Decision.GIVEN),
        ("give_consent", "reminders", Decision.GIVEN),
        ("refuse_consent", "reminders", Decision.REFUSED),
    ],
)
async def test_a_button_names_its_purpose(
    wired: Services, contact_id: str, intent: str, purpose: str, decision: Decision
) -> None:
    tap = user(intent, entities={"purpose": purpose}, is_tap=True)

    await run(ActionRecordConsent(), tracker_of(contact_id, [tap]))

    assert decisions(wired, contact_id) == {Purpose(purpose): decision}


async def test_typed_words_answer_the_open_question(wired: Services, contact_id: str) -> None:
    events = [user("confirm_booking"), REMINDERS_QUESTION, user("give_consent", message_id="w.2")]

    outcome = await run(ActionRecordConsent(), tracker_of(contact_id, events))

    assert decisions(wired, contact_id) == {Purpose.REMINDERS: Decision.GIVEN}
    assert outcome.responses == ["utter_consent_given"]


async def test_i_accept_without_a_question_allows_nothing(wired: Services, contact_id: str) -> None:
    events = [REMINDERS_QUESTION, user("ask_price"), bot("utter_price"), user("give_consent")]

    outcome = await run(ActionRecordConsent(), tracker_of(contact_id, events))

    assert decisions(wired, contact_id) == {}
    assert outcome.responses == ["utter_affirm"]


@pytest.mark.parametrize(
    ("intent", "decision", "response"),
    [
        ("affirm", Decision.GIVEN, "utter_consent_given"),
        ("deny", Decision.REFUSED, "utter_consent_refused"),
    ],
)
async def test_a_plain_yes_or_no_answers_the_question_about_reminders(
    wired: Services, contact_id: str, intent: str, decision: Decision, response: str
) -> None:
    events = [user("confirm_booking"), bot("utter_booked"), REMINDERS_QUESTION, user(intent)]

    outcome = await run(ActionSmallTalk(), tracker_of(contact_id, events))

    assert decisions(wired, contact_id) == {Purpose.REMINDERS: decision}
    assert outcome.responses == [response]
    assert hashes(wired) == [sha256("Voulez-vous un rappel ?")]


async def test_a_yes_to_nothing_is_small_talk(wired: Services, contact_id: str) -> None:
    events = [REMINDERS_QUESTION, user("thank"), bot("utter_thank"), user("affirm")]

    outcome = await run(ActionSmallTalk(), tracker_of(contact_id, events))

    assert decisions(wired, contact_id) == {}
    assert outcome.responses == ["utter_affirm"]


async def test_withdrawing_stops_everything_proactive(wired: Services, contact_id: str) -> None:
    await run(ActionWithdrawConsent(), tracker_of(contact_id, [user("withdraw_consent")]))

    assert decisions(wired, contact_id) == dict.fromkeys(PROACTIVE, Decision.WITHDRAWN)


def asked_for_care(contact_id: str, answer: dict[str, Any]) -> Any:
    events = [user("book_appointment", message_id="w.0"), CARE_QUESTION, answer]
    return tracker_of(contact_id, events, {"requested_slot": "care_consent"})


async def test_a_yes_in_the_form_is_recorded_with_the_text_that_was_shown(
    wired: Services, contact_id: str
) -> None:
    outcome = await run(ValidateBookingForm(), asked_for_care(contact_id, user("affirm", "oui")))

    assert outcome.slots["care_consent"] is True
    assert decisions(wired, contact_id) == {Purpose.CARE: Decision.GIVEN}
    assert hashes(wired) == [sha256("Le texte montré")]


async def test_a_button_about_reminders_does_not_answer_the_question_about_care(
    wired: Services, contact_id: str
) -> None:
    tap = user("give_consent", entities={"purpose": "reminders"}, is_tap=True)

    outcome = await run(ValidateBookingForm(), asked_for_care(contact_id, tap))

    assert decisions(wired, contact_id) == {}
    assert not outcome.slots.get("care_consent")


async def test_withdrawing_at_the_question_about_care_refuses_it_and_stops_the_rest(
    wired: Services, contact_id: str
) -> None:
    outcome = await run(ValidateBookingForm(), asked_for_care(contact_id, user("withdraw_consent")))

    assert outcome.ended
    assert decisions(wired, contact_id) == {
        Purpose.CARE: Decision.REFUSED,
        **dict.fromkeys(PROACTIVE, Decision.WITHDRAWN),
    }


def test_only_the_last_turns_question_is_open() -> None:
    def question(*events: dict[str, Any]) -> Purpose | None:
        return open_question(tracker_of("c", events))

    assert question(REMINDERS_QUESTION, user("affirm")) is Purpose.REMINDERS
    assert question(user("x"), CARE_QUESTION, bot("utter_x"), user("affirm")) is Purpose.CARE
    assert question(CARE_QUESTION, user("x"), user("affirm")) is None
    assert question(user("affirm")) is None

"""A message between two intents is asked about; gibberish is not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from action_harness import run, tracker_of, user

from actions.fallback import ActionNotUnderstood
from clinic.bootstrap import Services


def between(*ranking: tuple[str, float], **entities: Any) -> dict[str, Any]:
    message = user("nlu_fallback", "…", entities=entities, confidence=0.3)
    ranked = [("nlu_fallback", 0.3), *ranking]
    message["parse_data"]["intent_ranking"] = [
        {"name": name, "confidence": confidence} for name, confidence in ranked
    ]
    return message


async def test_two_near_intents_are_buttons_with_what_was_said(
    wired: Services, contact_id: str
) -> None:
    message = between(("cancel_appointment", 0.28), ("reschedule_appointment", 0.27), ordinal=2)

    outcome = await run(ActionNotUnderstood(), tracker_of(contact_id, [message]))

    assert outcome.responses == ["utter_near_tie"]
    payloads = [button["payload"] for button in outcome.messages[0]["buttons"]]
    assert payloads[2] == "/request_human"
    assert [payload.split("{")[0] for payload in payloads[:2]] == [
        "/cancel_appointment",
        "/reschedule_appointment",
    ]
    assert json.loads(payloads[0].removeprefix("/cancel_appointment")) == {"ordinal": 2}


@pytest.mark.parametrize(
    "ranking",
    [
        (("cancel_appointment", 0.28), ("reschedule_appointment", 0.05)),
        (("cancel_appointment", 0.12), ("reschedule_appointment", 0.11)),
        (("cancel_appointment", 0.28), ("report_emergency", 0.27)),
        (("cancel_appointment", 0.28),),
    ],
)
async def test_one_candidate_or_many_weak_ones_are_not_asked_about(
    wired: Services, contact_id: str, ranking: tuple[tuple[str, float], ...]
) -> None:
    outcome = await run(ActionNotUnderstood(), tracker_of(contact_id, [between(*ranking)]))

    assert outcome.responses == ["utter_not_understood"]


async def test_the_second_time_a_person_is_asked(wired: Services, contact_id: str) -> None:
    message = between(("cancel_appointment", 0.28), ("reschedule_appointment", 0.27))

    outcome = await run(ActionNotUnderstood(), tracker_of(contact_id, [message, message]))

    assert outcome.responses == ["utter_not_understood_again"]

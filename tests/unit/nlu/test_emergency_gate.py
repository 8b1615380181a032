"""The gate as a Rasa component: what it leaves in the message."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from rasa.shared.nlu.training_data.message import Message

from nlu.emergency_gate import EmergencyGate

RANKING = [
    {"name": "book_appointment", "confidence": 0.7},
    {"name": "report_emergency", "confidence": 0.2},
]


def gate() -> EmergencyGate:
    nothing = cast(Any, SimpleNamespace())
    return EmergencyGate.create({}, nothing, nothing, nothing)


def message(text: str) -> Message:
    built = Message(data={"text": text})
    built.set("intent", RANKING[0], add_to_output=True)
    built.set("intent_ranking", list(RANKING), add_to_output=True)
    return built


def test_danger_takes_the_head_of_the_ranking_and_is_in_the_output() -> None:
    [found] = gate().process([message("rdv svp, ma mère ne respire plus")])
    output = found.as_dict(only_output_properties=True)
    assert output["intent"] == {"name": "report_emergency", "confidence": 1.0}
    assert output["intent_ranking"] == [
        {"name": "report_emergency", "confidence": 1.0},
        {"name": "book_appointment", "confidence": 0.7},
    ]
    assert output["emergency"] == {"category": "breathing", "start": 20, "end": 27}


def test_message_without_danger_is_left_as_it_was() -> None:
    [found] = gate().process([message("rdv demain svp")])
    output = found.as_dict(only_output_properties=True)
    assert output == {"text": "rdv demain svp", "intent": RANKING[0], "intent_ranking": RANKING}


def test_message_without_text_or_ranking_is_no_error() -> None:
    empty, bare = Message(data={}), Message(data={"text": "au secours"})
    gate().process([empty, bare])
    assert empty.get("intent") is None
    assert bare.get("intent_ranking") == [{"name": "report_emergency", "confidence": 1.0}]

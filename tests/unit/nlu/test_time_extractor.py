"""The Rasa component that turns resolved times into entities."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rasa.shared.nlu.constants import ENTITIES, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.time_extractor import TimeExtractor

WRITTEN_AT = "2026-06-23T10:15:00+01:00"


def _process(text: str, metadata: Any) -> list[dict[str, Any]]:
    message = Message(data={TEXT: text, METADATA: metadata})
    TimeExtractor({}).process([message])
    return message.as_dict()[ENTITIES]


def test_each_time_becomes_an_entity_with_its_interval() -> None:
    assert _process("demain 10h ou jeudi", {"written_at": WRITTEN_AT}) == [
        {
            "entity": "time",
            "start": 0,
            "end": 10,
            "value": {
                "from": "2026-06-24T10:00:00+01:00",
                "to": "2026-06-24T11:00:00+01:00",
                "grain": "hour",
            },
            "extractor": "TimeExtractor",
        },
        {
            "entity": "time",
            "start": 14,
            "end": 19,
            "value": {
                "from": "2026-06-25T00:00:00+01:00",
                "to": "2026-06-26T00:00:00+01:00",
                "grain": "day",
            },
            "extractor": "TimeExtractor",
        },
    ]


def test_entities_of_others_stay() -> None:
    message = Message(data={TEXT: "salam", ENTITIES: [{"entity": "specialty"}]})
    TimeExtractor({}).process([message])
    assert message.get(ENTITIES) == [{"entity": "specialty"}]


def test_message_without_text_is_left_alone() -> None:
    message = Message(data={"intent": "greet"})
    assert TimeExtractor({}).process([message]) == [message]
    assert message.get(ENTITIES) is None


def test_utc_metadata_counts_by_the_clinics_calendar() -> None:
    (entity,) = _process("lyoum", {"written_at": "2026-06-24T23:30:00Z"})
    assert entity["value"]["from"] == "2026-06-25T00:00:00+01:00"


@pytest.mark.parametrize(
    "metadata", [None, {}, {"written_at": "soon"}, {"written_at": "2026-11-24T10:15:00"}]
)
def test_without_a_usable_time_of_writing_the_clock_counts(metadata: Any) -> None:
    zone = ZoneInfo("Africa/Casablanca")
    before = datetime.now(zone).date()
    (entity,) = _process("aujourd'hui", metadata)
    after = datetime.now(zone).date()
    assert datetime.fromisoformat(entity["value"]["from"]).date() in {before, after}

"""What a tapped button stands for."""

from __future__ import annotations

import pytest

from connectors.conversation import PayloadError, read_payload


def test_an_intent_alone_is_certain() -> None:
    assert read_payload("/more_slots", "Autres horaires") == {
        "text": "Autres horaires",
        "intent": {"name": "more_slots", "confidence": 1.0},
        "intent_ranking": [{"name": "more_slots", "confidence": 1.0}],
        "entities": [],
    }


def test_its_values_are_entities() -> None:
    read = read_payload('/inform{"specialty": "dentistry", "person_name": "Lina {B}"}', "Lina")

    assert read["entities"] == [
        {"entity": "specialty", "value": "dentistry", "start": 0, "end": 0, "extractor": "button"},
        {"entity": "person_name", "value": "Lina {B}", "start": 0, "end": 0, "extractor": "button"},
    ]


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "/",
        "STOP",
        "more_slots",
        " /more_slots",
        "/more slots",
        '/inform{"specialty": }',
        '/inform{"specialty": "dentistry"',
        '/inform["dentistry"]',
        "/inform@0.5",
        "page:1:2",
    ],
)
def test_what_is_no_payload_of_ours_is_refused(payload: str) -> None:
    with pytest.raises(PayloadError):
        read_payload(payload, "title")

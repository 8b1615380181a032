"""What the card says that the assistant understood: guesses with how sure it was, facts without."""

from __future__ import annotations

from typing import Any

import pytest

from clinic.handoff.understanding import read_understanding


def turn(intent: str, confidence: float, others: int) -> list[dict[str, Any]]:
    ranking = [{"name": intent, "confidence": confidence}, *[{"name": "x"}] * others]
    parsed = {"intent": ranking[0], "intent_ranking": ranking}
    return [{"event": "user", "text": "…", "metadata": {"is_tap": True}, "parse_data": parsed}]


@pytest.mark.parametrize(
    ("intent", "confidence", "others", "is_guess"),
    [("send_file", 1.0, 0, False), ("ask_price", 0.71, 9, True), ("ask_price", 1.0, 9, True)],
)
def test_what_a_file_or_a_button_says_is_no_guess(
    intent: str, confidence: float, others: int, is_guess: bool
) -> None:
    found = read_understanding(turn(intent, confidence, others))
    assert found is not None
    assert (found.intent, found.is_guess) == (intent, is_guess)

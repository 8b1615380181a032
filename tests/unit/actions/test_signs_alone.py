"""Punctuation or an emoji alone is no answer."""

from __future__ import annotations

import pytest
from action_harness import tracker_of, user

from actions.said import read_said


@pytest.mark.parametrize(
    ("text", "intent"),
    [("....", "nlu_fallback"), ("😀", "nlu_fallback"), ("👍", "affirm"), ("ok", "affirm")],
)
def test_signs_alone_agree_to_nothing(text: str, intent: str) -> None:
    tracker = tracker_of("contact", [user("affirm", text)])

    assert read_said(tracker).intent == intent

"""What is read from a turn: where the dialogue stands, never what was said."""

from __future__ import annotations

from clinic.reporting.errands import TurnStep, read_step
from tests.rasa_events import BOOKING, asks, loop, says, user


def test_a_form_that_asks_is_open_at_its_question() -> None:
    assert read_step(BOOKING, "m1") == TurnStep("booking_form", "booking_specialty", None, None)


def test_a_booking_that_ends_well_is_completed() -> None:
    events = [*BOOKING, user("affirm", "m2"), loop(None), asks(None), says("utter_booked")]
    assert read_step(events, "m2") == TurnStep(None, "", "booking_form", None)


def test_a_form_that_ends_otherwise_is_not_completed() -> None:
    events = [*BOOKING, user("stop_booking", "m2"), loop(None), asks(None)]
    assert read_step(events, "m2") == TurnStep(None, "", None, None)


def test_what_was_completed_before_does_not_count_again() -> None:
    events = [*BOOKING, loop(None), says("utter_booked"), user("thank", "m2"), says("utter_thank")]
    assert read_step(events, "m2") == TurnStep(None, "", None, None)


def test_a_fact_is_a_question_of_one_turn_but_not_inside_a_form() -> None:
    assert read_step([user("ask_price", "m1")], "m1").question == "ask_price"
    assert read_step([*BOOKING, user("ask_price", "m2")], "m2").question is None

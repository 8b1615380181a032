"""Leaving one errand for another: one question, and the patient's words are played again."""

from __future__ import annotations

from typing import Any

import pytest
from action_harness import tracker_of, user
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.errand_register import ERRANDS
from actions.errands import QUESTION, WANTED, read_errand_change
from clinic.bootstrap import Services

WISH = user("book_appointment", "rdv dentiste demain", entities={"specialty": "dentistry"})


def inside(message: dict[str, Any], question: str, **slots: Any) -> Tracker:
    """A conversation in the middle of a correction."""
    tracker = tracker_of("contact", [message], {"requested_slot": question, **slots})
    tracker.active_loop = {"name": "rectification_form"}
    return tracker


def slots_of(events: list[Any]) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}


async def read(tracker: Tracker) -> list[Any] | None:
    return await read_errand_change(CollectingDispatcher(), tracker)


async def test_another_errand_is_asked_about_before_it_is_begun() -> None:
    events = await read(inside(WISH, "rectification_value"))

    assert events is not None
    found = slots_of(events)
    assert found["requested_slot"] == QUESTION
    assert found[WANTED]["intent"]["name"] == "book_appointment"


@pytest.mark.parametrize("intent", ["request_data_rectification", "inform", "ask_price"])
async def test_what_starts_no_other_errand_is_left_to_the_form(intent: str) -> None:
    assert await read(inside(user(intent), "rectification_value")) is None


async def test_an_unsure_reading_leaves_nothing() -> None:
    unsure = user("book_appointment", confidence=0.4)

    assert await read(inside(unsure, "rectification_value")) is None


@pytest.mark.parametrize("intent", ["switch_errand", "affirm"])
async def test_yes_ends_the_open_errand_and_plays_the_wish_again(intent: str) -> None:
    kept = {name: WISH["parse_data"].get(name) for name in ("text", "intent", "entities")}

    events = await read(inside(user(intent), QUESTION, **{WANTED: kept}))

    assert events is not None
    assert [event["event"] for event in events][-3:] == ["active_loop", "action", "user"]
    assert events[-1]["parse_data"]["entities"] == WISH["parse_data"]["entities"]
    assert slots_of(events)["rectification_field"] is None


async def test_no_comes_back_to_the_open_question(wired: Services) -> None:
    names = ("text", "intent", "entities")
    kept = {name: WISH["parse_data"].get(name) for name in names} | {"question": "field"}

    events = await read(inside(user("deny"), QUESTION, **{WANTED: kept}))

    assert events is not None
    assert slots_of(events) == {WANTED: None, "requested_slot": "field"}


def test_every_errand_has_a_name_in_the_question(wired: Services) -> None:
    assert [e.form for e in ERRANDS if not wired.texts.has(f"utter_errand_{e.form}")] == []

"""Errands with questions, and what happens when a patient starts another one in the middle.

A topic registers its form once in `ERRANDS`. Each `validate_<form>` begins with

    if (change := read_errand_change(dispatcher, tracker)) is not None:
        return change

Then a message that starts another errand is answered with one question: leave this one and do
that? Yes plays the patient's message again as if nothing had been open; no asks what was open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.errand import ERRAND_SLOTS
from actions.request_kinds import STARTS as REQUEST_STARTS
from actions.resuming import ERRAND_CHANGE, resume
from actions.said import language_of, read_said
from clinic.bootstrap import services

QUESTION = ERRAND_CHANGE
WANTED = "wanted_errand"


@dataclass(frozen=True)
class Errand:
    """A form, and the intents that start it.

    Attributes:
        own: other starting intents that this form reads itself while it is open.
        slots: what it has asked so far, emptied when it is left.
    """

    form: str
    starts: tuple[str, ...]
    own: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()


_REQUEST_SLOTS = (
    "request_kind",
    "request_relation",
    "request_patient",
    "request_document_type",
    "request_detail",
    "request_file",
    "request_files",
    "request_key",
    "request_words",
)

ERRANDS = (
    Errand(
        "booking_form",
        ("book_appointment",),
        # Inside a booking these change or end it, or wait for what it asks for.
        own=("reschedule_appointment", "cancel_appointment", "join_waitlist"),
        slots=(
            "booking_specialty",
            "booking_relation",
            "booking_patient",
            "agenda_slot",
            "booking_confirmed",
            "booking_practitioner",
            "booking_time",
            "booking_service",
            "booking_urgency",
            "offered_slots",
            "seen_slots",
            "hold",
        ),
    ),
    Errand(
        "rectification_form",
        ("request_data_rectification",),
        slots=(
            "rectification_patient",
            "rectification_field",
            "rectification_value",
            "rectification_confirmed",
        ),
    ),
    Errand(
        "rescheduling_form",
        ("reschedule_appointment",),
        # "Finalement annulez-le" goes on with the same appointment.
        own=("book_appointment", "cancel_appointment"),
        slots=ERRAND_SLOTS,
    ),
    Errand(
        "cancellation_form",
        ("cancel_appointment",),
        # "Plutôt le déplacer": cancelling offers it.
        own=("reschedule_appointment",),
        slots=ERRAND_SLOTS,
    ),
    Errand("waitlist_form", ("join_waitlist",), own=("book_appointment",), slots=ERRAND_SLOTS),
    Errand("request_form", REQUEST_STARTS, own=("cancel_appointment",), slots=_REQUEST_SLOTS),
)
"""Every errand. Its name in the question is response `utter_errand_<form>`."""

_SURE = 0.5
"""Below this confidence an errand is not left for another."""


def read_errand_change(
    dispatcher: CollectingDispatcher, tracker: Tracker
) -> list[EventType] | None:
    """Returns the events of a message that is about leaving the open errand; None for others."""
    if tracker.get_slot("requested_slot") == QUESTION:
        return _read_answer(dispatcher, tracker)
    present = _errand_of(tracker.active_loop_name)
    if present is None or tracker.get_slot("requested_slot") is None:
        return None
    said = read_said(tracker)
    wanted = next((errand for errand in ERRANDS if said.intent in errand.starts), None)
    if wanted in (None, present) or said.intent in present.own or said.confidence < _SURE:
        return None
    if said.is_tap:
        # A button names what it does: nobody taps it by mistake for an answer.
        return None
    message = tracker.latest_message
    kept: dict[str, Any] = {
        name: message.get(name) for name in ("text", "intent", "entities", "metadata")
    }
    kept["question"] = tracker.get_slot("requested_slot")
    return [SlotSet(WANTED, kept), SlotSet("requested_slot", QUESTION)]


class ActionAskErrandChange(Action):
    """Asks whether the open errand is left for the other one."""

    def name(self) -> str:
        return f"action_ask_{QUESTION}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        wired, language = services(), language_of(tracker)
        wanted = (tracker.get_slot(WANTED) or {}).get("intent", {}).get("name")
        form = next(errand.form for errand in ERRANDS if wanted in errand.starts)
        dispatcher.utter_message(
            response="utter_ask_errand_change",
            present=wired.texts.text(f"utter_errand_{tracker.active_loop_name}", language),
            wanted=wired.texts.text(f"utter_errand_{form}", language),
            buttons=[
                button(wired.texts.text("utter_errand_yes", language), "switch_errand"),
                button(wired.texts.text("utter_errand_no", language), "keep_errand"),
            ],
        )
        # Asked again after a digression it must not be followed by the form's own question.
        return [FollowupAction("action_listen")]


def answer_after_digression(
    dispatcher: CollectingDispatcher, tracker: Tracker
) -> list[EventType] | None:
    """Returns the events of a yes or no to the question asked again; None when it is not open.

    After something else was answered Rasa gives the message to a rule, not to the form.
    """
    form = tracker.active_loop_name
    if form is None or tracker.get_slot("requested_slot") != QUESTION:
        return None
    events = _read_answer(dispatcher, tracker)
    is_kept = events and not any(event["event"] == "active_loop" for event in events)
    return [*events, FollowupAction(form)] if events and is_kept else events or None


class ActionErrandChangeOver(Action):
    """Answers a tap on that question outside the form: after a digression, or too late."""

    def name(self) -> str:
        return "action_errand_change_over"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        answered = answer_after_digression(dispatcher, tracker)
        if answered is not None:
            return answered
        dispatcher.utter_message(response="utter_old_list")
        return resume(tracker)


def play_again(message: dict[str, Any]) -> list[EventType]:
    """Returns the events that let Rasa answer a message of the patient anew."""
    return [
        ActionExecuted("action_listen"),
        {
            "event": "user",
            "timestamp": None,
            "text": message.get("text"),
            "parse_data": message,
            "metadata": message.get("metadata") or {},
        },
    ]


def _read_answer(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType] | None:
    said = read_said(tracker)
    wanted = tracker.get_slot(WANTED)
    present = _errand_of(tracker.active_loop_name)
    if present is None or wanted is None:
        return None
    if said.intent in ("switch_errand", "affirm", wanted["intent"]["name"]):
        left = {**dict.fromkeys(present.slots), WANTED: None, "requested_slot": None}
        return [
            *(SlotSet(name, value) for name, value in left.items()),
            ActiveLoop(None),
            *play_again(wanted),
        ]
    if said.intent in ("keep_errand", "deny") or said.intent in present.starts:
        dispatcher.utter_message(response="utter_errand_kept")
        # Named, since Rasa takes an empty one for the end of the form.
        return [SlotSet(WANTED, None), SlotSet("requested_slot", wanted["question"])]
    if said.intent in ("nlu_fallback", "inform"):
        dispatcher.utter_message(response="utter_not_understood_here")
        return [SlotSet(WANTED, wanted), SlotSet("requested_slot", QUESTION)]
    # A price, a thank-you: answered by rule, and the question comes back.
    return []


def _errand_of(form: str | None) -> Errand | None:
    return next((errand for errand in ERRANDS if errand.form == form), None)

"""Questions that the clinic file answers."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.resuming import resume
from actions.said import language_of, read_said
from clinic.bootstrap import services
from clinic.facts.answers import FactAnswers
from clinic.facts.opening import local_day


class ActionAnswerFact(Action):
    """Answers with the response of the fact, for the specialty or doctor that was named."""

    def name(self) -> str:
        return "action_answer_fact"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        said = read_said(tracker)
        wired = services()
        today = local_day(wired.clinic, wired.clock.now())
        answers = FactAnswers(wired.clinic, wired.texts, language_of(tracker), today)
        response, values = answers.to(
            said.intent,
            specialty=said.value("specialty") or tracker.get_slot("booking_specialty"),
            practitioner_id=said.value("practitioner"),
        )
        dispatcher.utter_message(response=response, **values)
        return resume(tracker)

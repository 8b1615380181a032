"""Answers questions from the clinic file and the agenda of the day."""

from __future__ import annotations

from collections.abc import Callable

from clinic.adapters.closures import with_closures
from clinic.adapters.database import Database
from clinic.answers.attendance import answer_queue, answer_walk_in
from clinic.answers.hours import answer_hours
from clinic.answers.model import FactAnswer, FactQuestion
from clinic.answers.people import answer_services
from clinic.answers.places import answer_contact, answer_location
from clinic.answers.treatments import (
    answer_documents,
    answer_insurance,
    answer_preparation,
    answer_price,
)
from clinic.answers.voice import Voice
from clinic.clock import Clock
from clinic.facts.model import Clinic
from clinic.facts.source import ClinicSource
from clinic.messaging.texts import Texts

_BY_INTENT: dict[str, Callable[[Voice, FactQuestion], FactAnswer]] = {
    "ask_opening_hours": answer_hours,
    "ask_location": answer_location,
    "ask_contact": answer_contact,
    "ask_price": answer_price,
    "ask_documents_to_bring": answer_documents,
    "ask_insurance": answer_insurance,
    "ask_services": answer_services,
    "ask_preparation": answer_preparation,
    "ask_walk_in": answer_walk_in,
    "ask_queue": answer_queue,
}


class FactAnswers:
    """Answers what is asked of the clinic's own facts."""

    def __init__(
        self, clinic: ClinicSource, texts: Texts, clock: Clock, database: Database | None = None
    ) -> None:
        """Takes the facts; with a database what staff have closed counts too."""
        self._database = database
        self._source = clinic
        self._texts = texts
        self._clock = clock

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def to(self, question: FactQuestion, language: str) -> FactAnswer:
        """Returns the answer in a language.

        Raises:
            ValueError: the intent is none that facts answer.
        """
        answer = _BY_INTENT.get(question.intent)
        if answer is None:
            raise ValueError(f"The clinic file has no answer to {question.intent}.")
        voice = Voice(self._present(), self._texts, language, self._clock.now())
        about_people = question.specialty or question.practitioner_id
        if answer is answer_hours and about_people:
            # "When is the dentist open?" asks when the dentist works.
            answer = answer_services
        return answer(voice, question)

    def _present(self) -> Clinic:
        if self._database is None:
            return self._clinic
        with self._database.read() as tx:
            return with_closures(tx, self._clinic, self._clock.now())

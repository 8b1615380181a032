"""A message between two intents: one question with both, and a tap goes on with its details.

Which words are a near tie changes with every training. Here the classifier's figures are given,
and everything behind it is real: the fallback's thresholds, the time and name extractors, the
rules and the actions.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from nlu.intent_model import Evidence, IntentModel
from tests.assistant import ClinicUnderTest

NUMBER = "212661000001"
RANKING = (("book_appointment", 0.31), ("ask_opening_hours", 0.30), ("inform", 0.1))
UNCLEAR = {
    "fr": "le dentiste pour demain après-midi ça se passe comment",
    "ary": "طبيب السنان غدا فالعشية كيفاش هادشي",
    "ary-Latn": "tbib snan ghedda f l3chiya kifach hadchi",
    "en": "the dentist tomorrow afternoon how does this work",
}


@pytest.fixture
def between_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the classifier be unsure of every message."""

    def probabilities(self: IntentModel, evidence: Evidence) -> NDArray[np.float64]:
        row = [dict(RANKING).get(intent, 0.0) for intent in self.intents]
        return np.array([row] * evidence.spellings.shape[0])

    monkeypatch.setattr(IntentModel, "probabilities", probabilities)


@pytest.mark.model
@pytest.mark.usefixtures("between_two")
@pytest.mark.parametrize("language", list(UNCLEAR))
async def test_both_are_offered_and_the_tap_keeps_what_was_said(
    clinic_under_test: ClinicUnderTest, language: str
) -> None:
    await clinic_under_test.add_patient(NUMBER)
    texts = clinic_under_test.services.texts

    [question] = await clinic_under_test.write(NUMBER, UNCLEAR[language])

    assert question["text"] == texts.text("utter_near_tie", language)
    assert [choice["title"] for choice in question["choices"]] == [
        texts.text("utter_intent_book_appointment", language),
        texts.text("utter_intent_ask_opening_hours", language),
        texts.text("utter_neither", language),
    ]

    [notice] = await clinic_under_test.tap_nth(NUMBER, 1)
    assert len(notice["choices"]) == 2  # consent: the booking has begun
    [name_or_person] = await clinic_under_test.tap_nth(NUMBER, 1)
    # The specialty was in the message: it is not asked for.
    assert texts.text("utter_ask_specialty", language) not in name_or_person["text"]


@pytest.mark.model
@pytest.mark.usefixtures("between_two")
async def test_neither_goes_to_a_person(clinic_under_test: ClinicUnderTest) -> None:
    await clinic_under_test.add_patient(NUMBER)
    await clinic_under_test.write(NUMBER, UNCLEAR["fr"])

    [answer] = await clinic_under_test.tap_nth(NUMBER, 3)

    texts = clinic_under_test.services.texts
    assert answer["text"] == texts.text("utter_handoff_open", "fr")

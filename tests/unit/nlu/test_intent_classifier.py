from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.intent_classifier import CalibratedIntentClassifier
from nlu.spelling_featurizer import SpellingFeaturizer

_MESSAGES = {
    "greet": ["bonjour", "salam", "salam alikoum", "hello", "bonsoir", "slm", "سلام"],
    "thank": ["merci", "merci beaucoup", "choukran", "chokran bezzaf", "شكرا", "thanks"],
    "cancel_appointment": ["annuler rdv", "annulez mon rdv", "cancel my rdv", "nannuli rdv"],
}


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path)


def _part(kind: Any, storage: LocalModelStorage, how: str = "create", **config: Any) -> Any:
    context = ExecutionContext(GraphSchema({}), node_name=kind.__name__)
    settings = {**kind.get_default_config(), **config}
    return getattr(kind, how)(settings, storage, Resource(kind.__name__), context)


def _training_data() -> TrainingData:
    return TrainingData(
        [
            Message({TEXT: text, INTENT: intent})
            for intent, texts in _MESSAGES.items()
            for text in texts
        ]
    )


def _train(storage: LocalModelStorage, data: TrainingData, **config: Any) -> None:
    featurizer = _part(SpellingFeaturizer, storage, rarest=1)
    featurizer.train(data)
    featurizer.process_training_data(data)
    _part(CalibratedIntentClassifier, storage, **config).train(data)


def _parse(storage: LocalModelStorage, text: str | None, **config: Any) -> Message:
    message = Message({TEXT: text} if text is not None else {})
    _part(SpellingFeaturizer, storage, "load").process([message])
    _part(CalibratedIntentClassifier, storage, "load", **config).process([message])
    return message


@pytest.mark.parametrize(
    ("text", "intent"),
    [("bonjouuuur", "greet"), ("mercii", "thank"), ("annuler le rdv", "cancel_appointment")],
)
def test_a_loaded_model_names_the_intent(
    storage: LocalModelStorage, text: str, intent: str
) -> None:
    _train(storage, _training_data())
    assert _parse(storage, text).get(INTENT)["name"] == intent


def test_the_ranking_starts_with_the_intent_and_falls(storage: LocalModelStorage) -> None:
    _train(storage, _training_data())
    message = _parse(storage, "salam")
    ranking = message.get(INTENT_RANKING_KEY)
    confidences = [entry["confidence"] for entry in ranking]
    assert ranking[0] == message.get(INTENT)
    assert {entry["name"] for entry in ranking} == set(_MESSAGES)
    assert confidences == sorted(confidences, reverse=True)
    assert np.sum(confidences) == pytest.approx(1)


def test_the_ranking_is_as_long_as_configured(storage: LocalModelStorage) -> None:
    _train(storage, _training_data())
    message = _parse(storage, "salam", ranking_length=2)
    assert len(message.get(INTENT_RANKING_KEY)) == 2


def test_a_message_without_text_has_no_intent(storage: LocalModelStorage) -> None:
    _train(storage, _training_data())
    message = _parse(storage, None)
    assert message.get(INTENT) == {"name": None, "confidence": 0.0}
    assert message.get(INTENT_RANKING_KEY) == []


def test_training_without_messages_gives_no_intent(storage: LocalModelStorage) -> None:
    _train(storage, TrainingData([]))
    assert _parse(storage, "salam").get(INTENT) == {"name": None, "confidence": 0.0}

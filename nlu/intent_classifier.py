"""Rasa component that ranks the intents of a message by calibrated confidence."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.intent_model import Evidence, IntentModel, Settings
from nlu.trained_component import TrainedComponent


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CalibratedIntentClassifier(TrainedComponent[IntentModel], RasaIntentClassifier):
    """Classifies by the sentence features, sparse and dense, of the featurizers before it."""

    model_type = IntentModel

    @classmethod
    def required_components(cls) -> list[type]:
        """Returns what has to stand before it."""
        return [Featurizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Returns the Python package that must be installed."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns how many intents to report (`ranking_length`) and `Settings` of the model."""
        return {"ranking_length": 10, **vars(Settings())}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accepts every configuration."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the messages that have an intent, and stores the model."""
        examples = [
            example
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT)
        ]
        intents = [example.get(INTENT) for example in examples]
        if len(set(intents)) > 1:
            settings = Settings(**{name: self._config[name] for name in vars(Settings())})
            self._store(IntentModel.fit(_evidence(examples), intents, settings))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the intent and the ranking of each message; no text gives no intent."""
        written = [message for message in messages if message.get(TEXT)]
        for message in messages:
            _set_intents(message, [])
        if self._model is None or not written:
            return messages
        probabilities = self._model.probabilities(_evidence(written))
        for message, row in zip(written, probabilities, strict=True):
            best = np.argsort(-row, kind="stable")[: self._config["ranking_length"]]
            _set_intents(message, [(self._model.intents[i], float(row[i])) for i in best])
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Returns the training data as they are."""
        return training_data


def _evidence(messages: list[Message]) -> Evidence:
    """Collects the sentence features that the featurizers left in the messages."""
    spellings, vectors = [], []
    for message in messages:
        _, sparse = message.get_sparse_features(TEXT)
        _, dense = message.get_dense_features(TEXT)
        if sparse:
            spellings.append(sparse.features)
        if dense:
            vectors.append(dense.features)
    if not spellings:
        spellings = [scipy.sparse.csr_matrix((len(messages), 0), dtype=np.float32)]
    if not vectors:
        vectors = [np.zeros((len(messages), 0), dtype=np.float32)]
    return Evidence(
        # Stacking the features of a single message would take as long as scoring them.
        spellings[0] if len(spellings) == 1 else scipy.sparse.vstack(spellings, format="csr"),
        np.vstack(vectors),
    )


def _set_intents(message: Message, ranking: list[tuple[str, float]]) -> None:
    named = [
        {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
        for name, confidence in ranking
    ]
    best = dict(named[0]) if named else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
    message.set(INTENT, best, add_to_output=True)
    message.set(INTENT_RANKING_KEY, named, add_to_output=True)

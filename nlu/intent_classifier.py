"""Rasa component that ranks the intents of a message by calibrated confidence."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
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

from nlu.intent_model import IntentModel


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CalibratedIntentClassifier(RasaIntentClassifier, GraphComponent):
    """Classifies by the sentence features, sparse and dense, of the featurizers before it."""

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
        """Returns the settings.

        `ranking_length`: how many intents to report. `dense_weight`: what a sentence vector counts
        beside the unit vectors of spellings. `strength`, `folds`: see `IntentModel.fit`.
        """
        return {"ranking_length": 10, "dense_weight": 2.0, "strength": 0.2, "folds": 3}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accepts every configuration."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        """Keeps the configuration, completed by the defaults, and a trained model."""
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CalibratedIntentClassifier:
        """Creates an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> CalibratedIntentClassifier:
        """Loads what training stored; training without messages stores nothing."""
        try:
            with model_storage.read_from(resource) as folder:
                model = IntentModel.load(folder)
        except ValueError:  # Rasa's word for: this resource was never written
            model = None
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the messages that have an intent, and stores the model."""
        examples = [
            example
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT)
        ]
        intents = [example.get(INTENT) for example in examples]
        if len(set(intents)) > 1:
            self._model = IntentModel.fit(
                self._features(examples),
                intents,
                strength=self._config["strength"],
                folds=self._config["folds"],
            )
            with self._model_storage.write_to(self._resource) as folder:
                self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the intent and the ranking of each message; no text gives no intent."""
        written = [message for message in messages if message.get(TEXT)]
        for message in messages:
            _set_intents(message, [])
        if self._model is None or not written:
            return messages
        for message, row in zip(written, self._model.probabilities(self._features(written))):
            best = np.argsort(-row, kind="stable")[: self._config["ranking_length"]]
            _set_intents(message, [(self._model.intents[i], float(row[i])) for i in best])
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Returns the training data as they are."""
        return training_data

    def _features(self, messages: list[Message]) -> scipy.sparse.csr_matrix:
        sparse, dense = [], []
        for message in messages:
            _, spellings = message.get_sparse_features(TEXT)
            _, vector = message.get_dense_features(TEXT)
            if spellings:
                sparse.append(spellings.features)
            if vector:
                dense.append(vector.features)
        parts = [scipy.sparse.vstack(sparse)] if sparse else []
        if dense:
            parts.append(scipy.sparse.csr_matrix(np.vstack(dense) * self._config["dense_weight"]))
        return scipy.sparse.hstack(parts, format="csr")


def _set_intents(message: Message, ranking: list[tuple[str, float]]) -> None:
    named = [
        {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
        for name, confidence in ranking
    ]
    best = dict(named[0]) if named else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
    message.set(INTENT, best, add_to_output=True)
    message.set(INTENT_RANKING_KEY, named, add_to_output=True)

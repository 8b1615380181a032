"""Rasa featurizer with the n-grams of the text as written, normalised and transliterated."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.quick_features import QuickFeatures
from nlu.spelling_features import SpellingFeatures
from nlu.trained_component import TrainedComponent


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SpellingFeaturizer(TrainedComponent[SpellingFeatures], SparseFeaturizer):
    """Adds one sparse sentence feature: n-grams neither too rare nor too common."""

    model_type = SpellingFeatures

    @classmethod
    def required_components(cls) -> list[type]:
        """Returns what has to stand before it: Rasa's featurizers follow a tokenizer."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Returns the Python package that must be installed."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns in how many messages (`rarest`) and what share (`commonest`) n-grams occur."""
        return {**SparseFeaturizer.get_default_config(), "rarest": 2, "commonest": 0.1}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accepts every configuration."""

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        model: SpellingFeatures | None = None,
    ) -> None:
        """Keeps the configuration, completed by the defaults, and the learned n-grams."""
        SparseFeaturizer.__init__(self, name, config)
        TrainedComponent.__init__(self, config, name, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the n-grams of the messages that have an intent, and stores them."""
        texts = [
            example.get(TEXT)
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT)
        ]
        if texts:
            self._store(
                SpellingFeatures.fit(texts, self._config["rarest"], self._config["commonest"])
            )
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the features to the messages that have text and returns all messages."""
        written = [message for message in messages if message.get(TEXT)]
        if self._model is None or not written:
            return messages
        matrix = self._model.transform([message.get(TEXT) for message in written])
        for row, message in enumerate(written):
            message.add_features(
                QuickFeatures(matrix[row], FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
            )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds the features to the training examples in place."""
        self.process(training_data.training_examples)
        return training_data

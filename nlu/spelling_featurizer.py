"""Rasa featurizer with the n-grams of the text as written, normalised and transliterated."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
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


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SpellingFeaturizer(SparseFeaturizer, GraphComponent):
    """Adds one sparse sentence feature; `rarest` n-grams occur in fewer messages than that."""

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
        """Returns in how many training messages an n-gram has to occur (`rarest`)."""
        return {**SparseFeaturizer.get_default_config(), "rarest": 2}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accepts every configuration."""

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        features: SpellingFeatures | None = None,
    ) -> None:
        """Keeps where the component is stored and, once trained, its features."""
        super().__init__(name, config)
        self._model_storage = model_storage
        self._resource = resource
        self._features = features

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpellingFeaturizer:
        """Creates an untrained component."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SpellingFeaturizer:
        """Loads what training stored; training without messages stores nothing."""
        try:
            with model_storage.read_from(resource) as folder:
                features = SpellingFeatures.load(folder)
        except ValueError:  # Rasa's word for: this resource was never written
            features = None
        return cls(config, execution_context.node_name, model_storage, resource, features)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the n-grams of the messages that have an intent, and stores them."""
        texts = [
            example.get(TEXT)
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT)
        ]
        if texts:
            self._features = SpellingFeatures.fit(texts, rarest=self._config["rarest"])
            with self._model_storage.write_to(self._resource) as folder:
                self._features.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the features to the messages that have text and returns all messages."""
        written = [message for message in messages if message.get(TEXT)]
        if self._features is None or not written:
            return messages
        matrix = self._features.transform([message.get(TEXT) for message in written])
        for row, message in enumerate(written):
            message.add_features(
                QuickFeatures(matrix[row], FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
            )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds the features to the training examples in place."""
        self.process(training_data.training_examples)
        return training_data

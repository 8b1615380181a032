"""Rasa component that adds the language of the message to the parse output."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import METADATA, METADATA_EXAMPLE, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.language_identifier import (
    LANGUAGES,
    UNDETERMINED,
    LanguageGuess,
    guess_from,
    weigh_languages,
)
from nlu.language_model import LanguageModel

LANGUAGE = "language"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LanguageIdentifier(GraphComponent):
    """Sets `language` to a tag of the conversation contract, or `und`.

    The rules decide whether a message has a language at all and are the prior; the model learned
    from the examples' `metadata.language` has the share `model_share` in the choice. Untrained,
    the rules decide alone. It is registered as an extractor because Rasa trains those without
    needing their output for the components after them; it extracts no entity.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns `model_share`: weight of the learned model beside the rules, 0 to 1."""
        return {"model_share": 0.5}

    @staticmethod
    def required_packages() -> list[str]:
        """Returns the Python package that must be installed."""
        return ["sklearn"]

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: LanguageModel | None = None,
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
    ) -> LanguageIdentifier:
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
    ) -> LanguageIdentifier:
        """Loads what training stored; without it the rules decide alone."""
        try:
            with model_storage.read_from(resource) as folder:
                model = LanguageModel.load(folder)
        except ValueError:  # Rasa's word for: this resource was never written
            model = None
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the examples whose metadata name their language, and stores the model."""
        labelled = [
            (example.get(TEXT), language)
            for example in training_data.intent_examples
            if example.get(TEXT) and (language := example_language(example)) in LANGUAGES
        ]
        if len({language for _, language in labelled}) > 1:
            texts, languages = zip(*labelled, strict=True)
            self._model = LanguageModel.fit(texts, languages)
            with self._model_storage.write_to(self._resource) as folder:
                self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the language of each message."""
        for message in messages:
            guess = self.identify(message.get(TEXT) or "")
            message.set(LANGUAGE, guess.tag, add_to_output=True)
        return messages

    def identify(self, text: str) -> LanguageGuess:
        """The language of a text by rules and model together."""
        evidence = weigh_languages(text)
        guess = guess_from(evidence)
        if self._model is None or guess.tag == UNDETERMINED:
            return guess
        share = self._config["model_share"]
        learned = self._model.probabilities(text)
        mixed = {
            tag: (1 - share) * rule + share * learned.get(tag, 0.0)
            for tag, rule in evidence.shares().items()
        }
        return guess_from(evidence, mixed)


def example_language(example: Message) -> str | None:
    """The language in the metadata of a training example, its own before its intent's."""
    metadata = example.get(METADATA) or {}
    for level in (METADATA_EXAMPLE, METADATA_INTENT):
        stated = metadata.get(level)
        if isinstance(stated, dict) and isinstance(stated.get(LANGUAGE), str):
            return str(stated[LANGUAGE])
    stated = metadata.get(LANGUAGE)
    return stated if isinstance(stated, str) else None

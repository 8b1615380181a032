"""Rasa component that adds the language of the message to the parse output."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
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
from nlu.trained_component import TrainedComponent

LANGUAGE = "language"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LanguageIdentifier(TrainedComponent[LanguageModel]):
    """Sets `language` to a tag of the conversation contract, or `und`.

    The rules decide whether a message has a language at all and are the prior; the model learned
    from the examples' `metadata.language` has the share `model_share` in the choice. Untrained,
    the rules decide alone. It is registered as an extractor because Rasa trains those without
    needing their output for the components after them; it extracts no entity.
    """

    model_type = LanguageModel

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns `model_share`: weight of the learned model beside the rules, 0 to 1."""
        return {"model_share": 0.5}

    @staticmethod
    def required_packages() -> list[str]:
        """Returns the Python package that must be installed."""
        return ["sklearn"]

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the examples whose metadata name their language, and stores the model."""
        labelled = [
            (example.get(TEXT), language)
            for example in training_data.intent_examples
            if example.get(TEXT) and (language := example_language(example)) in LANGUAGES
        ]
        if len({language for _, language in labelled}) > 1:
            texts, languages = zip(*labelled, strict=True)
            self._store(LanguageModel.fit(texts, languages))
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

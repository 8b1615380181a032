"""Rasa component that finds the clinic's words in a message: specialties, doctors, relatives..."""

from __future__ import annotations

import os
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    INTENT,
    INTENT_NAME_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from nlu.lexicon.find import FoundEntity, Lexicon, find_entities
from nlu.lexicon.practitioners import read_doctors
from nlu.lexicon.relevance import keep


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LexiconEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds the entities that the lexicons find; needs no training.

    It stands after the intent classifier, whose intent says which entities mean something.

    The doctors' names are read from the clinic file when the component is created, so that a
    changed file counts after a restart without training.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the path of the clinic file: empty for no doctors, None for the setting."""
        return {"clinic_file": None}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LexiconEntityExtractor:
        """Creates the component; storage, resource and context are not needed."""
        return cls(config)

    def __init__(self, config: dict[str, Any]) -> None:
        """Reads the lexicons and the clinic file.

        Raises:
            OSError: the clinic file cannot be read.
        """
        clinic_file = {**self.get_default_config(), **config}["clinic_file"]
        if clinic_file is None:
            # The same setting as `clinic.bootstrap` reads, which Rasa's components cannot see.
            clinic_file = os.environ.get("CLINIC_FILE") or "clinic.yml"
        self._lexicon = Lexicon(read_doctors(clinic_file) if clinic_file else ())

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the entities to each message and returns the messages."""
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            intent = (message.get(INTENT) or {}).get(INTENT_NAME_KEY)
            found = [e for e in find_entities(text, self._lexicon) if keep(e, intent)]
            named = self.add_extractor_name([_as_rasa(each) for each in found])
            entities = message.get(ENTITIES, []) + named
            message.set(ENTITIES, entities, add_to_output=True)
        return messages


def _as_rasa(found: FoundEntity) -> dict[str, Any]:
    return {
        ENTITY_ATTRIBUTE_TYPE: found.entity,
        ENTITY_ATTRIBUTE_VALUE: found.value,
        ENTITY_ATTRIBUTE_START: found.start,
        ENTITY_ATTRIBUTE_END: found.end,
    }

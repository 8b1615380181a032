"""TF-IDF features of a message and of its normalised and transliterated views.

The counting is written out instead of taken from scikit-learn, whose vectorizers need 11 ms for one
message in six parts; this needs about 1 ms.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse

from nlu.normaliser import bare_skeleton, normalise, skeleton

if TYPE_CHECKING:
    from numpy.typing import NDArray

# c: n-grams of characters within words; w: single words and pairs. Characters of the text as
# written added nothing to the normalised ones.
_VIEWS = (
    ("w", str.lower),
    ("cw", normalise),
    ("cw", skeleton),
    ("cw", bare_skeleton),
)
_SHORTEST, _LONGEST = 2, 4
_FEW = 1000
"""An n-gram in so few messages costs nothing, however large its share."""
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

    @classmethod
    def fit(cls, texts: list[str], rarest: int = 2, commonest: float = 1.0) -> SpellingFeatures:
        """Learns the n-grams that occur in at least `rarest` of the texts.

        Those in more than the share `commonest` say little, and cost most of the training time.
        """
        documents: Counter[str] = Counter()
        for text in texts:
            for part in _parts(text):
                documents.update(part.keys())
        most = max(_FEW, commonest * len(texts))
        known = sorted(term for term, count in documents.items() if rarest <= count <= most)
        rarity = [1 + math.log((1 + len(texts)) / (1 + documents[term])) for term in known]
        return cls(known, np.asarray(rarity, dtype=np.float32))

    def transform(self, texts: list[str]) -> scipy.sparse.csr_matrix:
        """Returns float32 features of shape (number of texts, number of n-grams)."""
        columns: list[int] = []
        values: list[NDArray[np.float32]] = []
        ends = [0]
        for text in texts:
            for part in _parts(text):
                known = [
                    (column, count)
                    for term, count in part.items()
                    if (column := self._columns.get(term)) is not None
                ]
                if known:
                    columns.extend(column for column, _ in known)
                    values.append(self._weigh(known))
            ends.append(len(columns))
        data = np.concatenate(values) if values else np.zeros(0, dtype=np.float32)
        return scipy.sparse.csr_matrix(
            (data, np.asarray(columns, dtype=np.int32), np.asarray(ends, dtype=np.int32)),
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

    def _weigh(self, known: list[tuple[int, int]]) -> NDArray[np.float32]:
        columns = np.fromiter((column for column, _ in known), dtype=np.int32, count=len(known))
        counts = np.fromiter((count for _, count in known), dtype=np.float32, count=len(known))
        weights = (1 + np.log(counts)) * self._rarity[columns]
        return weights / np.sqrt(weights @ weights)


def _parts(text: str) -> Iterator[Counter[str]]:
    """Yields the n-grams of each part; the first two characters tell the part."""
    for number, (kinds, read) in enumerate(_VIEWS):
        words = _WORDS_AND_SIGNS.findall(read(text))
        for kind in kinds:
            grams = _character_grams(words) if kind == "c" else _word_grams(words)
            yield Counter(f"{number}{kind}{gram}" for gram in grams)


def _character_grams(words: list[str]) -> Iterator[str]:
    for word in words:
        padded = f" {word} "
        size = len(padded)
        for length in range(_SHORTEST, min(_LONGEST, size) + 1):
            for start in range(size - length + 1):
                yield padded[start : start + length]


def _word_grams(words: list[str]) -> Iterator[str]:
    yield from words
    for first, second in itertools.pairwise(words):
        yield f"{first} {second}"

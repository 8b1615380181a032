"""TF-IDF features of a message and of its normalised and transliterated views.

The counting is written out instead of taken from scikit-learn, whose vectorizers need 11 ms for one
message in six parts; this needs about 1 ms.
"""

from __future__ import annotations

import itertools
import json
import re
from array import array
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse

from nlu.normaliser import views

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SHORTEST, _LONGEST = 2, 4
_PARTS = 7
_FEW = 1000
"""An n-gram in so few messages costs nothing, however large its share."""
_WORDS = 50_000
"""Of so many words the n-grams are remembered: a few megabytes."""
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
        _, self._parts = np.unique([term[:2] for term in terms], return_inverse=True)
        known = {term: column for column, term in enumerate(terms)}
        self._known = _Numbers(known.get, _WORDS)

    @classmethod
    def fit(cls, texts: list[str], rarest: int = 2, commonest: float = 1.0) -> SpellingFeatures:
        """Learns the n-grams that occur in at least `rarest` of the texts.

        Those in more than the share `commonest` say little, and cost most of the training time.
        """
        numbers: dict[str, int] = {}
        new = _Numbers(lambda term: numbers.setdefault(term, len(numbers)), remembered=None)
        documents = np.bincount(_counts(texts, new, None).indices, minlength=len(numbers))
        most = max(_FEW, commonest * len(texts))
        known = sorted(term for term, n in numbers.items() if rarest <= documents[n] <= most)
        counts = documents[[numbers[term] for term in known]]
        return cls(known, (1 + np.log((1 + len(texts)) / (1 + counts))).astype(np.float32))

    def transform(self, texts: list[str]) -> scipy.sparse.csr_matrix:
        """Returns float32 features of shape (number of texts, number of n-grams)."""
        found = _counts(texts, self._known, len(self._terms))
        weights = (1 + np.log(found.data)) * self._rarity[found.indices]
        # Entries of one part of one message have one length to share.
        rows = np.repeat(np.arange(len(texts)), np.diff(found.indptr)) * _PARTS
        places = rows + self._parts[found.indices]
        squares = np.bincount(places, weights * weights)
        found.data = (weights / np.sqrt(squares[places])).astype(np.float32)
        return found

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


class _Numbers:
    """Tells the numbers of the n-grams of words, and remembers those of words that come often."""

    def __init__(self, number: Callable[[str], int | None], remembered: int | None) -> None:
        """Keeps what tells the number of an n-gram, None when it is to be left out."""
        self._number = number
        self.of_characters = lru_cache(maxsize=remembered)(self._of_characters)

    def of_words(self, part: str, words: list[str]) -> Iterator[int]:
        numbers = (self._number(part + word) for word in words)
        return (number for number in numbers if number is not None)

    def _of_characters(self, part: str, word: str) -> tuple[int, ...]:
        return tuple(self.of_words(part, _n_grams(word)))


def _counts(texts: list[str], numbers: _Numbers, terms: int | None) -> scipy.sparse.csr_matrix:
    """Returns how often each n-gram stands in each text, shape (texts, terms)."""
    columns, ends = array("i"), array("i", [0])
    for text in texts:
        for part, words in _parts(text):
            if part.endswith("w"):
                columns.extend(numbers.of_words(part, words))
            else:
                for word in words:
                    columns.extend(numbers.of_characters(part, word))
        ends.append(len(columns))
    indices = np.asarray(columns, dtype=np.int32)
    width = int(indices.max(initial=-1)) + 1 if terms is None else terms
    counts = scipy.sparse.csr_matrix(
        (np.ones(len(indices), dtype=np.float32), indices, np.asarray(ends)),
        shape=(len(texts), width),
    )
    counts.sum_duplicates()
    return counts


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


def _n_grams(word: str) -> list[str]:
    """Returns the n-grams of characters of a word, its ends marked by spaces."""
    padded = f" {word} "
    size = len(padded)
    return [
        padded[start : start + length]
        for length in range(_SHORTEST, min(_LONGEST, size) + 1)
        for start in range(size - length + 1)
    ]

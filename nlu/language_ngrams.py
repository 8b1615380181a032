"""Command line that rebuilds `language_ngrams.json`: python -m nlu.language_ngrams.

Counts come from the word list, the danger lexicons and, when they are there, the training
examples; the table holds the log probability of the most telling n-grams in hundredths.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import yaml

from nlu.danger.text import fold_latin, tokenize
from nlu.danger.vocabulary import LEXICON
from nlu.language_identifier import LATIN_LANGUAGES, word_ngrams

HERE = Path(__file__).parent
TARGET = HERE / "language_ngrams.json"
EXAMPLES = HERE.parent / "data" / "nlu"
KEPT = 6000
SMOOTHING = 0.5


def words_of(language: str) -> Iterator[str]:
    """Folded words of a language from all sources."""
    lists = yaml.safe_load((HERE / "language_words.yml").read_text("utf-8"))[language]
    for terms in lists.values():
        yield from (fold_latin(word) for word in terms.split())
    lexicon = yaml.safe_load((LEXICON / f"{language}.yml").read_text("utf-8"))
    for terms in lexicon.values():
        yield from (t.fold for t in tokenize(terms.replace(",", " ").replace("*", "")))
    for path in sorted((EXAMPLES / language).glob("*.yml")):
        for token in tokenize(path.read_text("utf-8"), limit=1_000_000):
            if token.kind == "latin":
                yield token.fold


def build() -> dict[str, list[int]]:
    """The table: n-gram to the log probabilities, in the order of `LATIN_LANGUAGES`."""
    counters = []
    for language in LATIN_LANGUAGES:
        counter: Counter[str] = Counter()
        for word, times in Counter(words_of(language)).items():
            for gram in word_ngrams(word):
                counter[gram] += 1 + math.log(times)  # type: ignore[assignment]
        counters.append(counter)
    grams = set().union(*counters)
    totals = [sum(c.values()) + SMOOTHING * len(grams) for c in counters]
    table = {
        gram: [math.log((c[gram] + SMOOTHING) / t) for c, t in zip(counters, totals, strict=True)]
        for gram in grams
    }

    def telling(gram: str) -> float:
        values = table[gram]
        return (max(values) - min(values)) * sum(c[gram] for c in counters)

    best = sorted(sorted(grams), key=telling, reverse=True)[:KEPT]
    return {
        gram: [round(100 * (v - max(table[gram]))) for v in table[gram]] for gram in sorted(best)
    }


def main() -> None:
    """Write the table."""
    content = {"languages": list(LATIN_LANGUAGES), "grams": build()}
    TARGET.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()

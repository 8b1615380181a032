"""Which language a message is in: French, Darija in either script, English, or none.

Rules, a word list and character n-grams; nothing is trained at run time. The matrix language of a
mixed message is the one of its verbs, pronouns and question words: "bghit rdv chez le dentiste
demain f l3chiya" is Darija however many French nouns it borrows, and of two languages in equal
parts the one that carries the request wins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import yaml

from nlu.danger.text import fold_arabic, fold_latin

FRENCH: Final = "fr"
DARIJA_ARABIC: Final = "ary"
DARIJA_LATIN: Final = "ary-Latn"
ENGLISH: Final = "en"
UNDETERMINED: Final = "und"
LANGUAGES: Final = (FRENCH, DARIJA_ARABIC, DARIJA_LATIN, ENGLISH)
LATIN_LANGUAGES: Final = (FRENCH, DARIJA_LATIN, ENGLISH)

_WORDS = Path(__file__).parent / "language_words.yml"
_NGRAMS = Path(__file__).parent / "language_ngrams.json"
_WEIGHTS = {"request": 4.0, "grammar": 3.0, "plain": 1.2}
_SHARED_WEIGHT = 0.4
_UNKNOWN_WEIGHT = 1.2
_ARABIC_WEIGHT = 2.2
_MORPHOLOGY_WEIGHT = 3.0
_MAX_CHARACTERS = 2000
_MASHED = re.compile(r"(?:ch|gh|kh|sh|th|[b-df-hj-np-tv-xz]){5}")
"""Five consonants in a row, digraphs counted as one: a keyboard hit at random, no word."""

_TOKEN = re.compile(
    r"[\u0620-\u065f\u066e-\u06d3\u06fa-\u06ff\u0670\u0640]+"
    r"|[^\W_\u0600-\u06ff]+(?:['’-][^\W\d_\u0600-\u06ff]+)*"
)
_IGNORED = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+")
_NUMBERED = re.compile(  # digits with a unit, an ordinal or a code: no sign of Arabizi
    r"^(\d+(h\d*|min|mn|j|jr|jrs|jours?|kg|g|mg|ml|cm|mm|dh|dhs|mad|ans?|eme|e|er|ere|nd|rd|th|st|am|pm|x|k|m|d)?"
    r"|[a-z]{1,2}\d+|covid\d+|\d+[a-z]\d+)$"
)
_ARABIZI_DIGIT = re.compile(r"[a-z][23579]|[3579][a-z]|2[a-z]{2}")
_DARIJA_VERB = re.compile(
    r"^(ka|ta)(n|t|y|i)\w{2,}$|^k(at|an|ay|ai|it|in|i)[a-z0-9]{3,}$|^gha[nty]?\w{3,}$"
    r"|^(ma|m)[a-z0-9]{3,}(ch|sh|chi)$|^(dyal|dial)\w*$|^(ghad|bgh|nkh|nch|ndj|kh[dlr]|mkh|mgh|lmr|lmo|lkh)\w+$"
)


@dataclass(frozen=True)
class LanguageGuess:
    """The language of one message.

    Attributes:
        tag: `fr`, `ary`, `ary-Latn`, `en`, or `und` for a message without a language.
        confidence: 0 to 1; 0 for `und`.
        script: `latin`, `arabic`, `mixed`, or `none`.
        counts: Number of words by language; words without a language are not counted.
    """

    tag: str
    confidence: float
    script: str
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def words(self) -> int:
        """Number of words that have a language."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class LanguageEvidence:
    """Weights that speak for each language, before a choice is made."""

    weights: Mapping[str, float]
    counts: Mapping[str, int]
    script: str

    def shares(self) -> dict[str, float]:
        """The weights as shares of one; all zero when nothing speaks for any language."""
        total = sum(self.weights.values())
        return {tag: self.weights.get(tag, 0.0) / total if total else 0.0 for tag in LANGUAGES}


def identify_language(text: str) -> LanguageGuess:
    """Identify the language of a message.

    Args:
        text: The message as written; the first 2,000 characters are read.

    Returns:
        The guess; `und` for a name, "ok", an emoji, a number, "STOP", "5/5".
    """
    return guess_from(weigh_languages(text))


def guess_from(
    evidence: LanguageEvidence, shares: Mapping[str, float] | None = None
) -> LanguageGuess:
    """Choose the language with the greatest share; `shares` replaces those of the evidence."""
    if not sum(evidence.counts.values()):
        return LanguageGuess(UNDETERMINED, 0.0, evidence.script, {})
    shares = shares or evidence.shares()
    tag = max(LANGUAGES, key=lambda language: shares.get(language, 0.0))
    return LanguageGuess(tag, round(shares[tag], 4), evidence.script, dict(evidence.counts))


@lru_cache(maxsize=16)  # several components ask about one message
def weigh_languages(text: str) -> LanguageEvidence:
    """Add up what each word of the message says about its language."""
    lexicon = _lexicon()
    weights: dict[str, float] = dict.fromkeys(LANGUAGES, 0.0)
    counts: dict[str, int] = {}
    scripts: set[str] = set()
    unknown: list[tuple[str, bool]] = []
    known = 0
    for word, capital in _words(text):
        if "\u0600" <= word[0] <= "\u06ff":
            scripts.add("arabic")
            if fold_arabic(word) not in lexicon.arabic_neutral:
                weights[DARIJA_ARABIC] += _ARABIC_WEIGHT
                counts[DARIJA_ARABIC] = counts.get(DARIJA_ARABIC, 0) + 1
            continue
        fold = fold_latin(word)
        if not fold.isdigit():
            scripts.add("latin")
        if fold in lexicon.neutral or _NUMBERED.match(fold):
            continue
        entry = lexicon.weights_of(fold)
        if not entry and _MASHED.search(word.lower()):
            continue
        if not entry:
            unknown.append((fold, capital))
            continue
        known += 1
        _count(counts, entry)
        for tag, weight in entry.items():
            weights[tag] += weight
    # Two or three unknown words with capitals, or with nothing known around, are a name.
    nameless = known or counts or len(unknown) > 3 or not all(c for _, c in unknown)
    if nameless:
        for fold, _ in unknown:
            entry = _ngram_weights(fold)
            _count(counts, entry)
            for tag, weight in entry.items():
                weights[tag] += weight
    script = "mixed" if len(scripts) > 1 else next(iter(scripts), "none")
    return LanguageEvidence(weights, counts, script)


def _count(counts: dict[str, int], entry: Mapping[str, float]) -> None:
    tag = max(entry, key=lambda language: entry[language])
    counts[tag] = counts.get(tag, 0) + 1


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Words with whether they start with a capital; contractions are split."""
    for match in _TOKEN.finditer(_IGNORED.sub(" ", text[:_MAX_CHARACTERS])):
        word = match.group()
        for part in re.split(r"(?<=^[ldjnstmcqLDJNSTMCQ])['’]|(?<=qu)['’]|-", word):
            if part:
                yield part, part[0].isupper()


@dataclass
class _Lexicon:
    words: dict[str, dict[str, float]]
    neutral: frozenset[str]
    arabic_neutral: frozenset[str]

    def weights_of(self, fold: str) -> dict[str, float]:
        """Weights of a known or plainly Darija word, else nothing."""
        if fold in self.words:
            return self.words[fold]
        if _ARABIZI_DIGIT.search(fold) or _DARIJA_VERB.match(fold):
            return {DARIJA_LATIN: _MORPHOLOGY_WEIGHT}
        return {}


@lru_cache(maxsize=1)
def _lexicon() -> _Lexicon:
    loaded = yaml.safe_load(_WORDS.read_text("utf-8"))
    words: dict[str, dict[str, float]] = {}
    for tag in LATIN_LANGUAGES:
        for kind, weight in _WEIGHTS.items():
            for word in loaded[tag][kind].split():
                entry = words.setdefault(fold_latin(word), {})
                entry[tag] = max(weight, entry.get(tag, 0.0))
    # A word of two languages ("la", "ma", "f") speaks half for each.
    words = {
        word: {tag: weight / len(entry) for tag, weight in entry.items()}
        for word, entry in words.items()
    }
    for word in loaded["shared"].split():
        fold = fold_latin(word)
        words[fold] = {tag: min(w, _SHARED_WEIGHT) for tag, w in words.get(fold, {}).items()} or {
            FRENCH: _SHARED_WEIGHT
        }
    neutral = frozenset(fold_latin(w) for w in (loaded["neutral"] + " " + loaded["names"]).split())
    arabic = loaded["arabic"]["names"] + " " + loaded["arabic"]["neutral"]
    return _Lexicon(words, neutral, frozenset(fold_arabic(w) for w in arabic.split()))


@lru_cache(maxsize=1)
def _ngrams() -> dict[str, tuple[int, ...]]:
    loaded = json.loads(_NGRAMS.read_text("utf-8"))
    return {gram: tuple(values) for gram, values in loaded["grams"].items()}


def word_ngrams(fold: str) -> Iterator[str]:
    """Character n-grams of one to four letters of a word with its borders."""
    bordered = f" {fold} "
    for size in range(1, 5):
        for at in range(len(bordered) - size + 1):
            gram = bordered[at : at + size]
            if gram != " ":
                yield gram


@lru_cache(maxsize=4096)
def _ngram_weights(fold: str) -> dict[str, float]:
    """Weights of an unknown word by its letters."""
    table = _ngrams()
    sums = [0.0] * len(LATIN_LANGUAGES)
    for gram in word_ngrams(fold):
        for at, value in enumerate(table.get(gram, ())):
            sums[at] += value / 100.0
    best = max(sums)
    shares = [2.718281828 ** max(-30.0, s - best) for s in sums]
    total = sum(shares)
    weight = _UNKNOWN_WEIGHT * min(1.0, len(fold) / 4)
    return {tag: weight * share / total for tag, share in zip(LATIN_LANGUAGES, shares, strict=True)}

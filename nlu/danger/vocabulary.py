"""The lexicons: which concepts (blood, chest, cannot, film ...) the words of a message name.

`lexicon/<language>.yml` maps a concept to words and short phrases, separated by commas. In a
phrase `~` stands for up to two other words; a word that ends in `*` is a beginning. Concepts have
the same names in all languages, so that a mixed message needs no rule of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

from nlu.danger import affixes, forms
from nlu.danger.text import (
    Token,
    fold_arabic,
    fold_arabizi,
    fold_latin,
    initial_skeleton,
    romanise,
    skeleton,
    variants,
    words,
)

LEXICON = Path(__file__).parent / "lexicon"
_GAP = "~"
_GAP_WORDS = 2
_TYPO_LENGTH = 6  # shorter words are too close to one another for a slip to be told from a word
_SKELETON_LENGTH = 4
_PREFIX_LENGTH = 4
_ROOT_LENGTH = 4

# A slip is forgiven in words of danger, not in those that take a danger away.
EXACT_CONCEPTS = frozenset(
    words(
        "hypothesis courtesy information story dream longago yesterday over admin billing "
        "booking metaphor mask harmless near phone making nolonger language cast transparent "
        "recent coming vet paper homevisit scorpionish mycar delivered owndose"
    )
)

# Giving birth is danger while it goes on: the bare verb is "gave birth" and "children".
_PRESENT_ONLY = frozenset({"labour", "labournow", "dropping"})

_ELISIONS = ("l", "d", "j", "n", "s", "m", "t", "c", "qu")


@dataclass(frozen=True)
class Mention:
    """A concept that the tokens `first` to `last` (inclusive) name."""

    concept: str
    first: int
    last: int
    negated: bool = False


@dataclass(frozen=True)
class _Phrase:
    concept: str
    words: tuple[int, ...]  # word numbers; -1 is a gap


@dataclass
class Vocabulary:
    """All lexicons, indexed by every spelling form of their words."""

    _numbers: dict[str, int] = field(default_factory=dict)
    _exact: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _arabic: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _arabizi: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _skeleton: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _variants: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _beginnings: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _slips: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _protected: set[str] = field(default_factory=set)
    _darija: set[int] = field(default_factory=set)
    _danger: set[int] = field(default_factory=set)
    _single: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    _phrases: dict[int, list[_Phrase]] = field(default_factory=lambda: defaultdict(list))
    _cache: dict[tuple[str, str], tuple[frozenset[int], bool]] = field(default_factory=dict)

    def add(self, concept: str, term: str, language: str) -> None:
        """Add a word or phrase of a concept; `language` decides how it may be spelled."""
        slips = concept not in EXACT_CONCEPTS
        alone = 99 if concept in _PRESENT_ONLY else _ROOT_LENGTH
        words = [self._word(w, language, slips, alone) if w != _GAP else -1 for w in term.split()]
        if concept == "protected":
            self._protected.update(f(w) for w in term.split() for f in (fold_latin, fold_arabic))
        elif len(words) == 1:
            self._single[words[0]].add(concept)
        elif words:
            self._phrases[words[0]].append(_Phrase(concept, tuple(words)))

    def _word(self, word: str, language: str, slips: bool, alone: int) -> int:
        """Number of a lexicon word; `slips` says whether a mistyped one is found too.

        A root of `alone` letters is found without its person.
        """
        key = f"{language}:{word}"
        known = key in self._numbers
        number = self._numbers.setdefault(key, len(self._numbers))
        if slips:
            self._danger.add(number)
        if known:
            return number
        if "\u0600" <= word[0] <= "\u06ff":
            folded = fold_arabic(word)
            self._exact[folded].add(number)
            self._arabic[folded].add(number)
            if slips and folded[:2] in affixes.AR_PRESENT:
                for form in forms.persons(folded[2:], affixes.AR_PERSONS, alone):
                    self._arabic[form].add(number)
            if slips and len(bare := skeleton(romanise(folded))) > _SKELETON_LENGTH:
                self._skeleton[bare].add(number)
            return number
        if word[0].isdigit() and word.replace(".", "").isdigit():
            self._exact[word].add(number)
            return number
        fold = fold_latin(word.rstrip("*"))
        if word.endswith("*"):
            self._beginnings[fold].add(number)
            return number
        self._exact[fold].add(number)
        if language == "ary-Latn":
            self._darija.add(number)
            light = fold_arabizi(fold)
            self._arabizi[light].add(number)
            spelled = [light]
            if slips and light[:3] in affixes.LATIN_PRESENT and len(light) > 5:
                spelled += forms.persons(light[3:], affixes.LATIN_PERSONS, alone)
                for form in spelled:
                    self._arabizi[form].add(number)
            for bare in map(skeleton, spelled):
                if len(bare) >= _SKELETON_LENGTH:
                    self._skeleton[bare].add(number)
            for bare in (v for form in spelled if slips for v in variants(form)):
                if len(bare) >= _SKELETON_LENGTH:
                    self._variants[bare].add(number)
        elif slips and len(fold) >= _TYPO_LENGTH:
            for slip in forms.slips(fold):
                self._slips[slip].add(fold)
        return number

    def words(self, token: Token) -> tuple[frozenset[int], bool]:
        """Numbers of the lexicon words that the token may be, and whether it negates itself."""
        if token.ain and any(found := self._read("latin", token.ain)):
            return found
        return self._read(token.kind, token.fold)

    def _read(self, kind: str, fold: str) -> tuple[frozenset[int], bool]:
        key = (kind, fold)
        if key not in self._cache:
            if len(self._cache) > 20_000:
                self._cache.clear()
            found, negated = set[int](), False
            if kind == "arabic":
                found, negated = self._arabic_words(fold)
            elif kind == "latin":
                found, negated = self._latin_words(fold)
            else:
                found = set(self._exact.get(fold, ()))  # a number or an emoji
            self._cache[key] = (frozenset(found), negated)
        return self._cache[key]

    def _arabic_words(self, fold: str) -> tuple[set[int], bool]:
        if fold in self._protected:
            return set(self._exact.get(fold, ())), False
        found = self._lookup(
            self._arabic, affixes.stems(fold, affixes.AR_PREFIXES, affixes.AR_SUFFIXES)
        )
        found &= self._danger | self._lookup(
            self._arabic, affixes.stems(fold, affixes.AR_CLITICS, affixes.AR_PRONOUNS)
        )
        if found:
            return found, False
        verb = fold[1:] if fold[:2] in {"وم", "فم"} else fold
        if verb.startswith("م") and verb.endswith("ش"):  # ma ... ch around the verb
            inner = verb[1:-1].removeprefix("ا")
            stems = [inner, *affixes.stems(inner, affixes.AR_PREFIXES, affixes.AR_SUFFIXES)]
            if found := self._lookup(self._arabic, stems) & self._danger:
                return found, True
        return self._romanised(fold) & self._danger, False

    def _romanised(self, fold: str) -> set[int]:
        """Words that the lexicon has in Latin letters only."""
        bare = {skeleton(romanise(stem)) for stem in affixes.stems(fold, affixes.AR_CLITICS, ())}
        return self._lookup(self._skeleton, [b for b in bare if len(b) > _SKELETON_LENGTH])

    def _latin_words(self, fold: str) -> tuple[set[int], bool]:
        light = fold_arabizi(fold)
        found = set(self._exact.get(fold, ()))
        if fold in self._protected:
            return found, False
        found |= self._arabizi.get(light, set())
        for size in range(_PREFIX_LENGTH, len(fold) + 1):
            found |= self._beginnings.get(fold[:size], set())
        if any(number in self._single or number not in self._darija for number in found):
            return found, False
        if found:
            return found | self._darija_words(light), False
        bare = skeleton(light)
        if len(bare) >= _SKELETON_LENGTH and (found := set(self._skeleton.get(bare, ()))):
            if not any(number in self._single for number in found):
                found |= self._darija_words(light)
            return found, False
        for elision in _ELISIONS:  # "lambulance", "jetouffe": the apostrophe left out
            rest = fold.removeprefix(elision)
            if rest != fold and rest[:1] in "aeiouh" and len(rest) > 3:
                found |= self._exact.get(rest, set())
                for size in range(_PREFIX_LENGTH, len(rest) + 1):
                    found |= self._beginnings.get(rest[:size], set())
        if found:
            return found, False
        if found := self._darija_words(light):
            return found, False
        verb = light.removeprefix("o")
        if verb.startswith("m") and verb.endswith(("C", "Ci")):
            inner = verb[1:].removesuffix("i").removesuffix("C").removeprefix("a")
            if found := set(self._arabizi.get(inner, ())) | self._darija_words(inner):
                return found, True
        if len(fold) >= _TYPO_LENGTH - 1:
            return self._mistyped(fold), False
        return set(), False

    def _darija_words(self, light: str) -> set[int]:
        stems = affixes.stems(light, affixes.LATIN_PREFIXES, affixes.LATIN_SUFFIXES)
        found = self._lookup(self._arabizi, stems)
        if not found:
            bare = {skeleton(s) for s in stems}
            found = self._lookup(self._skeleton, [b for b in bare if len(b) >= _SKELETON_LENGTH])
        if not found:
            found = self._lookup(self._variants, [initial_skeleton(s) for s in stems])
        nouns = affixes.stems(light, affixes.LATIN_CLITICS, affixes.LATIN_PRONOUNS)
        plain = self._lookup(self._arabizi, nouns)
        plain |= self._lookup(self._skeleton, [skeleton(n) for n in nouns])
        return found & (self._danger | plain)

    def _mistyped(self, fold: str) -> set[int]:
        found = set[int]()
        for slip in forms.slips(fold):
            for word in self._slips.get(slip, ()):
                if word[0] == fold[0] and abs(len(word) - len(fold)) <= 1:
                    found |= self._exact[word]
        return found

    @staticmethod
    def _lookup(index: dict[str, set[int]], forms: Iterable[str]) -> set[int]:
        found = set[int]()
        for form in forms:
            found |= index.get(form, set())
        return found

    def mentions(self, tokens: Sequence[Token]) -> list[Mention]:
        """All concepts named by single words and phrases, by first token."""
        numbers = [self.words(token) for token in tokens]
        found: list[Mention] = []
        for first, (named, negated) in enumerate(numbers):
            for word in named:
                found += [Mention(c, first, first, negated) for c in self._single.get(word, ())]
                for phrase in self._phrases.get(word, ()):
                    last, inner = self._match(phrase.words, 1, first + 1, numbers)
                    if last is not None:
                        found.append(Mention(phrase.concept, first, last, negated or inner))
        return sorted(set(found), key=lambda m: (m.first, -m.last, m.concept))

    def _match(
        self,
        words: tuple[int, ...],
        at: int,
        position: int,
        numbers: Sequence[tuple[frozenset[int], bool]],
    ) -> tuple[int | None, bool]:
        if at == len(words):
            return position - 1, False
        if words[at] == -1:
            for skipped in range(_GAP_WORDS + 1):
                result = self._match(words, at + 1, position + skipped, numbers)
                if result[0] is not None:
                    return result
            return None, False
        if position >= len(numbers) or words[at] not in numbers[position][0]:
            return None, False
        last, negated = self._match(words, at + 1, position + 1, numbers)
        return last, negated or numbers[position][1]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The lexicons of all languages, read at the first call."""
    result = Vocabulary()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(LEXICON.glob("*.yml")):
        for concept, terms in yaml.load(path.read_text("utf-8"), loader).items():
            for term in str(terms).split(","):
                for word in forms.number_range(term) if ".." in term else (term.strip(),):
                    if word:
                        result.add(concept, word, path.stem)
    return result

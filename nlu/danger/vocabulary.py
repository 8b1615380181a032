"""The lexicons: which concepts (blood, chest, cannot, film ...) the words of a message name.

`lexicon/<language>.yml` maps a concept to words and short phrases, separated by commas. In a
phrase `~` stands for up to two other words; a word that ends in `*` is a beginning. Concepts have
the same names in all languages, so that a mixed message needs no rule of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

from nlu.danger.text import Token, fold_arabic, fold_arabizi, fold_latin, skeleton

LEXICON = Path(__file__).parent / "lexicon"
_GAP = "~"
_GAP_WORDS = 2
_TYPO_LENGTH = 6  # shorter words are too close to one another for a slip to be told from a word
_SKELETON_LENGTH = 4
_PREFIX_LENGTH = 4

# A slip is forgiven in words of danger, not in those that take a danger away.
_EXACT_CONCEPTS = frozenset(
    "hypothesis courtesy information story dream longago yesterday over admin billing booking"
    " metaphor mask harmless near phone making nolonger language cast transparent".split()
)

# What Arabic and Darija write together with the word: conjunctions, prepositions, the article, the
# signs of the present and the future, and the attached pronouns and endings.
_AR_PREFIXES = tuple(
    "و ف ب ل ك ال وال فال بال كال ول وب وف هاد هاذ ه د عال لي ي ت ن ا كي كت كن تي تت تن كاي كات كان"
    " تاي تات تان غ غي غت غن غاي غات سي ست حي وكي وكت وي وت وا فل بل دال".split()
)
_AR_SUFFIXES = tuple(
    "ي ني ك ه و ها نا كم هم ات ت ين وا ش اش يا لي لو لها ليه ليها ليا تو تها هاش وش يش تش ان تي".split()
)
_LATIN_PREFIXES = tuple(
    "l al f fl fal b bl bal o ol oal d dl dial had k C h t n i a ka ta ki ti kai tai kat tat kan tan kti kit"
    " Ga Gai Gat Gan Gi ga oka oi ot okai okat oki".split()
)
_LATIN_SUFFIXES = tuple(
    "i ni k ak o ho oh h ha na kom hom at t ti tih in C Ci aC li lo lia liha lih lha la to tha s".split()
)
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
    _beginnings: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _slips: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _protected: set[str] = field(default_factory=set)
    _darija: set[int] = field(default_factory=set)
    _single: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    _phrases: dict[int, list[_Phrase]] = field(default_factory=lambda: defaultdict(list))
    _cache: dict[tuple[str, str], tuple[frozenset[int], bool]] = field(default_factory=dict)

    def add(self, concept: str, term: str, language: str) -> None:
        """Add a word or phrase of a concept; `language` decides how it may be spelled."""
        slips = concept not in _EXACT_CONCEPTS
        words = [self._word(w, language, slips) if w != _GAP else -1 for w in term.split()]
        if concept == "protected":
            self._protected.update(fold_latin(w) for w in term.split())
        elif len(words) == 1:
            self._single[words[0]].add(concept)
        elif words:
            self._phrases[words[0]].append(_Phrase(concept, tuple(words)))

    def _word(self, word: str, language: str, slips: bool) -> int:
        """Number of a lexicon word; `slips` says whether a mistyped one is found too."""
        key = f"{language}:{word}"
        if key in self._numbers:
            return self._numbers[key]
        number = self._numbers[key] = len(self._numbers)
        if "\u0600" <= word[0] <= "\u06ff":
            self._arabic[fold_arabic(word)].add(number)
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
            bare = skeleton(light)
            if len(bare) >= _SKELETON_LENGTH:
                self._skeleton[bare].add(number)
        elif slips and len(fold) >= _TYPO_LENGTH:
            for slip in _slips(fold):
                self._slips[slip].add(fold)
        return number

    def words(self, token: Token) -> tuple[frozenset[int], bool]:
        """Numbers of the lexicon words that the token may be, and whether it negates itself."""
        key = (token.kind, token.fold)
        if key not in self._cache:
            if len(self._cache) > 20_000:
                self._cache.clear()
            found, negated = set[int](), False
            if token.kind == "arabic":
                found, negated = self._arabic_words(token.fold)
            elif token.kind == "latin":
                found, negated = self._latin_words(token.fold)
            else:
                found = set(self._exact.get(token.fold, ()))  # a number or an emoji
            self._cache[key] = (frozenset(found), negated)
        return self._cache[key]

    def _arabic_words(self, fold: str) -> tuple[set[int], bool]:
        direct = self._arabic.get(fold, set())
        if any(number in self._single for number in direct):
            return direct, False
        found = direct | self._lookup(self._arabic, _stems(fold, _AR_PREFIXES, _AR_SUFFIXES))
        if found:
            return found, False
        if fold.startswith("م") and fold.endswith("ش"):  # ma ... ch around the verb
            inner = fold[1:-1].removeprefix("ا")
            stems = [inner, *_stems(inner, _AR_PREFIXES, _AR_SUFFIXES)]
            if found := self._lookup(self._arabic, stems):
                return found, True
        return set(), False

    def _latin_words(self, fold: str) -> tuple[set[int], bool]:
        light = fold_arabizi(fold)
        found = set(self._exact.get(fold, ()))
        if fold in self._protected:
            return found, False
        found |= self._arabizi.get(light, set())
        for size in range(_PREFIX_LENGTH, len(fold) + 1):
            found |= self._beginnings.get(fold[:size], set())
        if found and not self._only_in_darija_phrases(found):
            return found, False
        if found:
            return found | self._darija_words(light), False
        bare = skeleton(light)
        if len(bare) >= _SKELETON_LENGTH and (found := set(self._skeleton.get(bare, ()))):
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
        if light[0] == "m" and light.endswith(("C", "Ci")):
            inner = light[1:].removesuffix("i").removesuffix("C").removeprefix("a")
            if found := set(self._arabizi.get(inner, ())) | self._darija_words(inner):
                return found, True
        if len(fold) >= _TYPO_LENGTH - 1:
            return self._mistyped(fold), False
        return set(), False

    def _only_in_darija_phrases(self, numbers: set[int]) -> bool:
        return not any(n in self._single or n not in self._darija for n in numbers)

    def _darija_words(self, light: str) -> set[int]:
        stems = _stems(light, _LATIN_PREFIXES, _LATIN_SUFFIXES)
        found = self._lookup(self._arabizi, stems)
        if not found:
            bare = {skeleton(s) for s in stems}
            found = self._lookup(self._skeleton, [b for b in bare if len(b) >= _SKELETON_LENGTH])
        return found

    def _mistyped(self, fold: str) -> set[int]:
        found = set[int]()
        for slip in _slips(fold):
            for word in self._slips.get(slip, ()):
                if word[0] == fold[0] and abs(len(word) - len(fold)) <= 1:
                    found |= self._exact[word]
        return found

    @staticmethod
    def _lookup(index: dict[str, set[int]], forms: Sequence[str]) -> set[int]:
        found = set[int]()
        for form in forms:
            found |= index.get(form, set())
        return found

    def mentions(self, tokens: Sequence[Token]) -> list[Mention]:
        """All concepts named by single words and phrases, by first token."""
        numbers = [self.words(token) for token in tokens]
        found: list[Mention] = []
        for first, (words, negated) in enumerate(numbers):
            for word in words:
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


def _stems(form: str, prefixes: Sequence[str], suffixes: Sequence[str]) -> list[str]:
    heads = [form]
    heads += [form[len(p) :] for p in prefixes if form.startswith(p) and len(form) - len(p) >= 3]
    stems = list(heads)
    for head in heads:
        stems += [
            head[: -len(s)] for s in suffixes if head.endswith(s) and len(head) - len(s) >= 3
        ]
    return stems


def _slips(word: str) -> Iterator[str]:
    """The word and every form of it that lacks one letter."""
    yield word
    for index in range(len(word)):
        yield word[:index] + word[index + 1 :]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The lexicons of all languages, read at the first call."""
    result = Vocabulary()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(LEXICON.glob("*.yml")):
        for concept, terms in yaml.load(path.read_text("utf-8"), loader).items():
            for term in str(terms).split(","):
                if term.strip():
                    result.add(concept, term.strip(), path.stem)
    return result

"""Phrases of a lexicon as a trie over word forms, and their occurrences in a message.

A token has several forms (with and without clitics, French and Darija readings), and genitive
words may stand between two words of a phrase. Why no spaCy: docs/decisions/lexicon-matching.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from nlu.lexicon.forms import Token, pattern_form

_MAX_GLUE = 3
_ARTICLES = frozenset(("l", "la", "le", "les", "d", "el", "al"))
# A slip of one letter is forgiven in words of at least so many letters.
_FUZZY_LENGTH = {"L": 7, "Z": 99, "V": 99, "A": 7}


@dataclass(frozen=True)
class Match:
    """A phrase found: `value` of `entity` in the tokens `first` to `last` (included)."""

    entity: str
    value: str
    first: int
    last: int
    dropped: int = 0


@dataclass
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    values: list[tuple[str, str]] = field(default_factory=list)


class PhraseTrie:
    """The phrases of all entities; `classes` names sets of forms ("<doctor>"), `glue` fillers."""

    def __init__(self, classes: Mapping[str, Collection[str]], glue: Collection[str]) -> None:
        self._root = _Node()
        self._classes = {f"<{name}>": frozenset(forms) for name, forms in classes.items()}
        self._glue = frozenset(glue)
        self._words: dict[str, set[str]] = {"L": set(), "Z": set(), "V": set(), "A": set()}
        for forms in self._classes.values():
            for form in forms:
                self._words[form[0]].add(form)
        # The long words by alphabet and first letter, collected when first asked for.
        self._long: dict[str, list[str]] = {}
        self._similar = lru_cache(maxsize=4096)(self._find_similar)

    def add(self, phrase: str, language: str, entity: str, value: str) -> None:
        """Adds a phrase: words in the language's spelling, or `<class>`; before any `find`.

        Articles and genitives before and between the words are left out, so that the span begins
        after them; "ma" and "l" before a relative are what makes them the writer's.
        """
        node = self._root
        words = phrase.replace("-", " ").replace("'", " ").replace("’", " ").split()
        for word in words:
            form = word if word in self._classes else pattern_form(word, language)
            leads = node is self._root and (entity == "relation" or word not in _ARTICLES)
            if form in self._glue and word is not words[-1] and not leads:
                continue
            if form not in self._classes:
                self._words[form[0]].add(form)
            node = node.children.setdefault(form, _Node())
        if (entity, value) not in node.values:
            node.values.append((entity, value))

    def _find_similar(self, form: str) -> str | None:
        alphabet = form[0]
        minimum = _FUZZY_LENGTH[alphabet]
        if len(form) - 2 < minimum:
            return None
        near = self._long.get(alphabet + form[2])
        if near is None:
            near = [
                word
                for word in self._words[alphabet]
                if len(word) - 2 >= minimum and word[2] == form[2]
            ]
            self._long[alphabet + form[2]] = near
        found = process.extractOne(form, near, scorer=OSA.distance, score_cutoff=1)
        return None if found is None else str(found[0])

    def readings(self, token: Token) -> dict[str, int]:
        """Returns the forms and classes that a token can stand for, with dropped characters."""
        forms = dict(token.forms)
        if not any(form in self._words[form[0]] for form in forms):
            for form, dropped in token.forms.items():
                similar = self._similar(form)
                if similar:
                    forms.setdefault(similar, dropped)
        for name, members in self._classes.items():
            for form, dropped in token.forms.items():
                if form in members:
                    forms.setdefault(name, dropped)
                    break
        return forms

    def is_glue(self, token: Token) -> bool:
        """Whether a token is a genitive word or an article."""
        return any(form in self._glue for form in token.forms)

    def find(self, tokens: Sequence[Token]) -> list[Match]:
        """Returns every occurrence of every phrase, in the order of their first word."""
        readings = [self.readings(token) for token in tokens]
        glue = [self.is_glue(token) for token in tokens]
        found: list[Match] = []
        for first in range(len(tokens)):
            found.extend(self._from(first, tokens, readings, glue))
        return found

    def _from(
        self,
        first: int,
        tokens: Sequence[Token],
        readings: Sequence[Mapping[str, int]],
        glue: Sequence[bool],
    ) -> Iterator[Match]:
        seen: set[tuple[str, str, int]] = set()
        stack: list[tuple[_Node, int, int, int]] = []
        for form, dropped in readings[first].items():
            node = self._root.children.get(form)
            if node is not None:
                stack.append((node, first, 0, dropped))
        while stack:
            node, last, skipped, dropped = stack.pop()
            if not skipped:
                for entity, value in node.values:
                    if (entity, value, last) not in seen:
                        seen.add((entity, value, last))
                        yield Match(entity, value, first, last, dropped)
            following = last + 1
            if not node.children or following == len(tokens):
                continue
            if tokens[following].clause != tokens[first].clause:
                continue
            for form in readings[following]:
                child = node.children.get(form)
                if child is not None:
                    stack.append((child, following, 0, dropped))
            if glue[following] and skipped < _MAX_GLUE:
                stack.append((node, following, skipped + 1, dropped))


def longest(matches: Iterable[Match]) -> list[Match]:
    """Returns matches that do not overlap: the longer wins, then the earlier."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda m: (m.first - m.last, m.first)):
        if all(match.last < other.first or match.first > other.last for other in kept):
            kept.append(match)
    return sorted(kept, key=lambda match: match.first)

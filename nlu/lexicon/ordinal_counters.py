"""Numbers after a word of counting: "option 2", "nemra jouj", "n3", "lwer9a 2"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from nlu.lexicon.forms import (
    WORDS_REMEMBERED,
    Token,
    fold_arabic,
    fold_latin,
    forms_of,
    is_arabic,
)
from nlu.lexicon.ordinal_words import OrdinalWords, is_in, word_after, word_before
from nlu.lexicon.trie import Match

_NUMBERED = re.compile(r"([^\W\d]+)([1-6])")
# Their point ends no sentence: "no. 2".
_ABBREVIATED = frozenset(("no", "n", "num", "nr", "opt"))
# Before a number word these are no counters: "no one".
_DIGITS_AFTER = frozenset(("no",))
# "Number" and "option" as people spell them, of folded words.
_COUNTER = re.compile(
    r"l?n[aeoiu]{0,2}m[eiou]{0,2}[rb]+[aeiouh]{0,2}r?|l[aei]?m[ei]?ro"
    r"|l?o?[bp][ct]?[sc]i?[oy]+n|l?(?:chwa|choi)"
)
_ARABIC_COUNTER = re.compile("(?:ال)?ن[وي]?م[وي]?ر[اهو]?|(?:ال|ل)?ا?و?[بف][تس]ي?ون")


class CounterRule:
    """Finds numbers that a word before them makes a choice."""

    def __init__(self, words: OrdinalWords) -> None:
        self._words = words

    def find(self, tokens: Sequence[Token]) -> Iterator[Match]:
        """Yields the counter with its number."""
        for index, token in enumerate(tokens):
            following = word_after(tokens, index)
            if following is None and token.raw.lower() in _ABBREVIATED:
                following = next(iter(tokens[index + 1 : index + 2]), None)
            glued = _NUMBERED.fullmatch(token.raw)
            if glued:
                word, number, last = glued[1], glued[2], index
                after = following
            elif following is not None:
                word, number, last = token.raw, self._words.number(following), index + 1
                after = word_after(tokens, last)
                if token.raw.lower() in _DIGITS_AFTER and not following.raw.isdigit():
                    continue
            else:
                continue
            before = word_before(tokens, index)
            owned = before is not None and is_in(before, self._words.no_choice)
            if owned and before and is_in(before, self._words.places):
                # "Sejelni f nmra jouj".
                owned = not self._words.is_chosen(tokens, index - 1)
            if number is None or owned or (after is not None and after.raw.isdigit()):
                continue
            known = not self._words.counters.isdisjoint(forms_of(word))
            if self._words.is_ended(tokens, last) and (number != "1" or tokens[last].raw.isdigit()):
                known = known or is_in(token, self._words.labels)
            if (known or _is_counter(word)) and not self._is_address(tokens, index, last):
                yield Match("ordinal", number, index, last)

    def _is_address(self, tokens: Sequence[Token], first: int, last: int) -> bool:
        """Whether a house, door or street is numbered: "porte n°5", "numéro 2 rue Atlas"."""
        earlier = [t for t in tokens[max(first - 3, 0) : first] if t.clause == tokens[first].clause]
        later = [t for t in tokens[last + 1 : last + 4] if t.clause == tokens[last].clause]
        doors, streets = self._words.doors, self._words.streets
        return any(is_in(token, doors) or is_in(token, streets) for token in earlier) or any(
            is_in(token, streets) for token in later
        )


@lru_cache(maxsize=WORDS_REMEMBERED)
def _is_counter(word: str) -> bool:
    """Whether a word is "number" or "option" in one of its spellings."""
    if is_arabic(word):
        return _ARABIC_COUNTER.fullmatch(fold_arabic(word)) is not None
    return _COUNTER.fullmatch(fold_latin(word)) is not None

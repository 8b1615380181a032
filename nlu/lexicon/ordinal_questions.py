"""Offers that are asked about, not chosen: "c'était quoi la deuxième ?", "bch7al nmra 3?"."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.lexicon.files import forms_in, read_lexicon
from nlu.lexicon.forms import Token
from nlu.lexicon.ordinal_words import OrdinalWords, is_in
from nlu.lexicon.trie import Match, PhraseTrie

_KINDS = ("asks", "begins", "wishes")


class QuestionRule:
    """Tells the options that a patient asks something about.

    One with its noun stays: "fin jat l'adresse tanya?" names the address that is meant.
    """

    def __init__(self, words: OrdinalWords) -> None:
        self._words = words
        lists = read_lexicon("ordinal")["questions"]
        self._trie = PhraseTrie({}, ())
        for kind in _KINDS:
            for language, phrases in lists[kind].items():
                for phrase in phrases:
                    self._trie.add(phrase, language, kind, kind)
        self._subjects = forms_in(lists["subjects"])
        self._exists = forms_in(lists["exists"])

    def chosen(self, found: Sequence[Match], tokens: Sequence[Token], text: str) -> list[Match]:
        """Returns the ordinals about which nothing is asked."""
        if not found:
            return []
        said = self._trie.find(tokens)
        kept: list[Match] = []
        asked = -1
        for match in found:
            clause = tokens[match.first].clause
            # "La 2 est plus chère que la 1 ?" asks about both.
            if clause == asked or self._is_asked(match, tokens, text, said):
                asked = clause
            else:
                kept.append(match)
        return kept

    def _is_asked(
        self, match: Match, tokens: Sequence[Token], text: str, said: Sequence[Match]
    ) -> bool:
        if self._has_noun(match, tokens):
            return False
        first, last = _clause(tokens, match.first)
        marked = _is_marked(tokens, last, text)
        if marked and self._is_or_only(match, tokens):
            return True
        alone = (first, last) == (match.first, match.last)
        if marked and alone and first and not _is_marked(tokens, first - 1, text):
            # "C'était quoi déjà, la deuxième ?"
            first = _clause(tokens, first - 1)[0]
        here = [each for each in said if first <= each.first <= last]
        if any(each.entity == "wishes" for each in here) or any(
            is_in(token, self._words.chooses) for token in tokens[first : match.first]
        ):
            return False
        begin = self._begin(first, match.first, tokens, here)
        for each in here:
            if each.entity == "begins" and each.first != begin:
                continue
            if each.first > match.first:
                asked = marked and self._is_about(match, each, tokens, last)
            else:
                asked = marked or each.first == begin
            if asked:
                return True
        return marked and self._is_told_of(match, tokens, last)

    def _begin(self, first: int, end: int, tokens: Sequence[Token], said: Sequence[Match]) -> int:
        """Returns where a question begins, after "ok" and "please"."""
        questions = {each.first for each in said}
        passed = (self._words.starts, self._words.polite)
        while (
            first < end
            and first not in questions
            and any(is_in(tokens[first], each) for each in passed)
        ):
            first += 1
        return first

    def _has_noun(self, match: Match, tokens: Sequence[Token]) -> bool:
        """Whether a noun of what is offered is in it; "one" and "number" are none."""
        return any(
            self._words.is_item(token)
            and self._words.number(token) is None
            and not is_in(token, self._words.counters)
            for token in tokens[match.first : match.last + 1]
        )

    def _is_or_only(self, match: Match, tokens: Sequence[Token]) -> bool:
        """Whether it is one side of a question: "both of them or only the first?"."""
        led = tokens[max(self._words.led_from(tokens, match.first) - 2, 0) : match.first]
        return (
            len(led) > 1
            and led[0].clause == tokens[match.first].clause
            and is_in(led[0], self._words.joins)
            and is_in(led[1], self._words.only)
        )

    def _is_about(self, match: Match, asks: Match, tokens: Sequence[Token], last: int) -> bool:
        """Whether the question after an ordinal is about it: not "la 2 et c'est combien"."""
        between = tokens[match.last + 1 : asks.first]
        rest = tokens[asks.last + 1 : last + 1]
        joined = any(is_in(token, self._words.joins) for token in between)
        return not joined and not any(is_in(token, self._exists) for token in rest)

    def _is_told_of(self, match: Match, tokens: Sequence[Token], last: int) -> bool:
        """Whether a question is a sentence about it: "la 2 elle est loin ?"; not "c'est bon ?"."""
        rest = tokens[match.last + 1 : last + 1]
        if not rest or not is_in(rest[0], self._subjects):
            return False
        return len(rest) > 1 and not any(is_in(token, self._words.suits) for token in rest[1:])


def _clause(tokens: Sequence[Token], index: int) -> tuple[int, int]:
    """Returns the first and the last word of the clause of a word."""
    first = last = index
    while first and tokens[first - 1].clause == tokens[index].clause:
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1].clause == tokens[index].clause:
        last += 1
    return first, last


def _is_marked(tokens: Sequence[Token], last: int, text: str) -> bool:
    """Whether a question mark follows a word."""
    end = tokens[last + 1].start if last + 1 < len(tokens) else len(text)
    return any(mark in text[tokens[last].end : end] for mark in "?؟")

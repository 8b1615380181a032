"""Of several options named, the ones that are taken: "le 2 j'ai cours, mettez le 3"."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.lexicon.files import forms_in, read_lexicon
from nlu.lexicon.forms import Token
from nlu.lexicon.ordinal_words import OrdinalWords, is_in, word_after
from nlu.lexicon.trie import Match


class MentionRule:
    """Tells the options that are taken from the ones of which only something is said."""

    def __init__(self, words: OrdinalWords) -> None:
        self._words = words
        lists = read_lexicon("ordinal")
        self._links = forms_in(lists["rejections"]["links"])
        self._so = frozenset(lists["so"])
        self._copulas = forms_in(lists["copulas"])
        self._goes_on = (
            words.toward,
            words.relative,
            words.of,
            words.agrees,
            words.own,
            words.joins,
            words.at,
            words.places,
        )

    def chosen(self, kept: Sequence[Match], tokens: Sequence[Token]) -> list[Match]:
        """Returns the options that are taken, of one said twice the later."""
        kept = self._governed(list(kept), tokens)
        picked = [each for each in kept if self._is_picked(each, tokens)]
        if picked:
            kept = [each for each in kept if each in picked or not self._is_described(each, tokens)]
        return [
            each
            for number, each in enumerate(kept)
            if all(each.value != later.value for later in kept[number + 1 :])
        ]

    def _governed(self, kept: list[Match], tokens: Sequence[Token]) -> list[Match]:
        """Leaves the last where only it is told to be taken."""
        if len(kept) < 2 or tokens[kept[-1].first].clause == tokens[kept[-2].last].clause:
            return kept
        taken = [self._is_taken(each, tokens) for each in kept]
        return kept[-1:] if taken[-1] and not any(taken[:-1]) else kept

    def _is_taken(self, match: Match, tokens: Sequence[Token]) -> bool:
        """Whether "so", "only" or a verb of choosing is directly before, but for "for me"."""
        passed = (self._words.leads, self._links, self._words.places, self._words.toward)
        at = match.first - 1
        while at >= 0 and any(is_in(tokens[at], each) for each in passed):
            at -= 1
        if at < 0 or tokens[at].clause != tokens[match.first].clause:
            return False
        toward = any(is_in(t, self._words.toward) for t in tokens[at + 1 : match.first])
        return (
            any(
                is_in(tokens[at], each)
                for each in (self._words.chooses, self._words.only, self._words.changes)
            )
            or tokens[at].raw.lower() in self._so
            or (toward and is_in(tokens[at], self._words.starts))
        )

    def _is_picked(self, match: Match, tokens: Sequence[Token]) -> bool:
        """Whether it is taken, or is said with nothing but agreement."""
        if self._is_described(match, tokens):
            return False
        if self._is_taken(match, tokens) or self._words.is_singled(tokens, match.last):
            return True
        ends = self._words.agrees_after(tokens, match.last)
        ends = ends or self._words.is_called(tokens, match.last + 1)
        return ends and self._begins(match, tokens)

    def _begins(self, match: Match, tokens: Sequence[Token]) -> bool:
        """Whether only agreement is before it in its clause."""
        clause = tokens[match.first].clause
        return all(
            self._words.is_agreed(token) or is_in(token, self._words.leads)
            for token in tokens[: match.first]
            if token.clause == clause
        )

    def _is_described(self, match: Match, tokens: Sequence[Token]) -> bool:
        """Whether a sentence about it follows: "the first is dead", "lwl tankon na3es"."""
        following = word_after(tokens, match.last)
        if following is None or not self._begins(match, tokens):
            return False
        if is_in(following, self._copulas):
            clause = following.clause
            rest = [t for t in tokens[match.last + 2 :] if t.clause == clause]
            return not any(is_in(token, self._words.suits) for token in rest)
        if following.raw[0].isdigit() or self._words.closes(following):
            return False
        return not any(is_in(following, words) for words in self._goes_on)

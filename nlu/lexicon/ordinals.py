"""Choices among offered items: "le deuxième", "tani wa7ed", "الأول", "option 2", "the last one"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.lexicon.files import read_lexicon
from nlu.lexicon.forms import Token, pattern_form
from nlu.lexicon.ordinal_clauses import split_clauses
from nlu.lexicon.ordinal_counters import CounterRule
from nlu.lexicon.ordinal_darija import DarijaRule
from nlu.lexicon.ordinal_latin import LatinRule
from nlu.lexicon.ordinal_mentions import MentionRule
from nlu.lexicon.ordinal_numbers import NumberRule
from nlu.lexicon.ordinal_questions import QuestionRule
from nlu.lexicon.ordinal_rejections import RejectionRule
from nlu.lexicon.ordinal_spellings import OrdinalSpellings, Spelled, digit_ordinal
from nlu.lexicon.ordinal_words import OrdinalWords, is_in, word_after
from nlu.lexicon.trie import Match, PhraseTrie

_ARTICLES = frozenset(("l", "el", "al"))
_FRACTION = re.compile(r"[.:,]\d")


class OrdinalRule:
    """Finds ordinals that choose; the value of a match is the number as text, "-1" the last."""

    def __init__(self) -> None:
        words = read_lexicon("ordinal")
        self._words = OrdinalWords()
        self._never = frozenset(read_lexicon("words")["never"]["ordinal"])
        self._trie = PhraseTrie({}, ())
        french: set[str] = set()
        for value, languages in words["ordinals"].items():
            for language, phrases in languages.items():
                for phrase in phrases:
                    self._trie.add(phrase, language, "ordinal", value)
                    french.add(pattern_form(phrase.split()[0], language))
        self._spellings = OrdinalSpellings(words["spellings"], words["vague"])
        self._latin = LatinRule(self._words, frozenset(french))
        self._darija = DarijaRule(self._words, self._spellings)
        self._numbers = NumberRule(self._words)
        self._counters = CounterRule(self._words)
        self._rejections = RejectionRule(self._words, self._spellings)
        self._questions = QuestionRule(self._words)
        self._mentions = MentionRule(self._words)

    def find(self, tokens: Sequence[Token], text: str) -> list[Match]:
        """Returns the ordinals that a message chooses."""
        tokens = split_clauses(tokens, text, self._words)
        found = [*self._numbers.find(tokens, text), *self._counters.find(tokens)]
        for match in self._trie.find(tokens):
            if tokens[match.first].is_arabic:
                # French in Arabic letters: "دوزيام".
                spelled = Spelled(match.value, article=True)
                checked = self._darija.checked(match.first, spelled, tokens)
            else:
                checked = self._latin.checked(match, tokens)
            found.extend(checked)
        for index, token in enumerate(tokens):
            following = word_after(tokens, index)
            digit = digit_ordinal(token.raw, following.raw if following else None)
            if digit:
                match = Match("ordinal", digit[0], index, index + digit[1] - 1)
                found.extend(self._latin.checked(match, tokens))
                continue
            article = index and tokens[index - 1].raw.lower() in _ARTICLES
            spelled_here = self._spellings.read(f"l{token.raw}" if article else token.raw)
            if spelled_here:
                found.extend(self._darija.checked(index, spelled_here, tokens))
        found = [
            each
            for each in found
            if tokens[each.last].raw.lower() not in self._never
            and not self._shares_noun(each.first, tokens)
            and not _FRACTION.match(text, tokens[each.last].end)
        ]
        kept = self._rejections.chosen(found, tokens)
        kept = self._questions.chosen(kept, tokens, text)
        return self._mentions.chosen(kept, tokens)

    def _shares_noun(self, first: int, tokens: Sequence[Token]) -> bool:
        """Whether what is counted is said before "or": "the first floor or the second"."""
        at = first - 1
        if tokens[first].raw.startswith("وال") and at >= 0:
            at = first
        while first > at > 0 and any(
            is_in(tokens[at], words) for words in (self._words.leads, self._words.places)
        ):
            at -= 1
        if at < 1 or (at < first and not is_in(tokens[at], self._words.joins)):
            return False
        nouns = [t for t in tokens[max(at - 2, 0) : at] if self._words.counts_other(t)]
        return any(not self._words.is_item(token) for token in nouns)

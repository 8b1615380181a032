"""Choices among offered items: "le deuxième", "tani wa7ed", "الأول", "option 2", "the last one"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.lexicon.files import forms_in, read_lexicon
from nlu.lexicon.forms import Token, pattern_form
from nlu.lexicon.trie import Match, PhraseTrie

_SHORT = 2
# No offer has more items than this that people would count.
_DIGITS = re.compile(r"[1-6]")
_DEFINITE = re.compile("[وفبلك]{0,2}ال..")
_ARABIC_PREPOSITIONS = frozenset("فوك")


class OrdinalRule:
    """Finds ordinals that choose; the value of a match is the number as text, "-1" the last."""

    def __init__(self) -> None:
        words = read_lexicon("ordinal")
        self._trie = PhraseTrie({}, ())
        french: set[str] = set()
        for value, languages in words["ordinals"].items():
            for language, phrases in languages.items():
                for phrase in phrases:
                    self._trie.add(phrase, language, "ordinal", value)
                    if language in {"fr", "en"}:
                        french.add(pattern_form(phrase.split()[0], language))
        self._french = frozenset(french)
        self._numbers = {
            form: str(value)
            for value, languages in words["numbers"].items()
            for form in forms_in(languages)
        }
        self._counters = forms_in(words["counters"])
        self._items = forms_in(words["items"])
        self._not_items = forms_in(words["not_items"])
        self._leads = forms_in(words["leads"])
        self._starts = forms_in(words["starts"])
        self._no_choice = forms_in(words["no_choice"])
        self._dates = forms_in(words["dates"])
        self._last = forms_in(words["last"])
        self._after_last = forms_in(words["after_last"])
        self._chooses = forms_in(words["chooses"])
        self._lists = forms_in(words["lists"])
        self._again = frozenset(words["again"])
        self._relative = forms_in(words["relative"])
        self._polite = forms_in(words["polite"])

    def find(self, tokens: Sequence[Token]) -> list[Match]:
        """Returns the ordinals of a message; they may overlap."""
        found = self._numbers_alone(tokens)
        for match in self._trie.find(tokens):
            checked = self._checked(match, tokens)
            if checked is not None:
                found.append(checked)
        for index in range(len(tokens) - 1):
            counter, number = tokens[index], tokens[index + 1]
            value = self._number(number) if _in(counter, self._counters) else None
            following = _after(tokens, index + 1)
            goes_on = following is not None and following.raw.isdigit()
            if value and counter.clause == number.clause and not goes_on:
                found.append(Match("ordinal", value, index, index + 1))
        return found

    def _numbers_alone(self, tokens: Sequence[Token]) -> list[Match]:
        """Returns the number that is the whole message, counts in a list or is taken ("la 2")."""
        value = self._number(tokens[0])
        listed = any(_in(token, self._lists) for token in tokens[1:])
        # "un" and "واحد" alone are articles more often than choices.
        alone = self._ends(tokens, 0) and (value != "1" or tokens[0].raw.isdigit())
        found = [Match("ordinal", value, 0, 0)] if value and (alone or listed) else []
        for index in range(1, len(tokens)):
            number = tokens[index]
            value = self._number(number)
            if not self._ends(tokens, index):
                continue
            if value and _in(tokens[index - 1], self._chooses):
                # "khtart tlata": without a verb of choosing a number word counts something.
                found.append(Match("ordinal", value, index, index))
            if _DIGITS.fullmatch(number.raw):
                lead = _before(tokens, index)
                # "le 2" is a day of the month as well; "la 2" is not.
                chosen = index < 2 or _in(tokens[index - 2], self._chooses)
                chosen = chosen or tokens[index - 1].raw.lower() == "la"
                if lead is not None and _in(lead, self._leads) and chosen:
                    found.append(Match("ordinal", number.raw, index - 1, index))
        return found

    def _ends(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether a word ends its clause, but for "please" and the like."""
        following = _after(tokens, index)
        return following is None or _in(following, self._polite)

    def _number(self, token: Token) -> str | None:
        if _DIGITS.fullmatch(token.raw):
            return token.raw
        return next((self._numbers[form] for form in token.forms if form in self._numbers), None)

    def _checked(self, match: Match, tokens: Sequence[Token]) -> Match | None:
        """Returns the match with its article and noun, or None when no offer is meant."""
        first = tokens[match.first]
        previous = _before(tokens, match.first)
        led = previous is not None and _in(previous, self._leads)
        if previous is not None and not led and _in(previous, self._no_choice):
            return None
        if not first.is_arabic and pattern_form(first.raw, "fr") in self._french:
            return self._checked_latin(match, tokens, led=led)
        return self._checked_darija(match, tokens, previous)

    def _checked_latin(self, match: Match, tokens: Sequence[Token], *, led: bool) -> Match | None:
        first, last = match.first, match.last
        following = _after(tokens, last)
        item = following is not None and _in(following, self._items)
        if following is not None and _in(following, self._not_items) and not (item and led):
            return None
        if led and self._is_date(tokens, first):
            return None
        if not led and not item and not self._stands_alone(tokens, first, last):
            return None
        is_last = any(_in(token, self._last) for token in tokens[first : last + 1])
        if is_last and following is not None and not item and not _in(following, self._after_last):
            return None
        while first and _in(tokens[first - 1], self._leads):
            first -= 1
        return Match("ordinal", match.value, first, last + 1 if item else last)

    def _stands_alone(self, tokens: Sequence[Token], first: int, last: int) -> bool:
        """Whether an ordinal without article or noun ("3eme svp") is still a choice."""
        previous, following = _before(tokens, first), _after(tokens, last)
        if previous is not None:
            return _in(previous, self._starts) and following is None
        if following is None or tokens[first].raw[0].isdigit():
            return True
        return not _in(tokens[first], self._last) and _in(following, self._after_last)

    def _is_date(self, tokens: Sequence[Token], first: int) -> bool:
        """Whether "the 5th" is a day of the month, or "the second time" counts events."""
        before = tokens[first - 2] if first > 1 else None
        if tokens[first].raw[0].isdigit():
            return tokens[first].raw[0] in "56789" or (
                before is not None and _in(before, self._dates)
            )
        return before is not None and before.raw.lower() in {"is", "was", "for"}

    def _means_second(self, match: Match, tokens: Sequence[Token], previous: Token | None) -> bool:
        """Whether "tani" is the second and not "again": alone, pointed at, or described."""
        following = _after(tokens, match.last)
        pointed = previous is not None and _in(previous, self._leads)
        described = following is not None and _in(following, self._relative)
        chosen = following is None and any(
            _in(token, self._chooses) for token in tokens[max(0, match.first - 2) : match.first]
        )
        short = len(tokens) <= _SHORT
        return match.first < match.last or short or pointed or described or chosen

    def _checked_darija(
        self, match: Match, tokens: Sequence[Token], previous: Token | None
    ) -> Match | None:
        first = match.first
        head = tokens[first]
        if head.raw.lower() in self._again and not self._means_second(match, tokens, previous):
            return None
        if match.dropped and head.is_arabic and head.raw[0] in _ARABIC_PREPOSITIONS:
            return None
        following = _after(tokens, match.last)
        if previous is not None and _in(previous, self._items):
            return Match("ordinal", match.value, first - 1, match.last)
        if previous is not None and (
            _in(previous, self._not_items)
            or previous.raw.isdigit()
            or _DEFINITE.match(previous.raw)
        ):
            return None
        if following is not None and _in(following, self._not_items):
            return None
        return match


def _in(token: Token, words: frozenset[str]) -> bool:
    return any(form in words for form in token.forms)


def _before(tokens: Sequence[Token], index: int) -> Token | None:
    if index and tokens[index - 1].clause == tokens[index].clause:
        return tokens[index - 1]
    return None


def _after(tokens: Sequence[Token], index: int) -> Token | None:
    if index + 1 < len(tokens) and tokens[index + 1].clause == tokens[index].clause:
        return tokens[index + 1]
    return None

"""Whether a word of kinship says who the patient is or addresses the reader."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.lexicon.files import forms_in, read_lexicon
from nlu.lexicon.forms import Token, fold_arabic
from nlu.lexicon.trie import Match


class AddressRule:
    """Tells forms of address ("a khti", "merci mon fils") from relatives."""

    def __init__(self) -> None:
        words = read_lexicon("address")
        self._address = forms_in(words["address"])
        self._possessives = forms_in({"fr": ["mon", "ma", "mes"], "en": ["my"]})
        self._vocative = forms_in(words["vocative"])
        self._before = forms_in(words["before"])
        self._about = forms_in(words["about"])
        self._after = forms_in(words["after"])
        self._leads_on = forms_in(words["leads_on"])
        self._elders = forms_in(words["elders"])

    def is_address(self, match: Match, tokens: Sequence[Token]) -> bool:
        """Whether the relation found is a form of address."""
        first, last = tokens[match.first], tokens[match.last]
        previous = tokens[match.first - 1] if match.first else None
        following = tokens[match.last + 1] if match.last + 1 < len(tokens) else None
        if previous is not None and _in(previous, self._vocative):
            return previous.clause == first.clause and self._can_address(first)
        if not self._can_address(last):
            return False
        if match.first < match.last:
            if not _in(first, self._possessives):
                return False
            # "merci mon frère"; after anything else "mon frère" is one.
            same = previous is not None and previous.clause == first.clause
            return same and previous is not None and _in(previous, self._before)
        if match.dropped or self._attached(first):
            return False
        if previous is not None and previous.clause == first.clause:
            if _in(previous, self._about):
                return False
            if _in(previous, self._before):
                goes_on = following is not None and following.clause == last.clause
                return not (goes_on and following is not None and _in(following, self._after))
        ends = following is None or following.clause != last.clause
        starts = previous is None or previous.clause != first.clause
        if _in(first, self._elders):
            return False
        if starts:
            if ends:
                # "ختي، بغيت رونديفو": a word by itself before more text; alone it is an answer.
                return len(tokens) > 1
            return following is not None and _in(following, self._leads_on)
        if ends:
            return True
        return following is not None and _in(following, self._leads_on)

    def _can_address(self, token: Token) -> bool:
        return _in(token, self._address)

    def _attached(self, token: Token) -> bool:
        """Whether a preposition is written with the word ("lkhti", "dkhouya")."""
        if token.is_arabic:
            return f"A:{fold_arabic(token.raw)}" not in self._address
        return not any(form in self._address for form in list(token.forms)[:4])


def _in(token: Token, words: frozenset[str]) -> bool:
    return any(form in words for form, dropped in token.forms.items() if not dropped)

"""Whether a relative is only named: who says, writes, sends, pays, brings, marries or hits."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.lexicon.files import forms_in, read_lexicon
from nlu.lexicon.forms import Token
from nlu.lexicon.trie import Match

_REACH = 5
# With whom one stays without being about them: "chez ma tante".
_HOSTS = frozenset({"sibling", "other"})
_GROWN_UP = frozenset({"spouse", "sibling", "other"})


class BystanderRule:
    """Tells relatives who help, speak or harm from patients."""

    def __init__(self) -> None:
        words = read_lexicon("bystander")
        self._acts = forms_in(words["acts"])
        self._says = forms_in(words["says"])
        self._own = forms_in(words["own"])
        self._between = forms_in(words["between"])
        self._told = forms_in(words["told"])
        self._occasions = forms_in(words["occasions"])
        self._places = forms_in(words["places"])
        self._elsewhere = forms_in(words["elsewhere"])
        self._and = forms_in(words["and"])
        self._me = forms_in(words["me"])
        self._crowds = frozenset(words["crowds"])
        self._of = forms_in(words["of"])
        self._links = forms_in(read_lexicon("words")["glue"])

    def is_bystander(
        self, match: Match, tokens: Sequence[Token], relations: Sequence[Match]
    ) -> bool:
        """Whether the relation found is somebody else than the patient.

        Args:
            match: the relation.
            tokens: the message.
            relations: all the relations of the message.
        """
        if tokens[match.last].raw.lower() in self._crowds or self._is_with_me(match, tokens):
            return True
        if self._is_told_by(match, tokens) or self._is_occasion(match, tokens):
            return True
        if match.value in _HOSTS and match.first and _in(tokens[match.first - 1], self._places):
            return True
        if self._is_owner(match, tokens):
            return False
        others = any(other.value != match.value for other in relations)
        return self._acts_at(match, tokens, others=others)

    def _is_owner(self, match: Match, tokens: Sequence[Token]) -> bool:
        """Whether something of theirs acts: "l'assurance de mon fils paie"."""
        before = tokens[match.first - 1] if match.first else None
        return before is not None and _in(before, self._of)

    def _is_with_me(self, match: Match, tokens: Sequence[Token]) -> bool:
        """Whether grown-ups come together: "my husband and I will be there"."""
        if match.value not in _GROWN_UP or len(tokens) < match.last + 3:
            return False
        first = not match.first or tokens[match.first - 1].clause != tokens[match.first].clause
        after = tokens[match.last + 1 : match.last + 3]
        return first and _in(after[0], self._and) and _in(after[1], self._me)

    def _is_told_by(self, match: Match, tokens: Sequence[Token]) -> bool:
        """Whether a verb of saying stands before it: "قالت ليا البنت", "galt jarti"."""
        first = match.first
        if first and _in(tokens[first - 1], self._told):
            first -= 1
        if not first or tokens[first - 1].clause != tokens[match.first].clause:
            return False
        said = tokens[first - 1]
        return _in(said, self._says) and not self._speaks_of_self(tokens, match.last + 1)

    def _is_occasion(self, match: Match, tokens: Sequence[Token]) -> bool:
        """Whether it is the relative's wedding: "mariage de ma cousine", "my sister's wedding"."""
        if any(_in(token, self._occasions) for token in tokens[match.last + 1 : match.last + 3]):
            return True
        index = match.first - 1
        if index > 0 and any(form in self._links for form in tokens[index].forms):
            index -= 1
        return index >= 0 and _in(tokens[index], self._occasions)

    def _acts_at(self, match: Match, tokens: Sequence[Token], *, others: bool) -> bool:
        clause = tokens[match.last].clause
        skipped_place = False
        for index in range(match.last + 1, min(match.last + 1 + _REACH, len(tokens))):
            token = tokens[index]
            if token.clause != clause:
                return False
            if _in(token, self._acts):
                return True
            if _in(token, self._says):
                return not self._speaks_of_self(tokens, index + 1)
            if others and _in(token, self._elsewhere):
                return True
            if _in(token, self._between):
                continue
            # "my brother in London", "خويا اللي ففرنسا": one word that names where.
            if skipped_place or not self._is_place(token, tokens[index - 1]):
                return False
            skipped_place = True
        return False

    def _is_place(self, token: Token, previous: Token) -> bool:
        if token.is_arabic:
            return token.raw[0] == "ف" and len(token.raw) > 4
        return previous.raw.lower() in {"f", "in", "à", "a", "from", "mn"}

    def _speaks_of_self(self, tokens: Sequence[Token], first: int) -> bool:
        return any(_in(token, self._own) for token in tokens[first:])


def _in(token: Token, words: frozenset[str]) -> bool:
    return any(form in words for form in token.forms)

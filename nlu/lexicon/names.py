"""Names of persons that are said to be names, or that a message consists of."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nlu.lexicon.files import forms_in, read_lexicon
from nlu.lexicon.forms import Token
from nlu.lexicon.name_spans import (
    Span,
    alike,
    first_of_overlapping,
    introduction,
    joined,
    token_at,
)
from nlu.lexicon.name_words import PARTICLES, NameWords, clauses, fold

_MAX_WORDS = 4
# With which Arabic family names begin.
_FAMILY = ("بو", "بن", "ايت")


class PersonNames:
    """Finds names after the words that introduce them, and messages that are only a name."""

    def __init__(self) -> None:
        words = read_lexicon("names")
        self._strong = introduction(words["introductions"])
        self._family = introduction(words["family_introductions"])
        self._weak = introduction(words["weak_introductions"])
        self._named = introduction(words["named_introductions"])
        self._words = NameWords()
        self._doctor = forms_in(words["titles"])
        self._titles = forms_in(words["other_titles"])
        self._cues = forms_in(words["cues"])
        self._copulas = forms_in(words["copulas"])
        self._not = forms_in(words["not"])
        self._spelled = forms_in(words["spelled"])
        self._places_before = forms_in(words["before_places"])

    def told(self, tokens: Sequence[Token]) -> list[Span]:
        """Returns names called so ("my name is") or corrected, as (first token, last token)."""
        text, starts = joined(tokens)
        found: list[Span] = []
        for match in self._strong.finditer(text):
            found.append(self._name_at(tokens, token_at(starts, match.end()), (), strong=True))
        for match in self._family.finditer(text):
            found.append(self._family_at(tokens, token_at(starts, match.end())))
        for index, token in enumerate(tokens):
            if _in(token, self._not) or _in(token, self._spelled):
                found.append(self._corrected(tokens, index))
        return first_of_overlapping(found)

    def find(self, tokens: Sequence[Token], kin: Collection[int]) -> list[Span]:
        """Returns the names after weaker signs: "c'est", "Mrs", a relative.

        Args:
            tokens: the message.
            kin: the tokens of the relations found; a name may follow them.
        """
        text, starts = joined(tokens)
        found: list[Span] = []
        # "c'est Okonkwo" is a name where the message is about one.
        about = any(_in(token, self._cues) for token in tokens)
        for pattern in (self._weak, self._named) if about else (self._weak,):
            for match in pattern.finditer(text):
                first = token_at(starts, match.end())
                strong = about and first < len(tokens) and self._words.is_proper(tokens[first])
                found.append(self._name_at(tokens, first, kin, strong=strong))
        for index, token in enumerate(tokens):
            if _in(token, self._titles) or index in kin:
                found.append(self._after_title(tokens, index, kin))
            if _in(token, self._cues):
                found.append(self._before_cue(tokens, index, kin))
        return first_of_overlapping(found)

    def bare(self, tokens: Sequence[Token]) -> list[Span]:
        """Returns names that nothing introduces, as (first token, last token).

        They are clauses that consist of a name, and a given name with a family name, both with
        capitals, that is no doctor's ("Dr Omar Benjelloun" of another clinic).
        """
        found: list[Span] = []
        for index in range(len(tokens)):
            is_name = self._words.is_given(tokens[index]) and self._capital_follows(tokens, index)
            if is_name and not (index and _in(tokens[index - 1], self._doctor)):
                found.append(self._name_at(tokens, index, (), strong=True))
        for first, last in clauses(tokens):
            if self._is_name(tokens, first, last):
                found.append((first, last))
        found.append(self._opening(tokens))
        found = first_of_overlapping(found)
        return found or self._two_capitals(tokens)

    def _is_name(self, tokens: Sequence[Token], first: int, last: int) -> bool:
        """Whether a clause consists of a name."""
        words = tokens[first : last + 1]
        whole = len(words) == len(tokens)
        known = all(self._words.is_known(word) for word in words[1:])
        sure = self._words.is_surely_given(words[0]) or (
            len(words) > 1 and known and self._words.is_given(words[0])
        )
        if len(words) > _MAX_WORDS or not sure or (len(words) == 1 and not whole):
            return False
        if not all(self._words.may_be(word) for word in words):
            return False
        latin = [word for word in words if not word.is_arabic]
        capitals = all(word.raw[0].isupper() for word in latin)
        return capitals or (len(words) == 2 and (whole or known or not first))

    def _opening(self, tokens: Sequence[Token]) -> Span:
        """Returns the given and family names with which a message in Arabic script begins."""
        if not self._words.is_given(tokens[0]) or not tokens[0].is_arabic:
            return 0, -1
        sure = self._words.is_surely_given(tokens[0])
        first, last = self._name_at(tokens, 0, (), strong=True)
        named = any(
            self._words.is_known(token)
            or fold(token.raw).startswith(_FAMILY)
            or (sure and token.raw.startswith("ال"))
            for token in tokens[1 : last + 1]
        )
        return (first, last) if last > first and named else (0, -1)

    def _two_capitals(self, tokens: Sequence[Token]) -> list[Span]:
        """Returns the first two or three words written like a name: "Kwame Mensah"."""
        for first in range(len(tokens) - 1):
            before = tokens[first - 1] if first else None
            if before is not None and (_in(before, self._doctor) or _in(before, self._titles)):
                continue
            if before is not None and _in(before, self._places_before):
                continue
            last = first
            while last < len(tokens) and self._is_capital_name(tokens[last]):
                if tokens[last].clause != tokens[first].clause:
                    break
                last += 1
            if 2 <= last - first <= 3:
                return [(first, last - 1)]
        return []

    def _is_capital_name(self, token: Token) -> bool:
        titled = _in(token, self._doctor) or _in(token, self._titles)
        return self._words.is_proper(token) and not titled

    def _family_at(self, tokens: Sequence[Token], first: int) -> Span:
        """Returns the one name that follows "nom de famille", with its particles."""
        last = first
        while last < len(tokens) - 1 and fold(tokens[last].raw) in PARTICLES:
            last += 1
        if last >= len(tokens) or not self._words.may_be(tokens[last]):
            return first, first - 1
        name = tokens[last]
        after = tokens[last + 1] if last + 1 < len(tokens) else None
        ends = after is None or after.clause != name.clause or _in(after, self._not)
        named = ends or self._words.is_proper(name) or self._words.is_known(name)
        return (first, last) if named else (first, first - 1)

    def _after_title(self, tokens: Sequence[Token], index: int, kin: Collection[int]) -> Span:
        first = index + 1
        proper = first < len(tokens) and self._words.is_proper(tokens[first])
        same = proper and tokens[first].clause - tokens[index].clause <= (index in kin)
        return self._name_at(tokens, first, kin, strong=bool(same))

    def _before_cue(self, tokens: Sequence[Token], cue: int, kin: Collection[int]) -> Span:
        """Returns the name with which a clause begins before "hadi smiti", "هي السمية"."""
        last = cue - 1
        while last >= 0 and _in(tokens[last], self._copulas):
            last -= 1
        first = last
        while first >= 0 and tokens[first].clause == tokens[cue].clause:
            if first in kin or not self._words.may_be(tokens[first]):
                return cue, cue - 1
            first -= 1
        first += 1
        named = first <= last and self._words.is_known(tokens[first])
        return (first, last) if named and last - first < _MAX_WORDS else (cue, cue - 1)

    def _corrected(self, tokens: Sequence[Token], index: int) -> Span:
        """Returns the right name of "Meryem pas Myriam", "Amelia with one L"."""
        nothing = (index, index - 1)
        if not index or tokens[index - 1].clause != tokens[index].clause:
            return nothing
        last = index - 1
        name = tokens[last]
        known = self._words.is_known(name) and self._words.may_be(name)
        if not known and not self._words.is_proper(name):
            return nothing
        rest = tokens[index + 1 : index + 4]
        if _in(tokens[index], self._spelled):
            if not any(len(token.raw) == 1 and token.raw not in "àay" for token in rest):
                return nothing
        elif not rest or not alike(name.raw, rest[0].raw):
            return nothing
        first = last
        while first and last - first < _MAX_WORDS - 1:
            before = tokens[first - 1]
            if before.clause != name.clause or not self._words.may_be(before):
                break
            if not self._words.is_known(before):
                break
            first -= 1
        return first, last

    def _name_at(
        self, tokens: Sequence[Token], first: int, kin: Collection[int], *, strong: bool
    ) -> Span:
        """Returns the name that begins at a token; an empty range if none does."""
        nothing = (first, first - 1)
        if first >= len(tokens) or first in kin or _in(tokens[first], self._doctor):
            return nothing
        head = tokens[first]
        follows = first + 1 < len(tokens) and self._words.may_be(tokens[first + 1])
        if not self._words.may_be(head) and not (strong and self._words.is_given(head) and follows):
            return nothing
        capital = self._words.is_capital(head)
        if strong:
            known = self._words.is_known(head) or (capital and not self._words.is_common(head))
            known = known or head.raw.lower() in PARTICLES
        else:
            known = self._words.is_surely_given(head)
            known = known or (capital and self._capital_follows(tokens, first))
        if not known:
            return nothing
        last = first
        while last + 1 < len(tokens) and last + 1 - first < _MAX_WORDS:
            token = tokens[last + 1]
            if last + 1 in kin or token.clause != head.clause or not self._words.may_be(token):
                break
            particle = fold(token.raw) in PARTICLES
            if capital and not particle and not token.raw[0].isupper():
                break
            small = not strong and not capital and not head.is_arabic
            goes_on = fold(tokens[last].raw) in PARTICLES or self._words.is_known(token)
            if small and last > first and not goes_on:
                break
            last += 1
        while last > first and fold(tokens[last].raw) in PARTICLES:
            last -= 1
        return first, last

    def _capital_follows(self, tokens: Sequence[Token], first: int) -> bool:
        if first + 1 >= len(tokens) or not tokens[first].raw[0].isupper():
            return False
        token = tokens[first + 1]
        same = token.clause == tokens[first].clause
        return same and token.raw[0].isupper() and self._words.may_be(token)


def _in(token: Token, words: frozenset[str]) -> bool:
    return any(form in words for form in token.forms)

"""The words around ordinals by what they do there, and a word's neighbours in its clause."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.lexicon.files import forms_in, read_lexicon
from nlu.lexicon.forms import Token

# No offer has more items than this that people would count.
_DIGITS = re.compile(r"[1-6]")
# How many words further "of the list" may stand.
_REACH = 5
# Their forms are also those of "mai", "kant" (she was), "ans" and "mois".
_CONJUNCTIONS = frozenset(("mais", "cant", "dans", "moi"))


class OrdinalWords:
    """The word lists of the lexicon of ordinals."""

    def __init__(self) -> None:
        words = read_lexicon("ordinal")
        self._numbers = {
            form: str(value)
            for value, languages in words["numbers"].items()
            for form in forms_in(languages)
        }
        # "Un" and "one" are articles and pronouns; "tlata" is Tuesday as well.
        self.spoken = frozenset(
            form
            for value, languages in words["numbers"].items()
            if str(value) != "1"
            for form in forms_in({name: languages[name] for name in ("fr", "en")})
        )
        self.since = frozenset(words["since"])
        self.opens = frozenset(words["opens"])
        self.holds = frozenset(words["holds"])
        self.changes = forms_in(words["changes"])
        self.singles = forms_in(words["singles"])
        self.particles = frozenset(words["particles"])
        self.vocatives = forms_in(words["vocatives"])
        self.hedges = forms_in(words["hedges"])
        self.ands = forms_in(words["ands"])
        self.withs = forms_in(words["withs"])
        self.denies = forms_in(words["denies"])
        self.said = forms_in(words["said"])
        self.fractions = forms_in(words["fractions"])
        self.both = forms_in(words["both"])
        self.only = forms_in(words["only"])
        self.counters = forms_in(words["counters"])
        self.labels = forms_in(words["labels"])
        self.says = forms_in(words["says"])
        self.between_says = forms_in(words["between_says"])
        self.contrasts = forms_in(words["contrasts"])
        self.items = forms_in(words["items"])
        self.not_items = forms_in(words["not_items"])
        self.leads = forms_in(words["leads"])
        self.starts = forms_in(words["starts"])
        self.no_choice = forms_in(words["no_choice"])
        self.places = forms_in(words["places"])
        self.at = forms_in(words["at"])
        self.dates = forms_in(words["dates"])
        self.last = forms_in(words["last"])
        self.after_last = forms_in(words["after_last"])
        self.chooses = forms_in(words["chooses"])
        self.lists = forms_in(words["lists"])
        self.relative = forms_in(words["relative"])
        self.polite = forms_in(words["polite"])
        self.suits = forms_in(words["suits"])
        self.beside = forms_in(words["beside"])
        self.of = forms_in(words["of"])
        self.periods = forms_in(words["periods"])
        self.day_parts = forms_in(words["day_parts"])
        self.reasons = forms_in(words["reasons"])
        self.people = forms_in(words["people"])
        self.history = forms_in(words["history"])
        self.own = forms_in(words["own"])
        self.datives = forms_in(words["datives"])
        self.agrees = forms_in(words["agrees"])
        self.toward = forms_in(words["toward"])
        self.this = forms_in(words["this"])
        self.these = forms_in(words["these"])
        self.told = forms_in(words["told"])
        self.joins = forms_in(words["rejections"]["joins"])
        self.streets = forms_in(words["streets"])
        self.doors = forms_in(words["doors"])

    def number(self, token: Token) -> str | None:
        """Returns the number that a word or digit says, None if it is more than an offer has."""
        if _DIGITS.fullmatch(token.raw):
            return token.raw
        if token.raw.startswith("ال"):
            # "الاثنين" is Monday.
            return None
        return next((self._numbers[form] for form in token.forms if form in self._numbers), None)

    def is_ended(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether a word ends its clause, but for "please", "is fine", "chef" or a reason."""
        following = word_after(tokens, index)
        if following is None:
            return True
        ends = (self.polite, self.suits, self.reasons)
        if any(is_in(following, words) for words in ends) or self.is_called(tokens, index + 1):
            return True
        after = word_after(tokens, index + 1)
        if after is None:
            return False
        # "2 i guess", "dir 2 w safi".
        closed = is_in(after, self.polite) or is_in(after, self.starts)
        return is_in(after, self.hedges) or (closed and is_in(following, self.joins))

    def is_called(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether somebody is addressed here: "a khay", "[chef]" at the end of a clause."""
        if index == len(tokens):
            return False
        following = word_after(tokens, index)
        if following is None:
            return is_in(tokens[index], self.vocatives)
        return tokens[index].raw.lower() in self.particles and is_in(following, self.vocatives)

    def is_singled(self, tokens: Sequence[Token], last: int) -> bool:
        """Whether a sentence follows that says it is the one: "tani rah howa li bghit"."""
        rest = self.rest(tokens, last, 5)
        while rest and is_in(rest[0], self.beside) and not is_in(rest[0], self.relative):
            rest = rest[1:]
        copula = rest[:1]
        while rest and is_in(rest[0], self.singles):
            rest = rest[1:]
        return bool(rest) and rest[:1] != copula and is_in(rest[0], self.relative)

    def led_from(self, tokens: Sequence[Token], index: int) -> int:
        """Returns the first of the articles before a word, or the word."""
        clause = tokens[index].clause
        while index and tokens[index - 1].clause == clause and is_in(tokens[index - 1], self.leads):
            index -= 1
        return index

    def rest(self, tokens: Sequence[Token], last: int, count: int = 3) -> list[Token]:
        """Returns the next words of a clause."""
        following = tokens[last + 1 : last + 1 + count]
        return [token for token in following if token.clause == tokens[last].clause]

    def begins_choice(self, tokens: Sequence[Token], first: int) -> bool:
        """Whether a clause begins here or a word of choosing is before."""
        before = word_before(tokens, first)
        words = (self.starts, self.chooses)
        return before is None or any(is_in(before, each) for each in words)

    def is_agreed(self, token: Token) -> bool:
        """Whether a word beside a choice says only that it suits: "2 [will do]", "ok 2"."""
        words = (self.starts, self.polite, self.suits, self.agrees)
        return any(is_in(token, each) for each in words) and not self.counts_other(token)

    def agrees_after(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether nothing but agreement follows in the clause."""
        clause = tokens[index].clause
        return all(self.is_agreed(t) for t in tokens[index + 1 :] if t.clause == clause)

    def agrees_before(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether nothing but agreement is before in the clause."""
        clause = tokens[index].clause
        return all(self.is_agreed(t) for t in tokens[:index] if t.clause == clause)

    def is_chosen(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether a verb of choosing is directly before, but for "for me"."""
        at = index - 1
        if at > 0 and is_in(tokens[at], self.datives):
            at -= 1
        return at >= 0 and is_in(tokens[at], self.chooses)

    def closes(self, following: Token | None) -> bool:
        """Whether nothing more is said of the word before: "the last [works]"."""
        closing = (self.after_last, self.polite, self.suits, self.lists, self.reasons)
        return following is None or any(is_in(following, words) for words in closing)

    def counts_other(self, token: Token) -> bool:
        """Whether an ordinal before it counts no offer: "the first visit"."""
        return is_in(token, self.not_items) and token.raw.lower() not in _CONJUNCTIONS

    def is_item(self, token: Token) -> bool:
        """Whether a word is a noun of what is offered: "the first slot"."""
        # In "don't" is no "on" for "one".
        return is_in(token, self.items) and token.raw.lower() != "don"

    def is_listed(self, tokens: Sequence[Token], last: int) -> bool:
        """Whether "of the list" or "you sent" is said after: "le 2eme médecin de la liste"."""
        return any(
            is_in(token, self.lists) or is_in(token, self.told)
            for token in tokens[last + 1 : last + 1 + _REACH]
            if token.clause == tokens[last].clause
        )

    def is_of_day(self, tokens: Sequence[Token], last: int) -> bool:
        """Whether a part of the day follows with "of": "lkhamsa d l3chiya", "فالصباح"."""
        rest = self.rest(tokens, last)
        if rest and any(rest[0].forms[form] for form in rest[0].forms if form in self.day_parts):
            return True
        return len(rest) > 1 and is_in(rest[0], self.of) and is_in(rest[1], self.day_parts)

    def is_of_these(self, tokens: Sequence[Token], last: int) -> bool:
        """Whether the offers are named after: "the last of these", "the first of the two"."""
        rest = self.rest(tokens, last)
        if len(rest) < 2 or not is_in(rest[0], self.of):
            return False
        named = rest[2] if len(rest) > 2 and is_in(rest[1], self.leads) else rest[1]
        counted = named is not rest[1] and self.number(named) is not None
        return is_in(rest[1], self.these) or counted or is_in(named, self.lists)

    def is_of_period(self, tokens: Sequence[Token], last: int) -> bool:
        """Whether a day or week is counted: "le premier du mois", "lwel f chher"."""
        following = word_after(tokens, last)
        if following is None or not is_in(following, self.of):
            return False
        return any(
            is_in(token, self.periods)
            for token in tokens[last + 2 : last + 4]
            if token.clause == following.clause
        )


def is_in(token: Token, words: frozenset[str]) -> bool:
    """Whether a word has one of the forms."""
    return any(form in words for form in token.forms)


def word_before(tokens: Sequence[Token], index: int) -> Token | None:
    """Returns the word before another in its clause."""
    if index > 0 and tokens[index - 1].clause == tokens[index].clause:
        return tokens[index - 1]
    return None


def word_after(tokens: Sequence[Token], index: int) -> Token | None:
    """Returns the word after another in its clause."""
    if index + 1 < len(tokens) and tokens[index + 1].clause == tokens[index].clause:
        return tokens[index + 1]
    return None

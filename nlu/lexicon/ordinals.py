"""Choices among offered items: "le deuxième", "tani wa7ed", "الأول", "option 2", "the last one"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlu.lexicon.files import forms_in, read_lexicon
from nlu.lexicon.forms import Token, forms_of, pattern_form
from nlu.lexicon.ordinal_spellings import OrdinalSpellings, Spelled, digit_ordinal
from nlu.lexicon.trie import Match, PhraseTrie

# No offer has more items than this that people would count.
_DIGITS = re.compile(r"[1-6]")
_NUMBERED = re.compile(r"([^\W\d]+)([1-6])")
_CLOCK = re.compile(r"\d{1,2}(?:h?\d{0,2})?", re.IGNORECASE)
_DEFINITE = re.compile("[وفبلك]{0,2}ال..|[ae]?l(?![aeiouy]).{3}", re.IGNORECASE)
_ARTICLES = frozenset(("l", "el", "al"))
_ENDS_OF_LIST = frozenset(("1", "-1"))
_AGAIN = frozenset(("2", "-1"))
# "For the second time", "it is the first time".
_EVENTS = frozenset(("for", "is", "was"))
# Their point ends no sentence: "no. 2".
_ABBREVIATED = frozenset(("no", "n", "num", "nr", "opt"))
# Before a number word these are no counters: "no one".
_DIGITS_AFTER = frozenset(("no",))


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
                    french.add(pattern_form(phrase.split()[0], language))
        self._french = frozenset(french)
        self._spellings = OrdinalSpellings(words["spellings"], words["vague"])
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
        self._places = forms_in(words["places"])
        self._at = forms_in(words["at"])
        self._since = frozenset(words["since"])
        self._dates = forms_in(words["dates"])
        self._last = forms_in(words["last"])
        self._after_last = forms_in(words["after_last"])
        self._chooses = forms_in(words["chooses"])
        self._lists = forms_in(words["lists"])
        self._relative = forms_in(words["relative"])
        self._polite = forms_in(words["polite"])
        self._suits = forms_in(words["suits"])
        self._beside = forms_in(words["beside"])
        self._of = forms_in(words["of"])
        self._periods = forms_in(words["periods"])

    def find(self, tokens: Sequence[Token]) -> list[Match]:
        """Returns the ordinals of a message; they may overlap."""
        found = [*self._numbers_alone(tokens), *self._numbers_counted(tokens)]
        for match in self._trie.find(tokens):
            if tokens[match.first].is_arabic:
                # French in Arabic letters: "دوزيام".
                spelled = Spelled(match.value, article=True)
                checked = self._checked_darija(match.first, spelled, tokens)
            else:
                checked = self._checked_latin(match, tokens)
            found.extend(checked)
        for index, token in enumerate(tokens):
            following = _after(tokens, index)
            digit = digit_ordinal(token.raw, following.raw if following else None)
            if digit:
                match = Match("ordinal", digit[0], index, index + digit[1] - 1)
                found.extend(self._checked_latin(match, tokens))
                continue
            article = index and tokens[index - 1].raw.lower() in _ARTICLES
            spelled_here = self._spellings.read(f"l{token.raw}" if article else token.raw)
            if spelled_here:
                found.extend(self._checked_darija(index, spelled_here, tokens))
        return found

    def _numbers_alone(self, tokens: Sequence[Token]) -> Iterator[Match]:
        """Yields the number that is the whole message, counts in a list or is taken ("la 2")."""
        value = self._number(tokens[0])
        listed = any(_in(token, self._lists) for token in tokens[1:])
        # "un" and "واحد" alone are articles more often than choices.
        alone = self._ends(tokens, 0) and (value != "1" or tokens[0].raw.isdigit())
        if value and (alone or listed):
            yield Match("ordinal", value, 0, 0)
        for index in range(1, len(tokens)):
            number = tokens[index]
            value = self._number(number)
            if not self._ends(tokens, index):
                continue
            if value and _in(tokens[index - 1], self._chooses):
                # "khtart tlata": without a verb of choosing a number word counts something.
                yield Match("ordinal", value, index, index)
            if value:
                lead = _before(tokens, index)
                # "le 2" is a day of the month as well; "la 2" is not.
                chosen = index < 2 or _in(tokens[index - 2], self._chooses)
                chosen = chosen or tokens[index - 1].raw.lower() == "la"
                if lead is not None and _in(lead, self._leads) and chosen:
                    yield Match("ordinal", value, index - 1, index)

    def _numbers_counted(self, tokens: Sequence[Token]) -> Iterator[Match]:
        """Yields "option 2", "nemra jouj", "n3"."""
        for index, token in enumerate(tokens):
            following = _after(tokens, index)
            if following is None and token.raw.lower() in _ABBREVIATED:
                following = next(iter(tokens[index + 1 : index + 2]), None)
            glued = _NUMBERED.fullmatch(token.raw)
            if glued:
                counter, number, last = forms_of(glued[1]), glued[2], index
                after = following
            elif following is not None:
                counter, number, last = token.forms, self._number(following), index + 1
                after = _after(tokens, last)
                if token.raw.lower() in _DIGITS_AFTER and not following.raw.isdigit():
                    continue
            else:
                continue
            before = _before(tokens, index)
            owned = before is not None and _in(before, self._no_choice)
            if number is None or owned or (after is not None and after.raw.isdigit()):
                continue
            if not self._counters.isdisjoint(counter):
                yield Match("ordinal", number, index, last)

    def _ends(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether a word ends its clause, but for "please", "is fine" and the like."""
        following = _after(tokens, index)
        return following is None or _in(following, self._polite) or _in(following, self._suits)

    def _number(self, token: Token) -> str | None:
        if _DIGITS.fullmatch(token.raw):
            return token.raw
        return next((self._numbers[form] for form in token.forms if form in self._numbers), None)

    def _checked_latin(self, match: Match, tokens: Sequence[Token]) -> Iterator[Match]:
        """Yields the French or English match with its article and noun, if an offer is meant."""
        first, last = match.first, match.last
        previous, following = _before(tokens, first), _after(tokens, last)
        led = previous is not None and _in(previous, self._leads)
        if previous is not None and not led and _in(previous, self._no_choice):
            return
        led = led or self._has_article(tokens[first])
        item = following is not None and _in(following, self._items)
        if following is not None and _in(following, self._not_items):
            # "The second time works", but not "the second time I came".
            event = first > 1 and tokens[first - 2].raw.lower() in _EVENTS
            after = _after(tokens, last + 1) if item else following
            owned = after is not None and _in(after, self._of)
            slot = item and after is not None and _in(after, self._items)
            if not slot and (event or owned or not (item and led and self._closes(after))):
                return
        if (led and self._is_date(tokens, first, item=item)) or self._is_of_period(tokens, last):
            return
        if not led and not item and not self._stands_alone(tokens, first, last):
            return
        is_last = any(_in(token, self._last) for token in tokens[first : last + 1])
        if is_last and not item and not self._closes(following):
            return
        while first and _in(tokens[first - 1], self._leads):
            first -= 1
        yield Match("ordinal", match.value, first, last + 1 if item else last)

    def _has_article(self, token: Token) -> bool:
        """Whether the article of Darija is written with a French word: "lpremier", "l2eme"."""
        return token.raw[0] in "lL" and pattern_form(token.raw, "fr") not in self._french

    def _closes(self, following: Token | None) -> bool:
        """Whether nothing more is said of the word before: "the last [works]"."""
        closing = (self._after_last, self._polite, self._suits, self._lists)
        return following is None or any(_in(following, words) for words in closing)

    def _is_of_period(self, tokens: Sequence[Token], last: int) -> bool:
        """Whether a day or week is counted: "le premier du mois", "lwel f chher"."""
        following = _after(tokens, last)
        if following is None or not _in(following, self._of):
            return False
        return any(
            _in(token, self._periods)
            for token in tokens[last + 2 : last + 4]
            if token.clause == following.clause
        )

    def _stands_alone(self, tokens: Sequence[Token], first: int, last: int) -> bool:
        """Whether an ordinal without article or noun ("3eme svp") is still a choice."""
        previous = _before(tokens, first)
        if previous is not None:
            begun = _in(previous, self._starts) or _in(previous, self._chooses)
            return begun and self._ends(tokens, last)
        if self._ends(tokens, last) or tokens[first].raw[0].isdigit():
            return True
        return not _in(tokens[first], self._last) and _in(tokens[last + 1], self._after_last)

    def _is_date(self, tokens: Sequence[Token], first: int, *, item: bool) -> bool:
        """Whether "the 5th" is a day of the month, or "since the first" a time."""
        before = tokens[first - 2] if first > 1 else None
        if tokens[first].raw[0].isdigit():
            return tokens[first].raw[0] in "56789" or (
                before is not None and _in(before, self._dates)
            )
        return before is not None and not item and before.raw.lower() in self._since

    def _checked_darija(
        self, index: int, spelled: Spelled, tokens: Sequence[Token]
    ) -> Iterator[Match]:
        """Yields the match with its noun, if an offer is meant."""
        first = index
        while first and _in(tokens[first - 1], self._leads):
            first -= 1
        before, following = _before(tokens, first), _after(tokens, index)
        if self._is_in_place(before, first, spelled, tokens):
            return
        bare = not spelled.article and first == index
        one = following is not None and self._number(following) == "1"
        if following is not None and _in(following, self._not_items) and not one:
            noun = _in(following, self._items)
            if not noun or not self._closes(_after(tokens, index + 1)):
                return
            # "Bghit tani rdv" wants one again.
            if bare and not self._is_alone(tokens, index, index + 1):
                return
        if self._is_of_period(tokens, index):
            return
        if before is not None and first == index:
            if _in(before, self._counters) and (
                spelled.article or self._is_all_beside(index - 1, index, spelled, tokens)
            ):
                yield Match("ordinal", spelled.value, index - 1, index)
                return
            if _in(before, self._items):
                if self._qualifies(index, spelled, tokens):
                    yield Match("ordinal", spelled.value, index - 1, index)
                return
        if before is not None and self._is_other_noun(before):
            return
        noun = self._takes_noun(index, spelled, tokens, bare=bare)
        if noun or self._is_sure(index, first, spelled, tokens):
            last = index + 1 if noun else index
            yield Match("ordinal", spelled.value, index, last, spelled.clitic)

    def _takes_noun(
        self, index: int, spelled: Spelled, tokens: Sequence[Token], *, bare: bool
    ) -> bool:
        """Whether the noun after it is one of the offers: "tani horaire", "akher wa7ed"."""
        following = _after(tokens, index)
        if following is None or not _in(following, self._items):
            return False
        if not bare or self._number(following):
            return True
        if spelled.value in _ENDS_OF_LIST:
            # "Bghit awel mo3id kayn" wants the earliest of all.
            before = _before(tokens, index)
            begins = before is None or _in(before, self._starts) or _in(before, self._polite)
            after = _after(tokens, index + 1)
            listed = after is not None and _in(after, self._lists)
            return listed or (begins and self._closes(after))
        # "Beddel tani lmo3id" changes it again.
        return _DEFINITE.match(following.raw) is None

    def _is_in_place(
        self, before: Token | None, first: int, spelled: Spelled, tokens: Sequence[Token]
    ) -> bool:
        """Whether a preposition makes it a place or an hour: "men lwel", "f lwel", "m3a talta"."""
        if spelled.clitic:
            booked = before is not None and _in(before, self._chooses)
            return not spelled.may_be_in and not booked
        if before is None:
            return False
        if spelled.hour and _in(before, self._at):
            return True
        if not _in(before, self._no_choice) or _in(before, self._items):
            return False
        earlier = _before(tokens, first - 1)
        # "sejelni f lwel" chooses.
        booked = earlier is not None and _in(earlier, self._chooses)
        return not (_in(before, self._places) and (booked or spelled.may_be_in))

    def _is_other_noun(self, before: Token) -> bool:
        """Whether the ordinal may belong to the noun before it, which is not offered."""
        if _in(before, self._not_items) or before.raw.isdigit():
            return True
        return bool(_DEFINITE.match(before.raw)) and not self._is_said_beside(before)

    def _qualifies(self, index: int, spelled: Spelled, tokens: Sequence[Token]) -> bool:
        """Whether a noun and its ordinal are one of the offers: "lmo3id tani", not "rdv tani"."""
        noun, following = tokens[index - 1], _after(tokens, index)
        if _in(noun, self._not_items) and not self._closes(following):
            return False
        if spelled.article:
            return True
        if _DEFINITE.match(noun.raw):
            # "Beddel lmo3id tani" changes it again.
            return self._is_all_beside(index - 1, index, spelled, tokens)
        # "Bghit we9t tani" wants another time, "we9t akher" is another.
        return spelled.value != "-1" and self._is_alone(tokens, index - 1, index)

    def _is_sure(self, index: int, first: int, spelled: Spelled, tokens: Sequence[Token]) -> bool:
        """Whether an ordinal without noun is no "again", "first of all" or "in the middle"."""
        if spelled.article and not spelled.vague:
            return True
        if first < index and not spelled.vague:
            return True
        if spelled.value in _ENDS_OF_LIST and not spelled.vague:
            return self._is_alone(tokens, index, index)
        return self._is_all_beside(index, index, spelled, tokens)

    def _is_all_beside(
        self, first: int, last: int, spelled: Spelled, tokens: Sequence[Token]
    ) -> bool:
        """Whether the clause has only words of choosing, or says more of it: "tani li m3a 3".

        What stands before a word of choosing or after the end does not count; "talet" is no
        "again", so that its end is enough.
        """
        before = _before(tokens, first)
        chosen = before is not None and (
            _in(before, self._chooses)
            or _in(before, self._suits)
            or (_in(before, self._places) and not spelled.vague)
            or spelled.value not in _AGAIN
        )
        described = self._ends(tokens, last) or _in(tokens[last + 1], self._relative)
        return all(
            self._is_said_beside(token)
            for at, token in enumerate(tokens)
            if token.clause == tokens[last].clause
            and not (first <= at <= last or (chosen and at < first) or (described and at > last))
        )

    def _is_alone(self, tokens: Sequence[Token], first: int, last: int) -> bool:
        """Whether nothing else is said in the message but "yes" and "please"."""
        return all(
            _in(token, self._polite) or _in(token, self._starts)
            for at, token in enumerate(tokens)
            if not first <= at <= last
        )

    def _is_said_beside(self, token: Token) -> bool:
        """Whether a word is one of those with which patients choose."""
        words = (self._starts, self._polite, self._chooses, self._suits, self._beside, self._leads)
        return (
            any(_in(token, each) for each in words)
            or _CLOCK.fullmatch(token.raw) is not None
            or self._spellings.read(token.raw) is not None
        )


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

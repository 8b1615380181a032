"""Ordinals of Darija that choose: "lwel", "tani wa7ed", "lmo3id tani", "التالت"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlu.lexicon.forms import Token
from nlu.lexicon.ordinal_spellings import OrdinalSpellings, Spelled
from nlu.lexicon.ordinal_words import OrdinalWords, is_in, word_after, word_before
from nlu.lexicon.trie import Match

_CLOCK = re.compile(r"\d{1,2}(?:h?\d{0,2})?", re.IGNORECASE)
_DEFINITE = re.compile(
    r"[وفبلك]{0,2}ال..|[ae]?l(?![aeiouy]).{3}|[ae]?([tdrsznj])\1.{2}", re.IGNORECASE
)
_ENDS_OF_LIST = frozenset(("1", "-1"))
_AGAIN = frozenset(("2", "-1"))
_FEMININE = "ahاةه"
_IN_A_MOMENT = frozenset(("tanya", "tania"))
# With this letter and without article it is the sixtieth of a minute.
_MOMENTS = frozenset(("ثانية", "ثانيه"))


class DarijaRule:
    """Checks ordinals of Darija."""

    def __init__(self, words: OrdinalWords, spellings: OrdinalSpellings) -> None:
        self._words = words
        self._spellings = spellings

    def checked(self, index: int, spelled: Spelled, tokens: Sequence[Token]) -> Iterator[Match]:
        """Yields the match with its noun, if an offer is meant."""
        first = self._words.led_from(tokens, index)
        before, following = word_before(tokens, first), word_after(tokens, index)
        if self._is_in_place(before, first, spelled, tokens):
            return
        bare = not spelled.article and first == index
        one = following is not None and self._words.number(following) == "1"
        # "الموعد الأول للأسبوع الجاي".
        bound = spelled.article and before is not None and self._words.is_item(before)
        bound = bound and following is not None and not is_in(following, self._words.own)
        if self._is_moment_alone(index, tokens):
            return
        named = one or bound or (spelled.article and self._words.is_called(tokens, index + 1))
        if following is not None and self._words.counts_other(following) and not named:
            noun = self._words.is_item(following)
            if not noun or not self._words.closes(word_after(tokens, index + 1)):
                return
            # "Bghit tani rdv" wants one again.
            if bare and not self._is_alone(tokens, index, index + 1):
                return
        if self._words.is_of_period(tokens, index) or (
            spelled.hour and first == index and self._words.is_of_day(tokens, index)
        ):
            return
        if before is not None and first == index:
            if is_in(before, self._words.counters) and (
                spelled.article or self._is_all_beside(index - 1, index, spelled, tokens)
            ):
                yield Match("ordinal", spelled.value, index - 1, index)
                return
            if self._words.is_item(before):
                since = word_before(tokens, index - 1)
                # "Mn nhar lwel".
                if since is not None and since.raw.lower() in self._words.since:
                    return
                if self._is_moment(before, index, spelled, tokens):
                    return
                if self._qualifies(index, spelled, tokens):
                    yield Match("ordinal", spelled.value, index - 1, index)
                return
        if before is not None and self._is_other_noun(before, first, tokens):
            return
        if bare and one and self._words.is_of_day(tokens, index + 1):
            # "Bghit nkoun awel wa7ed f sbah".
            return
        noun = self._takes_noun(index, spelled, tokens, bare=bare)
        if noun or self._is_sure(index, first, spelled, tokens):
            last = index + 1 if noun else index
            yield Match("ordinal", spelled.value, index, last, spelled.joined + spelled.clitic)

    def _takes_noun(
        self, index: int, spelled: Spelled, tokens: Sequence[Token], *, bare: bool
    ) -> bool:
        """Whether the noun after it is one of the offers: "tani horaire", "akher wa7ed"."""
        following = word_after(tokens, index)
        if following is None or not self._words.is_item(following):
            return False
        if not bare or self._words.number(following):
            return True
        if spelled.value in _ENDS_OF_LIST:
            # "Bghit awel mo3id kayn" wants the earliest of all.
            before = word_before(tokens, index)
            begins = (
                before is None
                or is_in(before, self._words.starts)
                or is_in(before, self._words.polite)
            )
            after = word_after(tokens, index + 1)
            listed = after is not None and is_in(after, self._words.lists)
            return listed or (begins and self._words.closes(after))
        # "Beddel tani lmo3id" changes it again.
        return _DEFINITE.match(following.raw) is None

    def _is_in_place(
        self, before: Token | None, first: int, spelled: Spelled, tokens: Sequence[Token]
    ) -> bool:
        """Whether a preposition makes it a place or an hour: "men lwel", "f lwel", "m3a talta"."""
        if spelled.clitic:
            booked = before is not None and is_in(before, self._words.chooses)
            return not spelled.may_be_in and not booked
        if before is None:
            return False
        if spelled.hour and is_in(before, self._words.at):
            return True
        if not is_in(before, self._words.no_choice) or self._words.is_item(before):
            return False
        earlier = word_before(tokens, first - 1)
        copula = is_in(before, self._words.suits)
        if copula and (
            first == 1
            or is_in(tokens[first - 2], self._words.this)
            or (spelled.may_be_in and self._words.is_ended(tokens, first))
            or self._words.is_listed(tokens, first)
            or any(is_in(token, self._words.relative) for token in tokens[: first - 1])
        ):
            # "اللي كيساعدني هو التالت".
            return False
        # "sejelni f lwel" chooses.
        booked = earlier is not None and is_in(earlier, self._words.chooses)
        sure = spelled.may_be_in and not spelled.hour
        return not (is_in(before, self._words.places) and (booked or sure))

    def _is_other_noun(self, before: Token, first: int, tokens: Sequence[Token]) -> bool:
        """Whether the ordinal may belong to the noun before it, which is not offered."""
        if is_in(before, self._words.vocatives) and first > 1:
            # "Wakha a khti talet".
            called = tokens[first - 2]
            if called.raw.lower() in self._words.particles or is_in(called, self._words.starts):
                return False
        if self._words.counts_other(before) or before.raw.isdigit():
            return True
        return bool(_DEFINITE.match(before.raw)) and not self._is_said_beside(before)

    def _qualifies(self, index: int, spelled: Spelled, tokens: Sequence[Token]) -> bool:
        """Whether a noun and its ordinal are one of the offers: "lmo3id tani", not "rdv tani"."""
        noun, following = tokens[index - 1], word_after(tokens, index)
        if self._words.counts_other(noun):
            # "Tbib tani" is another doctor.
            definite = spelled.article or _DEFINITE.match(noun.raw)
            listed = self._words.is_listed(tokens, index)
            begun = self._words.begins_choice(tokens, index - 1)
            if is_in(noun, self._words.people) and not (
                (listed and spelled.value != "-1")
                or (begun and (definite or self._is_named_next(tokens, index)))
                or (begun and spelled.value not in _AGAIN)
                or (following is not None and spelled.value not in _AGAIN | _ENDS_OF_LIST)
            ):
                return False
            if is_in(noun, self._words.history) and spelled.value in _ENDS_OF_LIST and not listed:
                return False
            if not self._words.closes(following) and not listed:
                return False
            if is_in(noun, self._words.people):
                return True
        if spelled.article:
            return True
        led = word_before(tokens, index - 1)
        led_by = led is not None and is_in(led, self._words.leads)
        is_definite = noun.raw[0] in "lL" or _DEFINITE.match(noun.raw) or led_by
        feminine = spelled.value == "2" and tokens[index].raw.lower()[-1] in _FEMININE
        if spelled.value not in _AGAIN or (is_definite and feminine):
            return True
        if spelled.value == "2" and self._words.is_listed(tokens, index):
            return True
        if _DEFINITE.match(noun.raw):
            # "Beddel lmo3id tani" changes it again.
            return self._is_all_beside(index - 1, index, spelled, tokens)
        # "Bghit we9t tani" wants another time, "we9t akher" is another.
        return spelled.value != "-1" and self._is_alone(tokens, index - 1, index)

    def _is_moment(
        self, before: Token, index: int, spelled: Spelled, tokens: Sequence[Token]
    ) -> bool:
        """Whether it is "one second": "wahd ttaniya", "واحد الثانية"; "lwa7ed tani" is no such."""
        second = spelled.value == "2" and tokens[index].raw.lower()[-1] in _FEMININE
        return second and self._words.number(before) == "1" and not _DEFINITE.match(before.raw)

    def _is_moment_alone(self, index: int, tokens: Sequence[Token]) -> bool:
        """Whether it is "a second" as it is spelled, neither "this" nor a noun before it."""
        before = word_before(tokens, index)
        if before is not None and before.raw.lower() == "f":
            booked = index > 1 and is_in(tokens[index - 2], self._words.chooses)
            return tokens[index].raw.lower() in _IN_A_MOMENT and not booked
        led = before is not None and (
            is_in(before, self._words.leads) or self._words.is_item(before)
        )
        return tokens[index].raw in _MOMENTS and not led

    def _is_named_next(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether the doctor's name is the next thing said: "tbib tani, Dr Bennani"."""
        return index + 1 < len(tokens) and is_in(tokens[index + 1], self._words.people)

    def _is_sure(self, index: int, first: int, spelled: Spelled, tokens: Sequence[Token]) -> bool:
        """Whether an ordinal without noun is no "again", "first of all" or "in the middle"."""
        if spelled.article and not spelled.vague:
            return True
        if (first < index and not spelled.vague) or self._words.is_singled(tokens, index):
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
        before = word_before(tokens, first)
        chosen = before is not None and (
            is_in(before, self._words.chooses)
            or is_in(before, self._words.suits)
            or is_in(before, self._words.only)
            or (is_in(before, self._words.places) and not spelled.vague)
            or spelled.value not in _AGAIN
        )
        described = (
            self._words.is_ended(tokens, last)
            or is_in(tokens[last + 1], self._words.relative)
            or self._words.is_listed(tokens, last)
            or (
                before is not None
                and self._words.is_chosen(tokens, first)
                and is_in(tokens[last + 1], self._words.ands)
            )
        )
        return all(
            self._is_said_beside(token)
            for at, token in enumerate(tokens)
            if token.clause == tokens[last].clause
            and not (first <= at <= last or (chosen and at < first) or (described and at > last))
        )

    def _is_alone(self, tokens: Sequence[Token], first: int, last: int) -> bool:
        """Whether nothing else is said in the message but "yes" and "please"."""
        return all(
            is_in(token, self._words.polite) or is_in(token, self._words.starts)
            for at, token in enumerate(tokens)
            if not first <= at <= last
        )

    def _is_said_beside(self, token: Token) -> bool:
        """Whether a word is one of those with which patients choose."""
        words = (
            self._words.starts,
            self._words.polite,
            self._words.chooses,
            self._words.suits,
            self._words.beside,
            self._words.leads,
        )
        return (
            any(is_in(token, each) for each in words)
            or _CLOCK.fullmatch(token.raw) is not None
            or self._spellings.read(token.raw) is not None
        )

"""Options that are rejected or taken back: "pas la première", "ماشي التانية", "the 2nd... no"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from nlu.lexicon.files import forms_in, read_lexicon
from nlu.lexicon.forms import Token, fold_arabic, fold_latin
from nlu.lexicon.ordinal_spellings import OrdinalSpellings
from nlu.lexicon.ordinal_words import OrdinalWords, is_in, word_after, word_before
from nlu.lexicon.trie import Match, PhraseTrie, longest

_PHRASES = ("before", "after", "after_end", "between", "never", "sayings")
# "Ma...ch", in one word or two: "mabghitch", "ma katnasbnich", "مابغيتش".
_NEGATED = re.compile(r"ma?.{3,}(?:ch|sh)i?")
_ARABIC_NEGATED = re.compile("م.{4,}شي?")
_MA = frozenset(("ma", "ما"))
_SUITS = re.compile("nas[ei]?b|n[ae]s?sb|sa?3[ae]?d|3[ae]?j[ae]?b|s[ae]?la?[h7]|wa[lt]")
_CANNOT = re.compile("[q9]e?d|msal")
_ARABIC_SUITS = re.compile("ناسب|ساعد|عجب|صلح|والم|واتي")
_ARABIC_CANNOT = re.compile("قد|مسال")
# "La" is no here and "the" in French.
_NO = frozenset(("la", "lla", "lala", "laa", "لا", "لالا"))
_SURE_NO = frozenset(("lla", "lala", "laa", "لا", "لالا"))


class RejectionRule:
    """Tells the options that a patient chooses from the ones that are only mentioned."""

    def __init__(self, words: OrdinalWords, spellings: OrdinalSpellings) -> None:
        self._words = words
        self._spellings = spellings
        self._trie = PhraseTrie({}, ())
        lists = read_lexicon("ordinal")["rejections"]
        for kind in _PHRASES:
            for language, phrases in lists[kind].items():
                for phrase in phrases:
                    self._trie.add(phrase, language, kind, kind)
        self._links = forms_in(lists["links"])
        self._prefers = forms_in(lists["prefers"])
        self._over = forms_in(lists["over"])
        self._joins = forms_in(lists["joins"])

    def chosen(self, found: Sequence[Match], tokens: Sequence[Token]) -> list[Match]:
        """Returns the ordinals that are neither rejected nor corrected by a later one."""
        if not found:
            return []
        said = self._trie.find(tokens)
        sayings = [each for each in said if each.entity == "sayings"]
        found = [each for each in found if not any(_overlap(each, other) for other in sayings)]
        never = [each for each in said if each.entity == "never"]
        said = [each for each in said if not any(_overlap(each, other) for other in never)]
        # Of "plutôt que" the first word is no correction.
        taken = [each for each in said if each.entity in {"before", "after"}]
        corrections = [
            each
            for each in said
            if each.entity == "between" and not any(_overlap(each, other) for other in taken)
        ]
        kept = longest(found)
        rejected = [
            each
            for each in kept
            if self._is_after_no(each, tokens, taken, never)
            or self._is_before_no(each, tokens, said)
        ]
        rejected += self._neither(kept, tokens)
        rejected += self._less_liked(kept, tokens)
        for one, other in pairwise(kept):
            if self._is_joined(one, other, tokens) and (one in rejected or other in rejected):
                rejected += [one, other]
        kept = [each for each in kept if each not in rejected]
        for index in range(len(kept) - 1, 0, -1):
            if self._takes_back(kept[index - 1], kept[index], tokens, corrections):
                return kept[index:]
        return kept

    def _is_after_no(
        self,
        match: Match,
        tokens: Sequence[Token],
        said: Sequence[Match],
        never: Sequence[Match],
    ) -> bool:
        """Whether a rejection is directly before: "pas la 1ere", "ma bghitch lwel"."""
        at = match.first - 1
        passed = (
            self._words.leads,
            self._words.of,
            self._words.places,
            self._words.counters,
            self._links,
        )
        ends = {each.last for each in said if each.entity == "before"}
        while at >= 0 and tokens[at].clause == tokens[match.first].clause:
            if at in ends or _is_negated(tokens, at):
                return not any(each.first <= at <= each.last for each in never)
            if not any(is_in(tokens[at], words) for words in passed):
                return False
            at -= 1
        return False

    def _is_before_no(self, match: Match, tokens: Sequence[Token], said: Sequence[Match]) -> bool:
        """Whether it is said not to suit: "la 1ere c trop tot", "lwel makaynasbnich"."""
        starts = {each.first for each in said if each.entity == "after"}
        starts |= {
            each.first
            for each in said
            if each.entity == "after_end" and word_after(tokens, each.last) is None
        }
        for at in range(match.last + 1, len(tokens)):
            if tokens[at].clause != tokens[match.last].clause:
                return False
            if at in starts or (_is_negated(tokens, at) and _says_against(tokens, at)):
                return True
            passed = is_in(tokens[at], self._links) or self._words.is_item(tokens[at])
            passed = passed or tokens[at].raw[0].isdigit() or tokens[at].raw.lower() in _MA
            if not passed:
                return False
        return False

    def _less_liked(self, kept: Sequence[Match], tokens: Sequence[Token]) -> list[Match]:
        """Returns the other of "je préfère la deuxième à la première"."""
        for one, other in pairwise(kept):
            between = [
                token
                for token in tokens[one.last + 1 : other.first]
                if not is_in(token, self._words.leads)
            ]
            led = tokens[max(one.first - 2, 0) : one.first]
            if (
                len(between) == 1
                and is_in(between[0], self._over)
                and any(is_in(token, self._prefers) for token in led)
            ):
                return [other]
        return []

    def _neither(self, kept: Sequence[Match], tokens: Sequence[Token]) -> list[Match]:
        """Returns the two of "la lwel la tani" and of "la lwel wla tani, talet"."""
        for number, (one, other) in enumerate(pairwise(kept)):
            led = word_before(tokens, one.first)
            between = tokens[one.last + 1 : other.first]
            if led is None or led.raw.lower() not in _NO or len(between) != 1:
                continue
            if not (self._is_darija(one, tokens) and self._is_darija(other, tokens)):
                continue
            or_ = is_in(between[0], self._joins) and number + 2 < len(kept)
            if or_ or between[0].raw.lower() in _NO:
                return [one, other]
        return []

    def _is_joined(self, one: Match, other: Match, tokens: Sequence[Token]) -> bool:
        """Whether only "or" and articles are between two options."""
        between = tokens[one.last + 1 : other.first]
        return (
            tokens[one.last].clause == tokens[other.first].clause
            and any(is_in(token, self._joins) for token in between)
            and all(
                is_in(token, self._joins) or is_in(token, self._words.leads) for token in between
            )
        )

    def _takes_back(
        self, one: Match, other: Match, tokens: Sequence[Token], corrections: Sequence[Match]
    ) -> bool:
        """Whether the earlier of two options is corrected: "the 2nd... no wait the first"."""
        if any(one.last < each.first and each.last < other.first for each in corrections):
            return True
        between = [token.raw.lower() for token in tokens[one.last + 1 : other.first]]
        if not between or any(is_in(t, self._joins) for t in tokens[one.last + 1 : other.first]):
            return False
        sure = any(word in _SURE_NO for word in between) or between[:2] == ["la", "la"]
        return sure or (between[-1] == "la" and self._is_darija(other, tokens))

    def _is_darija(self, match: Match, tokens: Sequence[Token]) -> bool:
        return self._spellings.read(tokens[match.last].raw) is not None


def _is_negated(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb is denied as in Darija; the "ma" may be a word of its own."""
    word = tokens[at].raw
    led = word_before(tokens, at)
    joined = ("ما" if tokens[at].is_arabic else "ma") if led and led.raw.lower() in _MA else ""
    if tokens[at].is_arabic:
        return _ARABIC_NEGATED.fullmatch(fold_arabic(joined + word)) is not None
    return _NEGATED.fullmatch(fold_latin(joined + word)) is not None


def _says_against(tokens: Sequence[Token], at: int) -> bool:
    """Whether a denied verb is "suit", or "can" with nothing after it ("lwel man9derch")."""
    word = tokens[at].raw.lower()
    suits, can = (_ARABIC_SUITS, _ARABIC_CANNOT) if tokens[at].is_arabic else (_SUITS, _CANNOT)
    if suits.search(word):
        return True
    return can.search(word) is not None and word_after(tokens, at) is None


def _overlap(one: Match, other: Match) -> bool:
    return one.first <= other.last and other.first <= one.last

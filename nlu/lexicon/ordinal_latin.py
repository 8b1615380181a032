"""French and English ordinals that choose: "le deuxième", "second doctor", "2nd"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlu.lexicon.forms import Token, pattern_form
from nlu.lexicon.ordinal_words import OrdinalWords, is_in, word_after, word_before
from nlu.lexicon.trie import Match

_ENDS_OF_LIST = frozenset(("1", "-1"))
# "For the second time", "it is the first time".
_EVENTS = frozenset(("for", "is", "was", "est", "pour"))
_AM = frozenset(("suis", "étais", "etais", "am", "serai"))
# "Dès le premier rdv" is a time, "in the first slot" is a choice.
_EVER_SINCE = frozenset(("depuis", "dès", "since"))
# Without article it is a moment: "seconde svp".
_MOMENTS = frozenset(("seconde", "secondes"))
_OF_THE = frozenset(("du", "au"))


class LatinRule:
    """Checks ordinals of French and English; `french` are their words without article."""

    def __init__(self, words: OrdinalWords, french: frozenset[str]) -> None:
        self._words = words
        self._french = french

    def checked(self, match: Match, tokens: Sequence[Token]) -> Iterator[Match]:
        """Yields the French or English match with its article and noun, if an offer is meant."""
        first, last = match.first, match.last
        previous, following = word_before(tokens, first), word_after(tokens, last)
        led = previous is not None and is_in(previous, self._words.leads)
        item = following is not None and self._words.is_item(following)
        noun_end = self._noun_end(tokens, last + 1) if item else last
        if previous is not None and not led and is_in(previous, self._words.no_choice):
            # "Je parle du deuxième médecin".
            led = item and previous.raw.lower() in _OF_THE
            led = led and self._words.closes(word_after(tokens, noun_end))
            if not led:
                return
        led = led or self._has_article(tokens[first])
        if first > 2 and led and tokens[first - 2].raw.lower() in _AM:
            # "J'étais le 3ème".
            return
        sure = led and (
            self._words.is_called(tokens, last + 1) or self._words.is_of_these(tokens, last)
        )
        other = following is not None and self._words.counts_other(following) and not sure
        if other and not (item and self._is_offered(match, noun_end, tokens, led=led)):
            return
        if (led and self._is_date(tokens, first, item=item)) or self._words.is_of_period(
            tokens, last
        ):
            return
        if not led and not item and not self._stands_alone(tokens, first, last):
            return
        is_last = any(is_in(token, self._words.last) for token in tokens[first : last + 1])
        if is_last and not item and not sure and not self._words.closes(following):
            return
        yield Match("ordinal", match.value, self._words.led_from(tokens, first), noun_end)

    def _noun_end(self, tokens: Sequence[Token], noun: int) -> int:
        """Returns the last word of a noun, "rendez-vous" has two."""
        following = word_after(tokens, noun)
        split = tokens[noun].raw.lower() == "rendez" and following is not None
        return noun + 1 if split and following and following.raw.lower() == "vous" else noun

    def _is_offered(
        self, match: Match, noun_end: int, tokens: Sequence[Token], *, led: bool
    ) -> bool:
        """Whether a noun that is counted elsewhere as well is one of the offers here.

        "The second time works", but not "the second time I came".
        """
        first, noun = match.first, tokens[match.last + 1]
        after = word_after(tokens, noun_end)
        ends = is_in(noun, self._words.history) and match.value in _ENDS_OF_LIST
        if self._words.is_listed(tokens, match.last) and (led or not ends):
            return True
        if after is not None and self._words.is_item(after):
            return True
        if first > 1 and tokens[first - 2].raw.lower() in _EVENTS:
            return False
        if ends:
            chosen = first > 1 and is_in(tokens[first - 2], self._words.chooses)
            return chosen and self._words.closes(after)
        begun = is_in(noun, self._words.people) and self._words.begins_choice(tokens, first)
        owned = after is not None and is_in(after, self._words.of)
        return (led or begun) and not owned and self._words.closes(after)

    def _has_article(self, token: Token) -> bool:
        """Whether the article of Darija is written with a French word: "lpremier", "l2eme"."""
        return token.raw[0] in "lL" and pattern_form(token.raw, "fr") not in self._french

    def _stands_alone(self, tokens: Sequence[Token], first: int, last: int) -> bool:
        """Whether an ordinal without article or noun ("3eme svp") is still a choice."""
        if tokens[first].raw.lower() in _MOMENTS:
            return False
        previous = word_before(tokens, first)
        if previous is not None:
            begun = is_in(previous, self._words.starts) or self._words.is_chosen(tokens, first)
            return begun and (
                self._words.is_ended(tokens, last) or self._words.agrees_after(tokens, last)
            )
        if self._words.is_ended(tokens, last) or tokens[first].raw[0].isdigit():
            return True
        return not is_in(tokens[first], self._words.last) and is_in(
            tokens[last + 1], self._words.after_last
        )

    def _is_date(self, tokens: Sequence[Token], first: int, *, item: bool) -> bool:
        """Whether "the 5th" is a day of the month, or "since the first" a time."""
        before = tokens[first - 2] if first > 1 else None
        if tokens[first].raw[0].isdigit():
            # French days of the month have no ending: "la 5eme" is no date, "the 5th" is.
            high = tokens[first].raw[0] in "56789" and tokens[first].raw.lower().endswith("th")
            return high or (before is not None and is_in(before, self._words.dates))
        if before is None or before.raw.lower() not in self._words.since:
            return False
        if item:
            return before.raw.lower() in _EVER_SINCE
        return not any(is_in(token, self._words.chooses) for token in tokens[: first - 2])

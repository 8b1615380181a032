"""Numbers that choose by themselves: "2" alone, "la 2", "2 et 4", "I said 3 not 2"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlu.lexicon.forms import Token
from nlu.lexicon.ordinal_words import OrdinalWords, is_in, word_after, word_before
from nlu.lexicon.trie import Match

# "The 1 at 9", "la 3 à 10h", "le 1 à 9h"; "le 3 à 10h" is a day of the month, "le 1er" the first.
_THE = frozenset(("the", "la"))
_SHORT = 6
# "L jouj" is for two, "the two" are both.
_OF_BOTH = frozenset(("l", "el", "al", "the"))
_AMONG = frozenset(("of", "parmi", "among"))
_AT = frozenset(("at", "à", "a", "with", "avec", "from", "chez"))


class NumberRule:
    """Finds numbers that choose."""

    def __init__(self, words: OrdinalWords) -> None:
        self._words = words

    def find(self, tokens: Sequence[Token], text: str) -> list[Match]:
        """Returns the numbers that choose; they may overlap."""
        return [*self._alone(tokens), *self._marked(tokens, text), *self._paired(tokens)]

    def _marked(self, tokens: Sequence[Token], text: str) -> Iterator[Match]:
        """Yields "#2", "my answer: one", "9sedt 2 machi 3", "the 1 at 9 o'clock"."""
        for index, token in enumerate(tokens):
            value = self._words.number(token)
            if value is None:
                continue
            between = text[tokens[index - 1].end if index else 0 : token.start]
            following = word_after(tokens, index)
            if index and is_in(tokens[index - 1], self._words.leads) and following is None:
                between = text[tokens[index - 2].end if index > 1 else 0 : token.start] or between
            last = index + 1 == len(tokens)
            amount = not last or not index or self._is_measured(tokens[index - 1])
            digit = token.raw.isdigit()
            contrasted = following is not None and is_in(following, self._words.contrasts)
            ended = self._words.is_ended(tokens, index)
            if (
                between.endswith("#")
                or (":" in between and not amount)
                or ((digit or is_in(token, self._words.spoken)) and self._is_answer(tokens, index))
                or ((ended or contrasted) and self._is_meant(tokens, index))
                or (contrasted and self._is_opposed(tokens, index))
            ):
                yield Match("ordinal", value, index, index)
                continue
            placed = following is not None and following.raw.lower() in _AT
            described = placed or (following is not None and self._words.closes(following))
            described = described and not self._is_of_several(tokens, index - 1)
            if digit and described and self._has_article(tokens, index):
                yield Match("ordinal", value, index - 1, index)

    def _is_opposed(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether another number is denied: "le 1 pas le 2", "I said 3 not 2"."""
        rest = self._words.rest(tokens, index, 4)
        rest = rest if is_in(rest[0], self._words.denies) else rest[1:]
        if not rest or not is_in(rest[0], self._words.denies):
            return False
        passed = (self._words.leads, self._words.contrasts)
        denied = [token for token in rest if not any(is_in(token, each) for each in passed)]
        if not denied or self._words.number(denied[0]) is None:
            return False
        said = index > 0 and is_in(tokens[index - 1], self._words.said)
        said = said or self._begins(tokens, index) or self._words.agrees_before(tokens, index)
        return said and (tokens[index].raw.isdigit() or self._words.number(tokens[index]) != "1")

    def _paired(self, tokens: Sequence[Token]) -> list[Match]:
        """Returns the two that begin the answer: "1 et 2", "la 1 w la 3 b joj"."""
        begun = (self._words.starts, self._words.leads, self._words.polite, self._words.both)
        first = 0
        while first < len(tokens) and any(is_in(tokens[first], words) for words in begun):
            first += 1
        second = first + 2
        if second < len(tokens) and is_in(tokens[second], self._words.leads):
            second += 1
        if second >= len(tokens) or not is_in(tokens[first + 1], self._words.ands):
            return []
        values = [self._words.number(tokens[at]) for at in (first, second)]
        if None in values or not (tokens[first].raw + tokens[second].raw).isdigit():
            return []
        rest = self._words.rest(tokens, second)
        if not self._words.is_ended(tokens, second) and not any(
            is_in(token, self._words.both) for token in rest[:2]
        ):
            return []
        pair = zip(values, (first, second), strict=True)
        return [Match("ordinal", str(value), at, at) for value, at in pair]

    def _has_article(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether the article before a digit makes it no day of the month."""
        article = tokens[index - 1].raw.lower() if index else ""
        return article in _THE or (tokens[index].raw == "1" and article == "le")

    def _is_answer(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether only agreement is said beside the number: "safi 2", "2 will do", "not 2, 3"."""
        clause = tokens[index].clause
        before = [token for token in tokens[:index] if token.clause == clause]
        after = [token for token in tokens[index + 1 :] if token.clause == clause]
        if not before and not after and index + 1 == len(tokens):
            return len(tokens) <= _SHORT and not (index and self._is_measured(tokens[index - 1]))
        if not self._words.agrees_after(tokens, index):
            return False
        if before and self._is_toward(tokens, index) and not after:
            return True
        starts = (self._words.starts, self._words.polite)
        led = before or tokens[:index]
        return all(any(is_in(token, words) for words in starts) for token in led)

    def _is_toward(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether "ok pour" or "go with" is directly before."""
        if index < 2 or tokens[index - 2].clause != tokens[index].clause:
            return False
        toward, start = tokens[index - 1], tokens[index - 2]
        # "Wakha m3a 5" is an hour.
        hour = is_in(toward, self._words.at)
        return not hour and is_in(toward, self._words.toward) and is_in(start, self._words.starts)

    def _is_measured(self, noun: Token) -> bool:
        """Whether the number after a noun and a colon is its amount: "âge : 4", "étage : 2"."""
        return self._words.counts_other(noun) or is_in(noun, self._words.doors)

    def _is_meant(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether a word before the number says that it is the answer."""
        at = index - 1
        while (
            at > 0
            and tokens[at].clause == tokens[index].clause
            and is_in(tokens[at], self._words.between_says)
        ):
            at -= 1
        said = at >= 0 and tokens[at].clause == tokens[index].clause
        # "Une" and "one" are articles and pronouns there.
        sure = tokens[index].raw.isdigit() or self._words.number(tokens[index]) != "1"
        return said and sure and is_in(tokens[at], self._words.says)

    def _alone(self, tokens: Sequence[Token]) -> Iterator[Match]:
        """Yields the number that is the whole message, counts in a list or is taken ("la 2")."""
        value = self._words.number(tokens[0])
        listed = any(is_in(token, self._words.lists) for token in tokens[1:])
        # "un" and "واحد" alone are articles more often than choices.
        only = all(
            is_in(token, self._words.polite) and not self._words.is_item(token)
            for token in tokens[1:]
        )
        sure = value != "1" or tokens[0].raw.isdigit() or only
        alone = value is not None and self._is_closed(tokens, 0) and sure
        if value and (alone or (listed and sure)):
            yield Match("ordinal", value, 0, 0)
        for index in range(1, len(tokens)):
            number = tokens[index]
            value = self._words.number(number)
            if value is None or not self._is_closed(tokens, index):
                continue
            # "J'en voudrais une" is any.
            digit = number.raw.isdigit()
            sure = value != "1" or digit
            only = is_in(tokens[index - 1], self._words.only) and self._begins(tokens, index - 1)
            if sure and (only or self._words.is_chosen(tokens, index)):
                # "khtart tlata": without a verb of choosing a number word counts something.
                yield Match("ordinal", value, index, index)
            lead = word_before(tokens, index)
            if lead is not None and is_in(lead, self._words.leads):
                if not digit and lead.raw.lower() in _OF_BOTH:
                    continue
                # "le 2" is a day of the month as well; "la 2" is not.
                chosen = index < 2 or is_in(tokens[index - 2], self._words.starts)
                chosen = chosen or self._words.is_chosen(tokens, index - 1)
                chosen = chosen or (digit and self._begins(tokens, index - 1))
                chosen = chosen or tokens[index - 1].raw.lower() == "la"
                chosen = chosen or self._is_toward(tokens, index - 1)
                if chosen and not self._is_of_several(tokens, index - 1):
                    yield Match("ordinal", value, index - 1, index)

    def _is_closed(self, tokens: Sequence[Token], index: int) -> bool:
        """Whether nothing is counted by the number: it ends, or "and" goes on: "2 et vous...".

        The hour "2 et demie" and "2 et 3" are none.
        """
        if self._words.is_ended(tokens, index) or self._words.agrees_after(tokens, index):
            return True
        following, after = tokens[index + 1], word_after(tokens, index + 1)
        if not tokens[index].raw.isdigit() or after is None:
            return False
        goes_on = is_in(following, self._words.ands) or is_in(following, self._words.withs)
        # "Le 2 pour ma mère", but "2 pour nous deux" counts.
        led = index > 0 and is_in(tokens[index - 1], self._words.leads)
        if not goes_on and not (led and is_in(following, self._words.toward)):
            return False
        if is_in(after, self._words.leads):
            after = word_after(tokens, index + 2) or after
        counted = self._words.number(after) is not None or after.raw[0].isdigit()
        return not counted and not is_in(after, self._words.fractions)

    def _is_of_several(self, tokens: Sequence[Token], lead: int) -> bool:
        """Whether the article and number are the several of which one is meant: "any of the 4"."""
        before = word_before(tokens, lead)
        return before is not None and before.raw.lower() in _AMONG

    def _begins(self, tokens: Sequence[Token], first: int) -> bool:
        """Whether only a greeting, yes or no, or a number is said before: "pas le 2, le [3]"."""
        words = (self._words.starts, self._words.polite, self._words.leads)
        return all(
            self._words.number(token) is not None or any(is_in(token, each) for each in words)
            for token in tokens[:first]
        )

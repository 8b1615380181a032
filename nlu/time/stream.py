"""The tokens of a message, with the questions that the grammar asks about them."""

from __future__ import annotations

from typing import Any

from nlu.time.readings import Tag
from nlu.time.tokens import Token

_COUNTED = {
    "dh",
    "dhs",
    "dirhams",
    "dirham",
    "درهم",
    "ans",
    "snin",
    "mg",
    "ml",
    "kg",
    "drari",
    "nass",
    "fois",
    "mrat",
    "enfants",
    "personnes",
    "people",
    "kids",
    "children",
    "wlad",
    "bnat",
    "دراري",
    "الدراري",
    "الناس",
    "ناس",
    "ولاد",
    "سنين",
    "عام",
    "مرات",
    "jours",
    "other",
    "others",
    "doctors",
    "photos",
    "rdv",
    "autres",
    "rue",
    "avenue",
    "av",
    "bd",
    "boulevard",
    "street",
    "lot",
    "bis",
    "زنقه",
    "شارع",
}


_ARTICLES = {"a", "an", "un", "une"}
_TIMES = {
    Tag.NUMBER,
    Tag.ORDINAL,
    Tag.CLOCK,
    Tag.MERIDIEM,
    Tag.DATE,
    Tag.DAY,
    Tag.WEEKDAY,
    Tag.WEEKDAY_AFTER_NHAR,
    Tag.WEEKDAY_SHORT,
    Tag.MONTH,
    Tag.MONTH_WEAK,
    Tag.PART,
    Tag.DOHR,
    Tag.NOON,
    Tag.MIDNIGHT,
    Tag.NOW,
    Tag.TONIGHT,
    Tag.LILA,
    Tag.UNIT,
    Tag.DURATION,
    Tag.FRACTION,
    Tag.WEEKEND,
    Tag.NHAR,
    Tag.THIS,
}


class Stream:
    """Tokens by index; an index outside the message has no readings."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self._count = len(tokens)
        # Whether the message asks to move something, so that "from" names what it leaves.
        self.moves = any(Tag.MOVES in token.readings for token in tokens)
        # What the readers found, by reader and index: several rules ask at the same place.
        self.found: dict[tuple[str, int, bool], Any] = {}

    def bears_time(self, index: int, reach: int) -> bool:
        """Whether one of `reach` tokens from `index` on can be part of a time by itself."""
        return any(
            not _TIMES.isdisjoint(token.readings) and token.text not in _ARTICLES
            for token in self.tokens[index : index + reach]
        )

    def __len__(self) -> int:
        return len(self.tokens)

    def has(self, index: int, *tags: Tag) -> bool:
        """Whether the token can stand for one of the tags."""
        if not 0 <= index < self._count:
            return False
        return not self.tokens[index].readings.keys().isdisjoint(tags)

    def get(self, index: int, tag: Tag) -> Any:
        """The value of the token under a tag, or None."""
        if not 0 <= index < self._count:
            return None
        return self.tokens[index].readings.get(tag)

    def word(self, index: int) -> str:
        """The folded text of the token, empty outside the message."""
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def glued(self, index: int) -> bool:
        """Whether the token touches the one before it."""
        return 0 < index < len(self.tokens) and (
            self.tokens[index - 1].end == self.tokens[index].start
        )

    def is_digits(self, index: int) -> bool:
        """Whether the token is written in digits."""
        return self.word(index).isdigit()

    def counts_something(self, index: int) -> bool:
        """Whether the number counts things ("3 drari", "2 d nass"), so that it is no hour."""
        if self.has(index + 1, Tag.UNIT) and not self.has(index + 1, Tag.HOURS, Tag.NHAR):
            return True
        if self.has(index + 1, Tag.DASH) and self.is_digits(index + 2) and self.glued(index + 2):
            return len(self.word(index + 2)) > 2
        if self.word(index + 1) in _COUNTED:
            return True
        if self.has(index + 1, Tag.OF) and not self.has(index + 1, Tag.LASTING):
            behind = index + 2
            while self.has(behind, Tag.TO, Tag.LE) and not self.has(behind, Tag.PART):
                behind += 1
            known = (
                Tag.PART,
                Tag.NOON,
                Tag.DAY,
                Tag.WEEKDAY,
                Tag.LILA,
                Tag.NHAR,
                Tag.WEEKDAY_AFTER_NHAR,
            )
            return not self.has(behind, *known) and self.word(behind) not in {"", "l"}
        return False

    def ends(self, index: int) -> bool:
        """Whether nothing that a number could count follows: the end, a mark or a polite word."""
        if index >= len(self.tokens):
            return True
        return self.has(
            index,
            Tag.STOP,
            Tag.COMMA,
            Tag.SOFT,
            Tag.OR,
            Tag.AND,
            Tag.PART,
            Tag.DAY,
            Tag.WEEKDAY,
            Tag.BUT,
        )

    def skip(self, index: int, *tags: Tag, most: int = 4) -> int:
        """Returns the index behind at most `most` tokens that have one of the tags."""
        for _ in range(most):
            if not self.has(index, *tags):
                break
            index += 1
        return index

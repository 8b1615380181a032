"""Names of persons that are said to be names, and numbers of the national identity card (CIN)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from nlu.lexicon.files import forms_in, read_lexicon
from nlu.lexicon.forms import Token, fold_arabic, fold_latin

_PARTICLES = frozenset(
    ("el", "al", "ben", "bin", "ait", "ould", "bel", "oulad", "si", "abd", "abdel", "abou", "bou")
)
_MAX_WORDS = 4
_LETTERS = re.compile(r"[^\W\d_]+")
# Law 04-20 leaves the form: one or two letters of the place of issue, then the number.
_NATIONAL_ID = re.compile(r"(?<![^\W_])([A-Za-z]{1,2})([ -]?)(\d{5,7})(?![^\W_])")
_NATIONAL_ID_CUE = re.compile(
    r"\b(?:l?cin|cni|carte|national|identit|id card|bita9a|lakart|nemra|numero)"
    r"|البطاقة|لاكارط|بطاقة|الوطنية",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\s*(?:dhs?|mad|dirhams?|euros?|درهم|km)\b", re.IGNORECASE)


class PersonNames:
    """Finds names after the words that introduce them, and messages that are only a name."""

    def __init__(self) -> None:
        words = read_lexicon("names")
        self._strong = _introduction(words["introductions"])
        self._weak = _introduction(words["weak_introductions"])
        self._not_names = frozenset(
            _fold(word) for line in words["not_names"] for word in line.split()
        )
        self._given = frozenset(
            _fold(name) for listed in words["given"].values() for name in listed
        )
        self._also_words = frozenset(_fold(name) for name in words["given_also_words"])
        self._doctor = forms_in(words["titles"])
        self._titles = forms_in(words["other_titles"])

    def find(self, tokens: Sequence[Token], kin: Collection[int]) -> list[tuple[int, int]]:
        """Returns the names that somebody gives, as (first token, last token).

        Args:
            tokens: the message.
            kin: the tokens of the relations found; a name may follow them.
        """
        joined, starts = _joined(tokens)
        found: list[tuple[int, int]] = []
        for match in self._strong.finditer(joined):
            found.append(self._name_at(tokens, _token_at(starts, match.end()), kin, strong=True))
        for match in self._weak.finditer(joined):
            found.append(self._name_at(tokens, _token_at(starts, match.end()), kin, strong=False))
        for index, token in enumerate(tokens):
            if any(form in self._titles for form in token.forms) or index in kin:
                found.append(self._name_at(tokens, index + 1, kin, strong=False))
        return _first_of_overlapping(found)

    def bare(self, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        """Returns names that nothing introduces, as (first token, last token).

        They are clauses that consist of a name, and a given name with a family name, both with
        capitals, that is no doctor's ("Dr Omar Benjelloun" of another clinic).
        """
        found: list[tuple[int, int]] = []
        for index, token in enumerate(tokens):
            if self._is_given(token) and self._capital_follows(tokens, index):
                before = tokens[index - 1] if index else None
                if before is None or not any(form in self._doctor for form in before.forms):
                    found.append(self._name_at(tokens, index, (), strong=True))
        for first, last in _clauses(tokens):
            words = tokens[first : last + 1]
            if len(words) > _MAX_WORDS or not self._is_surely_given(words[0]):
                continue
            if len(words) == 1 and len(tokens) > 1:
                continue
            if all(self._may_be_name(word) for word in words):
                written = [word for word in words if not word.is_arabic]
                whole = len(words) == len(tokens)
                if all(word.raw[0].isupper() for word in written) or (whole and len(words) == 2):
                    found.append((first, last))
        return _first_of_overlapping(found)

    def _name_at(
        self, tokens: Sequence[Token], first: int, kin: Collection[int], *, strong: bool
    ) -> tuple[int, int]:
        """Returns the name that begins at a token; an empty range if none does."""
        nothing = (first, first - 1)
        if first >= len(tokens) or first in kin or not self._may_be_name(tokens[first]):
            return nothing
        head = tokens[first]
        capital = head.raw[0].isupper() and not head.raw.isupper()
        known = self._is_given(head) if strong else self._is_surely_given(head)
        if strong and head.is_arabic and not known and not self._ends_soon(tokens, first):
            return nothing
        if not strong and not known and not (capital and self._capital_follows(tokens, first)):
            return nothing
        last = first
        while last + 1 < len(tokens) and last + 1 - first < _MAX_WORDS:
            token = tokens[last + 1]
            if last + 1 in kin or token.clause != head.clause or not self._may_be_name(token):
                break
            particle = _fold(token.raw) in _PARTICLES
            if capital and not particle and not token.raw[0].isupper():
                break
            if not strong and not capital and not head.is_arabic and last > first:
                break
            last += 1
        while last > first and _fold(tokens[last].raw) in _PARTICLES:
            last -= 1
        return first, last

    def _ends_soon(self, tokens: Sequence[Token], first: int) -> bool:
        """Whether an Arabic name of at most three words would end its clause."""
        head = tokens[first]
        if head.raw.startswith(("ال", "فال", "بال", "وال", "ف", "ب")) and len(head.raw) > 4:
            return False
        rest = [token for token in tokens[first:] if token.clause == head.clause]
        return len(rest) <= 3

    def _capital_follows(self, tokens: Sequence[Token], first: int) -> bool:
        if first + 1 >= len(tokens) or not tokens[first].raw[0].isupper():
            return False
        token = tokens[first + 1]
        same = token.clause == tokens[first].clause
        return same and token.raw[0].isupper() and self._may_be_name(token)

    def _may_be_name(self, token: Token) -> bool:
        word = _fold(token.raw)
        return bool(_LETTERS.fullmatch(token.raw)) and len(word) > 1 and word not in self._not_names

    def _is_given(self, token: Token) -> bool:
        return _fold(token.raw) in self._given

    def _is_surely_given(self, token: Token) -> bool:
        return self._is_given(token) and (
            _fold(token.raw) not in self._also_words or token.raw[0].isupper()
        )


def find_national_ids(text: str) -> list[tuple[str, int, int]]:
    """Returns the card numbers as (upper case without spaces, start, end).

    A number apart from its letters counts when they are capitals or a card is spoken of, since
    "de 20000" is an amount.
    """
    found: list[tuple[str, int, int]] = []
    for match in _NATIONAL_ID.finditer(text):
        letters, gap, digits = match.groups()
        if _AMOUNT.match(text, match.end()):
            continue
        if gap and not letters.isupper() and not _NATIONAL_ID_CUE.search(text):
            continue
        found.append((letters.upper() + digits, match.start(), match.end()))
    return found


def _introduction(patterns: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(patterns, key=len, reverse=True)
    return re.compile(r"(?<!\S)(?:" + "|".join(p.strip() for p in longest_first) + r")(?=\s)")


def _fold(word: str) -> str:
    return fold_arabic(word) if "\u0600" <= word[0] <= "\u06ff" else fold_latin(word)


def _joined(tokens: Sequence[Token]) -> tuple[str, list[int]]:
    words: list[str] = []
    starts: list[int] = []
    position = 0
    for token in tokens:
        word = _fold(token.raw)
        starts.append(position)
        words.append(word)
        position += len(word) + 1
    return " ".join(words), starts


def _token_at(starts: Sequence[int], end: int) -> int:
    """Returns the first token after a position of the joined words."""
    return next((index for index, start in enumerate(starts) if start >= end), len(starts))


def _clauses(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    first = 0
    for index in range(1, len(tokens) + 1):
        if index == len(tokens) or tokens[index].clause != tokens[first].clause:
            yield first, index - 1
            first = index


def _first_of_overlapping(names: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for name in sorted({n for n in names if n[1] >= n[0]}, key=lambda n: (n[0], -n[1])):
        if not kept or name[0] > kept[-1][1]:
            kept.append(name)
    return kept

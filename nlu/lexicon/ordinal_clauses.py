"""Clauses of an answer that no comma divides: "2 but is it far", "tani 😂 lwl..."."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlu.lexicon.forms import Token
from nlu.lexicon.ordinal_words import OrdinalWords

# Emoji and other pictures stand from here on, and in the two blocks of symbols below.
_PICTURES = "\U0001f000"
_SYMBOLS = ("\u2600", "\u27bf")


def split_clauses(tokens: Sequence[Token], text: str, words: OrdinalWords) -> Sequence[Token]:
    """Returns the tokens with a new clause after each emoji and at "but" and "so"."""
    starts = [
        index > 0
        and (
            (token.raw.lower() in words.opens and tokens[index - 1].raw.lower() not in words.holds)
            or _has_picture(text, tokens[index - 1], token)
        )
        for index, token in enumerate(tokens)
    ]
    if not any(starts):
        return tokens
    parts: list[Token] = []
    added = 0
    for token, start in zip(tokens, starts, strict=True):
        added += start
        parts.append(replace(token, clause=token.clause + added))
    return parts


def _has_picture(text: str, one: Token, other: Token) -> bool:
    return other.start - one.end > 1 and any(
        character >= _PICTURES or _SYMBOLS[0] <= character <= _SYMBOLS[1]
        for character in text[one.end : other.start]
    )

"""Placeholder until the real module of the same interface lands."""

from __future__ import annotations
from collections.abc import Sequence
from nlu.language_identifier import LanguageGuess


def conversation_language(
    history: Sequence[LanguageGuess], current: str | None, default: str, fixed: str | None
) -> str:
    if fixed:
        return fixed
    for guess in reversed(history):
        if guess.tag != "und":
            return guess.tag
    return current or default

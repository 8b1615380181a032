"""The language of the answer, from the last few messages rather than from one word."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.language_identifier import UNDETERMINED, LanguageGuess

CLEAR_WORDS = 3
CLEAR_CONFIDENCE = 0.55
REMEMBERED = 4


def conversation_language(
    history: Sequence[LanguageGuess],
    current: str | None,
    default: str,
    *,
    fixed: str | None = None,
) -> str:
    """Choose the language to answer in.

    Args:
        history: Guesses of the patient's typed messages, oldest first, the newest included; a tap
            has no guess, or one with the tag `und`.
        current: The language of the last answer, or None before the first.
        default: The clinic's language, for a patient who has shown none yet.
        fixed: The language that the patient asked for; it wins until they ask for another.

    Returns:
        A language tag. A name, "ok", an emoji, a number or a tap never changes it; a clear message
        of three words or more does so at once; one or two words do so when the message before them
        was in that language too.
    """
    if fixed:
        return fixed
    spoken = [guess for guess in history[-REMEMBERED:] if guess.tag != UNDETERMINED]
    newest = history[-1] if history else None
    if newest is not None and newest.tag != UNDETERMINED:
        if is_clear(newest) or current is None:
            return newest.tag
        if len(spoken) > 1 and spoken[-2].tag == newest.tag:
            return newest.tag
    if current:
        return current
    return spoken[-1].tag if spoken else default


def is_clear(guess: LanguageGuess) -> bool:
    """Whether a message is long and plain enough to change the language alone."""
    return (
        guess.tag != UNDETERMINED
        and guess.words >= CLEAR_WORDS
        and guess.confidence >= CLEAR_CONFIDENCE
    )

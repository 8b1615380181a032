"""Further forms of a lexicon word: persons of a verb, slips of the thumb, numbers of a range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def persons(root: str, prefixes: Sequence[str], alone: int) -> list[str]:
    """The verb in all persons; the bare root too, when it is too long to be another word."""
    return [prefix + root for prefix in prefixes] + ([root] if len(root) >= alone else [])


def slips(word: str) -> Iterator[str]:
    """The word and every form of it that lacks one letter."""
    yield word
    for index in range(len(word)):
        yield word[:index] + word[index + 1 :]


def number_range(term: str) -> list[str]:
    """Every number of "38..42" as patients write it: to a hundredth, whole ones from 100 on."""
    low, high = (round(float(bound) * 100) for bound in term.split(".."))
    step = 100 if low >= 10_000 else 1
    exact = {f"{n / 100:.2f}" for n in range(low, high + 1, step)}
    return sorted(exact | {e.rstrip("0").rstrip(".") for e in exact})

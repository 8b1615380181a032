"""Whether a short answer names the writer: "pour moi", "liya ana", «لراسي», "it's for me"."""

from __future__ import annotations

import re
from functools import cache

from nlu.lexicon.files import read_lexicon
from nlu.normaliser import normalise

_SIGNS = re.compile(r"[^\w\s']+")


def is_about_oneself(text: str) -> bool:
    """Tells whether a message says that it is for its writer, and nothing else."""
    return _folded(text) in _phrases()


@cache
def _phrases() -> frozenset[str]:
    return frozenset(
        _folded(phrase) for phrases in read_lexicon("own_person").values() for phrase in phrases
    )


def _folded(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", normalise(text)).split())

"""Slips of the finger in names of days and months: "wednsday", "saturdayy", «الخميسس».

The lexicons hold the spellings that people choose; a slip can be anywhere in a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

# Only the last letter, and no د: "jeddi" is a grandfather, «الغدد» are glands.
_DOUBLED = re.compile(r"([^\W\d_د])\1\Z")
# "matt" is a name, «غداا» is none.
_SHORTEST_DOUBLED = {"latin": 5, "arabic": 4}
# Shorter words are too near to shorter names: "mari" is no Tuesday.
_SHORTEST = 5
_NAMES = (
    *("demain", "tomorrow", "yesterday", "aujourdhui"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("mercredi", "vendredi", "samedi", "dimanche"),
    *("janvier", "fevrier", "juillet", "septembre", "octobre", "novembre", "decembre"),
    *("january", "february", "september", "october", "november", "december"),
)
# One letter away, but words or family names of their own.
_OTHER_WORDS = {"domain", "frida", "samadi"}


def slips(word: str) -> Iterator[str]:
    """Yields the words that an unknown folded word may be a slip of.

    That is the word with its last letter once, and a long name of a day or month that begins with
    the same letter and is one letter, or two letters in the wrong order, away.
    """
    script = "arabic" if word[0] >= "\u0600" else "latin"
    single = _DOUBLED.sub(r"\1", word)
    if single != word and len(word) >= _SHORTEST_DOUBLED[script]:
        yield single
    if len(word) >= _SHORTEST and word not in _OTHER_WORDS:
        near = [name for name in _NAMES if name[0] == word[0]]
        found = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=1)
        if found:
            yield found[0]

"""Which language a patient wants when a message names one."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.lexicon.files import forms_in, read_lexicon
from nlu.lexicon.forms import Token
from nlu.lexicon.trie import Match

_REACH = 4


class RefusalRule:
    """Tells a language that is refused or not understood from one that is wanted."""

    def __init__(self) -> None:
        words = read_lexicon("words")["language_refusal"]
        self._before = forms_in(words["before"])
        self._wish = forms_in(words["wish"])
        self._after = forms_in(words["after"])

    def is_refused(self, match: Match, tokens: Sequence[Token]) -> bool:
        """Whether the language found is one that the writer does not want or understand."""
        following = tokens[match.last + 1 : match.last + 2]
        same = following and following[0].clause == tokens[match.last].clause
        if same and _in(following[0], self._after):
            return True
        for index in range(match.first - 1, max(match.first - 1 - _REACH, -1), -1):
            token = tokens[index]
            if token.clause != tokens[match.first].clause:
                return False
            if _in(token, self._wish):
                # "pas en darija", "not in arabic"
                return index > 0 and _in(tokens[index - 1], self._before)
            if _in(token, self._before) or _is_darija_negation(token):
                return True
        return False


def darija_tag(text: str) -> str:
    """Returns the tag of Darija in the script in which most of a message is written."""
    arabic = sum("\u0600" <= letter <= "\u06ff" for letter in text)
    latin = sum(letter.isalpha() for letter in text) - arabic
    return "ary" if arabic > latin else "ary-Latn"


def _in(token: Token, words: frozenset[str]) -> bool:
    return any(form in words for form in token.forms)


def _is_darija_negation(token: Token) -> bool:
    """Whether a verb is negated: "ما كنفهمش", "ma kanfhemch"."""
    word = token.raw.lower()
    return (word.endswith("ش") and len(word) > 4) or (
        word.endswith(("ch", "sh")) and word.startswith(("kan", "kn", "ka", "n", "fhem"))
    )

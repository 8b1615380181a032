"""Words that are a document in one message and something else in another."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from nlu.lexicon.files import forms_in, read_lexicon
from nlu.lexicon.forms import Token, pattern_form
from nlu.lexicon.trie import Match

_RECEIVED = re.compile(r"re[cç]us?")
# Before "reçu" these make it a verb: "j'ai bien reçu".
_ANSWER = frozenset({"jawab", "jwab", "ljawab", "ljwab", "جواب", "الجواب", "لجواب"})
_EXAMS = frozenset({"laboratory", "radiology", "cardiology", "gynecology", "gastroenterology"})


class DocumentRules:
    """Decides between `results` and `laboratory`, and drops look-alikes of documents."""

    def __init__(self) -> None:
        words = read_lexicon("words")["results"]
        self._acts = frozenset(
            pattern_form(word, language)
            for word in words["acts"]
            for language in ("fr", "ary-Latn")
        )
        self._received = frozenset(words["received"])
        self._cues = forms_in(words["cues"])
        self._booking = forms_in(words["booking"])

        paper = read_lexicon("words")["paper"]
        self._paper = forms_in({"ary-Latn": paper["words"]})
        self._medicine = forms_in(paper["medicine"])
        self._not_after = forms_in(paper["not_after"])

    def papers(self, tokens: Sequence[Token]) -> list[Match]:
        """Returns the bare "paper" of a message about medicine, which is its prescription."""
        if not self._anywhere(tokens, self._medicine):
            return []
        for index, token in enumerate(tokens):
            after = tokens[index + 1] if index + 1 < len(tokens) else None
            if _in(token, self._paper) and not (after and _in(after, self._not_after)):
                return [Match("document_type", "prescription", index, index)]
        return []

    def apply(
        self, documents: list[Match], specialties: list[Match], tokens: Sequence[Token]
    ) -> tuple[list[Match], list[Match]]:
        """Returns the documents and the specialties, each without overlaps.

        "Analyses", "bilan", "tahalil" that are asked for, sent or brought are `results`; what is
        to be done or booked is `laboratory`. A message that names results in so many words keeps
        the act as a specialty beside them.
        """
        documents = [match for match in documents if not self._is_other(match, specialties, tokens)]
        documents = documents or self.papers(tokens)
        if any(match.value == "results" for match in documents):
            return documents, specialties
        if not self._anywhere(tokens, self._cues) or self._anywhere(tokens, self._booking):
            return documents, specialties
        kept: list[Match] = []
        for match in specialties:
            act = _in(tokens[match.first], self._acts)
            if match.value == "laboratory" and act:
                results = Match("document_type", "results", match.first, match.last, match.dropped)
                documents = [*documents, results]
            else:
                kept.append(match)
        return documents, kept

    def _is_other(
        self, match: Match, specialties: Sequence[Match], tokens: Sequence[Token]
    ) -> bool:
        word = tokens[match.first].raw.lower()
        if match.value == "receipt" and match.first == match.last and _RECEIVED.fullmatch(word):
            before = tokens[match.first - 1].raw.lower() if match.first else ""
            return not before or before in self._received
        if match.value == "results" and word in _ANSWER:
            # An answer is a result only beside an exam; else it is anybody's.
            return not any(specialty.value in _EXAMS for specialty in specialties)
        return False

    def _anywhere(self, tokens: Sequence[Token], words: Collection[str]) -> bool:
        return any(_in(token, words) for token in tokens)


def _in(token: Token, words: Collection[str]) -> bool:
    return any(form in words for form in token.forms)

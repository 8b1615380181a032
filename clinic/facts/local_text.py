"""A text in the languages that the assistant answers in."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.facts.codes import Language


@dataclass(frozen=True)
class LocalText:
    """One text in the four languages."""

    fr: str
    ary: str
    ary_latn: str
    en: str

    def to(self, language: str) -> str:
        """Returns the text for a language tag (`fr`, `ary`, `ary-Latn`, `en`).

        Raises:
            ValueError: the tag is none of the four.
        """
        match Language(language):
            case Language.FRENCH:
                return self.fr
            case Language.DARIJA:
                return self.ary
            case Language.DARIJA_LATIN:
                return self.ary_latn
            case Language.ENGLISH:
                return self.en

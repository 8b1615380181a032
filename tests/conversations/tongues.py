"""Is a message in the patient's language and script, whatever else a situation expects?

Two signs: Arabic letters where Latin ones belong, or the other way about; and words that stand in
the texts of another language only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tests.assistant import ROOT

LANGUAGES = ("fr", "ary", "ary-Latn", "en")

_ARABIC = re.compile(r"[\u0621-\u064a]")
_LATIN = re.compile(r"[A-Za-zÀ-ÿ]")
_NOT_WORDS = re.compile(r"https?://\S+|\S+@\S+|\*[A-Z]-\w+\*|\b[A-Z]-\w{4}\b")
_LATIN_NAME = re.compile(r"\b[A-ZÀ-Ý][a-zà-ÿ]+\b")
_VARIABLE = re.compile(r"\{\w+\}")
_SHORTEST_PART = 12
"""Characters: shorter parts of texts can be the same in two languages by chance."""


class Tongues:
    """What is said in which language."""

    def __init__(self, folder: Path) -> None:
        self._parts: dict[str, set[str]] = {language: set() for language in LANGUAGES}
        for path in folder.glob("**/*.yml"):
            content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            for variations in content["responses"].values():
                for variation in variations:
                    self._add(variation)
        self._all = {language: "\n".join(parts) for language, parts in self._parts.items()}

    def _add(self, variation: dict[str, Any]) -> None:
        language = variation["condition"][0]["value"]
        titles = [button["title"] for button in variation.get("buttons", ())]
        parts = [part.strip() for part in (*_VARIABLE.split(variation["text"]), *titles)]
        self._parts[language] |= {part for part in parts if len(part) >= _SHORTEST_PART}

    def problem(self, shown: str, language: str) -> str | None:
        """Returns what is in another language or script; None when all is well.

        Args:
            shown: text and titles of a message.
        """
        words = _NOT_WORDS.sub(" ", shown)
        if language == "ary":
            # A name stands as the patient or the record writes it.
            words = _LATIN_NAME.sub(" ", words)
        arabic, latin = len(_ARABIC.findall(words)), len(_LATIN.findall(words))
        if language == "ary" and latin > arabic:
            return f"{shown!r} is in Latin letters"
        if language != "ary" and arabic:
            return f"{shown!r} has Arabic letters"
        for other in LANGUAGES:
            if other == language:
                continue
            for part in self._parts[other]:
                if part in shown and part not in self._all[language]:
                    return f"{part!r} is in {other}, not in {language}"
        return None


@lru_cache(maxsize=1)
def known_tongues() -> Tongues:
    """Returns the languages of the texts of `data/responses/`, read once."""
    return Tongues(ROOT / "data" / "responses")

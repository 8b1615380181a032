"""The training messages of `data/nlu/` and the held-out ones of `tests/nlu/`: reading, and the
patch that adds new ones. The files themselves are changed by designers only.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from clinic.facts.codes import Language
from clinic.review.errors import UnknownIntentError

_ANNOTATION = re.compile(r"\[([^\]]+)\]\((\w+)(?::([^)]+))?\)")
_ARABIC_VARIANTS = str.maketrans("أإآىةؤئ", "ااايهوي")
_NO_BLOCK = -1


@dataclass(frozen=True)
class Example:
    """One message with its intent, and where it stands."""

    place: str
    intent: str
    language: str
    text: str


@dataclass(frozen=True)
class NewExample:
    """A message that becomes a training message."""

    text: str
    intent: str
    language: str


class TrainingFiles:
    """The files of one working copy."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stamp: tuple[tuple[str, int], ...] = ()
        self._trained: dict[str, Example] = {}
        self._held_out: frozenset[str] = frozenset()
        self._files: dict[tuple[str, str], str] = {}

    def intents(self, language: str) -> list[str]:
        """Returns the intents that have messages in a language."""
        self._read()
        return sorted(intent for known, intent in self._files if known == language)

    def trained(self, text: str) -> Example | None:
        """Returns the training message that equals a text after normalisation."""
        self._read()
        return self._trained.get(normalise(text))

    def is_held_out(self, text: str) -> bool:
        """Tells whether a text equals a test message after normalisation."""
        self._read()
        return normalise(text) in self._held_out

    def file_of(self, intent: str, language: str) -> str:
        """Returns the file of an intent, from the root: `data/nlu/fr/booking.yml`.

        Raises:
            UnknownIntentError: no message has that intent in that language.
        """
        self._read()
        try:
            return self._files[language, intent]
        except KeyError:
            raise UnknownIntentError(f"{intent} ({language})") from None

    def patch(self, examples: Iterable[NewExample]) -> str:
        """Returns a unified difference that adds examples, for `git apply` and for reading.

        What stands in the files by now is left out.
        """
        by_file: dict[str, list[NewExample]] = {}
        for example in examples:
            if self.trained(example.text) is None:
                place = self.file_of(example.intent, example.language)
                by_file.setdefault(place, []).append(example)
        return "".join(
            self._difference(place, additions) for place, additions in sorted(by_file.items())
        )

    def _difference(self, place: str, additions: list[NewExample]) -> str:
        before = (self._root / place).read_text(encoding="utf-8").splitlines(keepends=True)
        after = list(before)
        for example in additions:
            at = _end_of_block(after, example)
            if at == _NO_BLOCK:
                raise UnknownIntentError(f"{example.intent} ({example.language})")
            after.insert(at, f"    - {example.text}\n")
        return "".join(difflib.unified_diff(before, after, f"a/{place}", f"b/{place}"))

    def _read(self) -> None:
        """Reads the files again when one of them has changed."""
        folders = (self._root / "data" / "nlu", self._root / "tests" / "nlu")
        paths = [path for folder in folders for path in sorted(folder.glob("**/*.yml"))]
        stamp = tuple((str(path), path.stat().st_mtime_ns) for path in paths)
        if stamp == self._stamp:
            return
        trained = list(read_examples(folders[0], self._root))
        self._trained = {normalise(example.text): example for example in reversed(trained)}
        self._files = {(e.language, e.intent): e.place for e in reversed(trained)}
        self._held_out = frozenset(map(normalise, _held_out_texts(folders[1], self._root)))
        self._stamp = stamp


def read_examples(folder: Path, root: Path) -> Iterator[Example]:
    """Yields the messages below a folder, annotations included; places are told from the root."""
    for path in sorted(folder.glob("**/*.yml")):
        place = str(path.relative_to(root))
        for block in _load(path).get("nlu", ()):
            if "intent" not in block:
                # Synonyms, lookups and regexes may stand beside the messages.
                continue
            language = (block.get("metadata") or {}).get("language", "")
            for line in block.get("examples", "").splitlines():
                if line.strip():
                    yield Example(place, block["intent"], language, line.strip()[1:].strip())


def _held_out_texts(folder: Path, root: Path) -> Iterator[str]:
    """Yields every message of the tests: with intents, of times, of danger, of languages."""
    for language in Language:
        for example in read_examples(folder / language.value, root):
            yield example.text
    for path in sorted(folder.glob("*/*.yml")):
        if path.parent.name not in {language.value for language in Language}:
            yield from _words_in(_load(path))


def _words_in(content: Any) -> Iterator[str]:
    """Yields the texts of a test file of another form: everything that could be a message."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from _words_in(value)
    elif isinstance(content, list):
        for value in content:
            yield from _words_in(value)


def _load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}


def normalise(text: str) -> str:
    """Returns a message without annotations, accents, punctuation, elongation and case."""
    plain = without_annotations(text)
    decomposed = unicodedata.normalize("NFKD", plain.casefold())
    letters = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    letters = letters.translate(_ARABIC_VARIANTS).replace("ـ", "")
    words = re.sub(r"[^\w\s]", " ", letters).split()
    # A message of signs only (emoji, "???") has no words: it is compared as it is.
    return re.sub(r"(.)\1{2,}", r"\1", " ".join(words)) or plain.strip()


def without_annotations(text: str) -> str:
    """Returns the words of a training message: `[ma mère](relation:mother)` is "ma mère"."""
    return _ANNOTATION.sub(r"\1", text)


def _end_of_block(lines: list[str], example: NewExample) -> int:
    """Returns after which line the messages of an intent and language end."""
    start = f"- intent: {example.intent}"
    for number, line in enumerate(lines):
        if line.rstrip() != start:
            continue
        end = number + 1
        while end < len(lines) and not lines[end].startswith("- "):
            end += 1
        block = lines[number:end]
        if any(part.strip() == f"language: {example.language}" for part in block):
            last = max(i for i, part in enumerate(block) if part.strip().startswith("- "))
            return number + last + 1
    return _NO_BLOCK

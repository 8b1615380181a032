"""Trains the learnt stage of the emergency gate: python -m scripts.train_danger [--judge]

It learns from `data/nlu` (`report_emergency` against all else) and from the messages in
`nlu/danger/messages`: dangers; safe ones that come near to them; and plain ones, bare answers and
all but the same as others, which the intents do not need but of which the gate has to know that
they are harmless. It writes `nlu/danger/learnt.npz`. With `--judge` it writes nothing but measures
on messages that were kept apart, whole stretches of a file at a time since neighbours have one
writer.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from nlu.danger.evidence import COLUMNS, Finding, evidence
from nlu.danger.learnt import FOLDER, Borders, LearntStage, fingerprint, verdict
from nlu.danger.text import tokenize
from nlu.emergency import judge, named
from scripts.check_data import LANGUAGES, read_examples
from scripts.train import ROOT

Columns = list[NDArray[np.int64]]

MESSAGES = FOLDER / "messages"
_LOOKED_AT = (0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
BORDERS = Borders(danger=0.005, nothing=0.3, excused=0.5)
"""Where the stage overrules the patterns: chosen on stretches kept apart (`--judge`), so that it
silences fewer than two in a thousand of the dangers that they find; the others are nearly the
lowest that ring for less than 2 % of the safe held-out messages and miss none of
`tests/nlu/mild`."""
_C = 30.0
_FOLDS = 5
_STRETCH = 25  # neighbouring messages that are kept apart together
_COPIES = 2
_NONSENSE_EVERY = 20
_FORGOTTEN = 0.35
_RESPELLED = 0.3
_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
_WEIGHT = {"danger": 6.0, "near": 3.0, "medical": 2.0, "other": 1.0}
# One sound, several spellings: where a language's phone keyboards differ from region to region.
_SPELLINGS = (
    ("9", "q", "k", "g"),
    ("kh", "5", "x"),
    ("ch", "sh", "x"),
    ("gh", "8", "r"),
    ("7", "h"),
    ("3", "a", "aa"),
    ("ou", "o", "u", "w"),
    ("i", "y"),
    ("e", "a", ""),
)


@dataclass(frozen=True)
class Lesson:
    """A message to learn from.

    Attributes:
        text: As a patient wrote it.
        language: Tag of its language.
        kind: `danger`; `near` to one, but safe; `medical` question; `other`.
        stretch: Name of the stretch of neighbours that it stands in.
    """

    text: str
    language: str
    kind: str
    stretch: str

    @property
    def danger(self) -> bool:
        """Whether it is an emergency."""
        return self.kind == "danger"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judge", action="store_true", help="measure only, write nothing")
    lessons = list(read_lessons())
    lessons += nonsense(lessons)
    known = [_columns(lesson.text) for lesson in lessons]
    if parser.parse_args().judge:
        _judge(lessons, known)
        return
    stage = train(lessons, known)
    stage.save()
    sys.stdout.write(f"Learnt from {len(lessons)} messages.\n")


def read_lessons(messages: Path = MESSAGES) -> Iterator[Lesson]:
    """Yields all messages to learn from."""
    for language in LANGUAGES:
        counts: dict[str, int] = {}
        near = set((messages / f"safe.{language}.txt").read_text("utf-8").splitlines())
        for example in read_examples(ROOT / "data" / "nlu" / language):
            kind = {"report_emergency": "danger", "ask_medical_question": "medical"}.get(
                example.intent, "other"
            )
            at = counts[example.intent] = counts.get(example.intent, -1) + 1
            stretch = f"{language} {example.intent} {at // _STRETCH}"
            text = _ANNOTATION.sub(r"\1", example.text)
            # What comes near to a danger may be a training message too; here it weighs as near.
            if text not in near:
                yield Lesson(text, language, kind, stretch)
        for name, kind in (("danger", "danger"), ("safe", "near"), ("plain", "other")):
            lines = (messages / f"{name}.{language}.txt").read_text("utf-8").splitlines()
            for at, line in enumerate(lines):
                yield Lesson(line, language, kind, f"{language} {name} {at // _STRETCH}")


def nonsense(lessons: Sequence[Lesson]) -> Iterator[Lesson]:
    """Yields messages that mean nothing: the letters of ordinary ones, shuffled in each word."""
    chance = random.Random(3)
    ordinary = [lesson for lesson in lessons if lesson.kind == "other"]
    for lesson in ordinary[::_NONSENSE_EVERY]:
        text = " ".join("".join(chance.sample(word, len(word))) for word in lesson.text.split())
        yield replace(lesson, text=text, stretch=f"{lesson.language} nonsense")


def train(lessons: Sequence[Lesson], known: Sequence[Columns]) -> LearntStage:
    """Learns the weights; `known` are the columns of the lessons.

    What may be a danger is learnt again in other spellings and with some of its concepts forgotten:
    the lexicons know the words of nearly all lessons, but not those of the next patient.
    """
    chance = random.Random(1)
    taught = list(zip(lessons, known, strict=True))
    for lesson in lessons:
        if lesson.kind in {"danger", "near"}:
            for _ in range(_COPIES):
                text = (
                    respell(lesson.text, chance) if lesson.language == "ary-Latn" else lesson.text
                )
                taught.append((lesson, _columns(text, chance)))
    share = {kind: w / (1 + _COPIES * (kind in {"danger", "near"})) for kind, w in _WEIGHT.items()}
    model = LogisticRegression(C=_C, solver="liblinear", tol=1e-3, random_state=1)
    model.fit(
        matrix([columns for _, columns in taught]),
        [lesson.danger for lesson, _ in taught],
        sample_weight=[share[lesson.kind] for lesson, _ in taught],
    )
    weights = model.coef_[0].astype(np.float32)
    return LearntStage(weights, float(model.intercept_[0]), BORDERS, fingerprint())


def matrix(known: Sequence[Columns]) -> scipy.sparse.csr_matrix:
    """Returns the evidence as rows; every part has unit length."""
    parts = [(row, part) for row, parts in enumerate(known) for part in parts if len(part)]
    values = [np.full(len(part), len(part) ** -0.5, np.float32) for _, part in parts]
    rows = [np.full(len(part), row) for row, part in parts]
    columns = [part for _, part in parts]
    return scipy.sparse.csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
        shape=(len(known), COLUMNS),
    )


def respell(text: str, chance: random.Random) -> str:
    """Returns the message as another hand would spell it in Latin letters."""
    for spellings in _SPELLINGS:
        for spelling in spellings:
            if spelling and spelling in text and chance.random() < _RESPELLED:
                text = text.replace(spelling, chance.choice(spellings), chance.randint(1, 3))
                break
    return text


def _columns(text: str, chance: random.Random | None = None) -> Columns:
    """Returns the evidence of a message, some of its concepts forgotten at random."""
    tokens = tokenize(text)
    mentions = named(tokens)
    if chance is not None:
        mentions = [m for m in mentions if chance.random() > _FORGOTTEN]
    judgement = judge(text, tokens, mentions)
    return evidence(text, tokens, judgement.mentions, judgement.findings)


def _judge(lessons: Sequence[Lesson], known: Sequence[Columns]) -> None:
    """Prints recall and false alarms on stretches that were not learnt from."""
    names = sorted({lesson.stretch for lesson in lessons})
    random.Random(2).shuffle(names)
    fold = {name: at % _FOLDS for at, name in enumerate(names)}
    scores = np.zeros(len(lessons))
    for apart in range(_FOLDS):
        inside = [i for i, lesson in enumerate(lessons) if fold[lesson.stretch] != apart]
        stage = train([lessons[i] for i in inside], [known[i] for i in inside])
        for i, lesson in enumerate(lessons):
            if fold[lesson.stretch] == apart:
                scores[i] = stage.probability(known[i])
    found = [frozenset(_findings(lesson.text)) for lesson in lessons]
    verdicts = np.array([verdict(findings) for findings in found])
    kinds = np.array([lesson.kind for lesson in lessons])
    for name, border in BORDERS._asdict().items():
        inside = verdicts == name
        sys.stdout.write(f"patterns: {name}, border {border}\n")
        for kind in _WEIGHT:
            group = scores[inside & (kinds == kind)]
            ringing = "  ".join(f"{at}: {np.sum(group >= at):5}" for at in _LOOKED_AT)
            sys.stdout.write(f"  {kind:8}{len(group):6}  ring at {ringing}\n")
    rings = scores >= np.array([getattr(BORDERS, name) for name in verdicts])
    languages = np.array([lesson.language for lesson in lessons])
    for language in LANGUAGES:
        shares = (
            f"{kind} {np.mean(rings[(languages == language) & (kinds == kind)]):.3f}"
            for kind in _WEIGHT
        )
        sys.stdout.write(f"{language:9}rings for {'  '.join(shares)}\n")


def _findings(text: str) -> Set[Finding]:
    tokens = tokenize(text)
    return judge(text, tokens, named(tokens)).findings


if __name__ == "__main__":
    main()

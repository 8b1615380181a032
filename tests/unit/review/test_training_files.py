"""The patch of training data: it goes into the right block, applies, and takes nothing twice."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from clinic.review.errors import UnknownIntentError
from clinic.review.training_files import NewExample, TrainingFiles

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def working_copy(tmp_path: Path) -> Path:
    for folder in ("data/nlu", "tests/nlu"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def test_the_patch_applies_and_is_then_empty(working_copy: Path) -> None:
    files = TrainingFiles(working_copy)
    examples = [
        NewExample("zzz caser un créneau qq part", "book_appointment", "fr"),
        NewExample("zzz bghit chi blassa 3endkom", "book_appointment", "ary-Latn"),
        NewExample("zzz combien ça coûte au juste", "ask_price", "fr"),
    ]
    patch = files.patch(examples)

    subprocess.run(
        ["git", "apply", "-"],
        cwd=working_copy,
        input=patch.encode(),
        check=True,
        capture_output=True,
    )

    assert files.patch(examples) == ""
    known = files.trained("ZZZ caser un creneau, qq part!")
    assert known is not None
    assert (known.intent, known.place) == ("book_appointment", "data/nlu/fr/booking.yml")
    added = [line for line in patch.splitlines() if line[:1] == "+" and line[:3] != "+++"]
    assert len(added) == 3


def test_test_messages_are_known_whatever_their_spelling(working_copy: Path) -> None:
    held_out = next((working_copy / "tests" / "nlu" / "fr").glob("booking.yml"))
    line = next(
        line.strip()[2:] for line in held_out.read_text(encoding="utf-8").splitlines()
        if line.startswith("    - ") and "[" not in line
    )  # fmt: skip
    files = TrainingFiles(working_copy)

    assert files.is_held_out(line.upper() + " !")
    assert not files.is_held_out("zzz tout autre chose")


def test_every_intent_has_a_file_in_every_language() -> None:
    files = TrainingFiles(ROOT)
    for language in ("fr", "ary", "ary-Latn", "en"):
        assert len(files.intents(language)) > 40
        for intent in files.intents(language):
            assert files.patch([NewExample("zzz qsd", intent, language)]).count("\n+    - ") == 1


def test_an_intent_that_nobody_writes_is_refused() -> None:
    with pytest.raises(UnknownIntentError):
        TrainingFiles(ROOT).file_of("choose_slot", "fr")

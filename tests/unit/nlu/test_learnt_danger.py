"""The learnt stage of the emergency gate: it fits the code, it helps, it overrules with care."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlu.danger import learnt
from nlu.danger.evidence import COLUMNS, Finding, evidence
from nlu.danger.learnt import FILE, Borders, LearntStage, fingerprint, learnt_stage
from nlu.danger.text import tokenize
from nlu.emergency import EmergencyCategory, assess_emergency

BORDERS = Borders(danger=0.03, nothing=0.25, excused=0.5)
EMPTY = LearntStage(np.zeros(COLUMNS, dtype=np.float32), 0.0, BORDERS, "")


def use(stage: LearntStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlu.emergency.learnt_stage", lambda: stage)


def test_weights_were_learnt_with_this_code() -> None:
    assert learnt_stage().fingerprint == fingerprint(), "run python -m scripts.train_danger"


def test_file_is_small_enough_for_the_repository() -> None:
    assert FILE.stat().st_size < 400_000


def test_same_word_in_both_scripts_is_the_same_evidence() -> None:
    latin, arabic = (evidence(t, tokenize(t), [], frozenset())[3] for t in ("slk", "سلك"))
    assert latin.tolist() == arabic.tolist()


def test_what_was_saved_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = np.linspace(-1.27, 1.27, COLUMNS, dtype=np.float32)
    stage = LearntStage(weights, -2.0, BORDERS, "code")
    stage.save(tmp_path / "learnt.npz")
    monkeypatch.setattr(learnt, "FILE", tmp_path / "learnt.npz")
    read = learnt_stage.__wrapped__()
    assert np.allclose(read.weights, weights, atol=0.001)
    borders = (read.bias, read.borders, read.fingerprint)
    assert borders == (-2.0, BORDERS, "code")


def test_probable_danger_without_a_pattern_is_a_sign_over_the_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(replace(EMPTY, bias=5.0), monkeypatch)
    text = " bonjour à tous."
    sign = assess_emergency(text)
    assert sign is not None
    assert (sign.category, sign.text) == (EmergencyCategory.KEYWORD, "bonjour à tous")


@pytest.mark.parametrize(
    ("text", "log_odds", "rings"),
    [
        # The patterns find a danger: only what is all but certainly none is dismissed.
        ("mon père s'est évanoui", -3.0, True),
        ("mon père s'est évanoui", -4.0, False),
        # They find nothing.
        ("bonjour à tous", -1.0, True),
        ("bonjour à tous", -1.2, False),
        # They find one and excuse it.
        ("l'an dernier j'ai eu un malaise", 0.1, True),
        ("l'an dernier j'ai eu un malaise", -0.1, False),
    ],
)
def test_border_depends_on_what_the_patterns_say(
    text: str, log_odds: float, rings: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(replace(EMPTY, bias=log_odds), monkeypatch)
    assert (assess_emergency(text) is not None) is rings


def test_a_single_word_is_left_to_the_patterns(monkeypatch: pytest.MonkeyPatch) -> None:
    use(replace(EMPTY, bias=-20.0), monkeypatch)
    assert assess_emergency("hémorragie") is not None
    use(replace(EMPTY, bias=20.0), monkeypatch)
    assert assess_emergency("bonjour") is None


def test_what_the_patterns_found_is_evidence() -> None:
    text = "mon père s'est évanoui"
    found = frozenset((Finding("danger", "unconscious"),))
    without, with_it = (
        {int(column) for part in evidence(text, tokenize(text), [], findings) for column in part}
        for findings in (frozenset[Finding](), found)
    )
    assert with_it - without
    assert without - with_it


def test_no_training_message_of_the_stage_is_a_test_message() -> None:
    from scripts.check_data import check_danger_messages

    assert list(check_danger_messages()) == []

"""The learnt stage of the emergency gate: it fits the code, it helps, it overrules with care."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlu.danger import learnt
from nlu.danger.evidence import COLUMNS, evidence
from nlu.danger.learnt import FILE, LearntStage, fingerprint, learnt_stage
from nlu.danger.text import tokenize
from nlu.emergency import EmergencyCategory, assess_emergency

EMPTY = LearntStage(np.zeros(COLUMNS, dtype=np.float32), 0.0, 0.9, "")


def use(stage: LearntStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlu.emergency.learnt_stage", lambda: stage)


def test_weights_were_learnt_with_this_code() -> None:
    assert learnt_stage().fingerprint == fingerprint(), "run python -m scripts.train_danger"


def test_file_is_small_enough_for_the_repository() -> None:
    assert FILE.stat().st_size < 400_000


def test_same_word_in_both_scripts_is_the_same_evidence() -> None:
    latin, arabic = (evidence(t, tokenize(t), [])[3] for t in ("slk", "سلك"))
    assert latin.tolist() == arabic.tolist()


def test_what_was_saved_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = np.linspace(-1.27, 1.27, COLUMNS, dtype=np.float32)
    stage = LearntStage(weights, -2.0, 0.2, "code")
    stage.save(tmp_path / "learnt.npz")
    monkeypatch.setattr(learnt, "FILE", tmp_path / "learnt.npz")
    read = learnt_stage.__wrapped__()
    assert np.allclose(read.weights, weights, atol=0.001)
    borders = (read.bias, read.alarm, read.fingerprint)
    assert borders == (-2.0, 0.2, "code")


def test_probable_danger_without_a_pattern_is_a_sign_over_the_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(replace(EMPTY, bias=5.0), monkeypatch)
    text = " bonjour à tous."
    sign = assess_emergency(text)
    assert sign is not None
    assert (sign.category, sign.text) == (EmergencyCategory.KEYWORD, "bonjour à tous")


def test_what_the_patterns_excuse_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    use(replace(EMPTY, bias=5.0), monkeypatch)
    assert assess_emergency("l'an dernier j'ai eu un malaise") is None


def test_learnt_stage_never_silences_a_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    use(replace(EMPTY, bias=-20.0), monkeypatch)
    assert assess_emergency("mon père s'est évanoui") is not None


def test_no_training_message_of_the_stage_is_a_test_message() -> None:
    from scripts.check_data import check_danger_messages

    assert list(check_danger_messages()) == []

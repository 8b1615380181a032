from pathlib import Path

import pytest

from nlu import trained_component
from nlu.intent_classifier import CalibratedIntentClassifier


def test_a_change_below_the_component_changes_what_the_cache_looks_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trained_component, "_FOLDER", tmp_path)
    (tmp_path / "words.yml").write_text("a: b", encoding="utf-8")
    before = CalibratedIntentClassifier.fingerprint_addon({})
    (tmp_path / "words.yml").write_text("a: c", encoding="utf-8")
    assert CalibratedIntentClassifier.fingerprint_addon({}) != before

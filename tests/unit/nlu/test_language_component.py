"""The trainable Rasa component for the language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.language_component import LanguageIdentifier, example_language
from nlu.language_identifier import LANGUAGES

MESSAGES = Path(__file__).parents[2] / "nlu" / "language"
CONTEXT = cast(Any, SimpleNamespace(node_name="language"))


class FolderStorage:
    """Model storage in one folder, with the two methods that components use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def write_to(self, resource: Resource) -> Iterator[Path]:
        target = self._folder / resource.name
        target.mkdir(exist_ok=True)
        yield target

    @contextmanager
    def read_from(self, resource: Resource) -> Iterator[Path]:
        if not (self._folder / resource.name).exists():
            raise ValueError("never written")
        yield self._folder / resource.name


def training_data() -> TrainingData:
    return TrainingData(
        [
            Message(
                data={"text": text, "intent": "x", "metadata": {"intent": {"language": language}}}
            )
            for language in LANGUAGES
            for text in yaml.safe_load((MESSAGES / f"{language}.yml").read_text("utf-8"))[::2]
        ]
    )


def build(folder: Path) -> LanguageIdentifier:
    storage = cast(Any, FolderStorage(folder))
    return LanguageIdentifier.create({}, storage, Resource("language"), CONTEXT)


def test_untrained_component_sets_the_language_by_rules(tmp_path: Path) -> None:
    [message] = build(tmp_path).process([Message(data={"text": "bghit rdv ghedda"})])
    output = message.as_dict(only_output_properties=True)
    assert output == {"text": "bghit rdv ghedda", "language": "ary-Latn"}


def test_model_learned_and_stored_gives_the_same_answers_when_loaded(tmp_path: Path) -> None:
    trained = build(tmp_path)
    trained.train(training_data())
    storage = cast(Any, FolderStorage(tmp_path))
    loaded = LanguageIdentifier.load({}, storage, Resource("language"), CONTEXT)
    texts = [
        text
        for language in LANGUAGES
        for text in yaml.safe_load((MESSAGES / f"{language}.yml").read_text("utf-8"))[1::2]
    ]
    assert [loaded.identify(text) for text in texts] == [trained.identify(text) for text in texts]
    assert loaded.identify("zzqx brrt") != build(tmp_path).identify("zzqx brrt")


@pytest.mark.parametrize("language", LANGUAGES)
def test_trained_component_is_right_on_messages_it_has_not_seen(
    tmp_path: Path, language: str
) -> None:
    component = build(tmp_path)
    component.train(training_data())
    texts = yaml.safe_load((MESSAGES / f"{language}.yml").read_text("utf-8"))[1::2]
    wrong = [text for text in texts if component.identify(text).tag != language]
    assert len(wrong) <= 1, wrong  # learned from 120 messages only


def test_name_stays_without_language_after_training(tmp_path: Path) -> None:
    component = build(tmp_path)
    component.train(training_data())
    assert component.identify("Youssef Alaoui").tag == "und"


def test_nothing_stored_loads_a_component_with_rules_alone(tmp_path: Path) -> None:
    storage = cast(Any, FolderStorage(tmp_path))
    loaded = LanguageIdentifier.load({}, storage, Resource("language"), CONTEXT)
    assert loaded.identify("je voudrais un rendez-vous").tag == "fr"


def test_training_without_languages_stores_nothing(tmp_path: Path) -> None:
    component = build(tmp_path)
    component.train(TrainingData([Message(data={"text": "bonjour", "intent": "greet"})]))
    assert list(tmp_path.iterdir()) == []


def test_example_language_is_its_own_before_its_intents() -> None:
    metadata = {"intent": {"language": "fr"}, "example": {"language": "en"}}
    assert example_language(Message(data={"text": "x", "metadata": metadata})) == "en"
    assert example_language(Message(data={"text": "x"})) is None

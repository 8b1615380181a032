"""What loads quickly loads the same, and what is replaced is still what it was written for."""

from __future__ import annotations

import hashlib
import importlib.metadata
import inspect
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.exceptions import YamlException
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.utils.io import read_yaml
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver

from nlu import quick_loading

SCALARS = ["", "1", "1.5", "true", "yes", "no", "null", "~", "2026-11-22", "0x1f", "texte", "${A}"]


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VersionedResolver, "resolve", VersionedResolver.resolve)
    monkeypatch.setattr(DomainProvider, "load", DomainProvider.load)
    monkeypatch.setattr(RasaYAMLReader, "validate", RasaYAMLReader.validate)


def test_the_replaced_functions_are_those_of_the_installed_packages() -> None:
    found = {
        "ruamel.yaml": importlib.metadata.version("ruamel.yaml"),
        "rasa": importlib.metadata.version("rasa"),
    }
    assert found == {"ruamel.yaml": "0.17.21", "rasa": "3.6.21"}
    source = inspect.getsource(quick_loading._resolve)
    assert hashlib.sha256(source.encode()).hexdigest() == (
        "60e6c39d0997b49538e6d951bd97fb9b2f54c612993b0316df753adb945569bb"
    )


@pytest.mark.parametrize("text", SCALARS)
def test_scalars_have_the_same_tag(text: str) -> None:
    for version in ((1, 1), (1, 2)):
        theirs = quick_loading._resolve(VersionedResolver(version), ScalarNode, text, (True, False))
        resolver = VersionedResolver(version)
        ours = quick_loading._resolve_without_growth(resolver, ScalarNode, text, (True, False))
        assert ours == theirs


def test_lists_of_resolvers_do_not_grow_while_reading() -> None:
    quick_loading.load_quickly()
    quick_loading.load_quickly()

    before = len(VersionedResolver((1, 2)).versioned_resolver["t"])
    read_yaml("texts:\n" + "".join(f"- text {number}\n" for number in range(50)))

    assert len(VersionedResolver((1, 2)).versioned_resolver["t"]) == before


def test_a_domain_loads_as_it_was_stored(tmp_path: Path) -> None:
    storage = LocalModelStorage.create(tmp_path)
    resource = Resource("domain")
    domain = Domain.from_dict(
        {
            "intents": ["greet"],
            "slots": {"language": {"type": "text", "mappings": [{"type": "custom"}]}},
            "responses": {"utter_greet": [{"text": "سلام 👋"}, {"text": "oui"}]},
        }
    )
    DomainProvider(storage, resource)._persist(domain)
    quick_loading.load_quickly()

    loaded = DomainProvider.load({}, storage, resource, ExecutionContext(GraphSchema({})))

    assert loaded.provide_inference().as_dict() == domain.as_dict()


FAULTS = [
    "nlu:\n- intent: greet\n  examples:\n    hello\n  exampels: |\n    - hi\n",
    "nlu:\n- intent: greet\n  examples: |\n    - hi\n intent: bye\n",
    "nlu:\n- intent: greet\n  intent: bye\n  examples: |\n    - hi\n",
    "nlu:\n- 7\n",
    "responses:\n  utter_greet: hello\n",
]


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_in_messages_is_told_in_rasas_words(text: str) -> None:
    with pytest.raises(YamlException) as theirs:
        quick_loading._validate(RasaYAMLReader(), text)
    quick_loading.load_quickly()
    with pytest.raises(YamlException) as ours:
        RasaYAMLReader().reads(text)
    assert str(ours.value) == str(theirs.value)


def test_messages_without_a_fault_are_read() -> None:
    quick_loading.load_quickly()
    read = RasaYAMLReader().reads("nlu:\n- intent: greet\n  examples: |\n    - سلام 👋\n    - hi\n")
    assert [each.get("text") for each in read.training_examples] == ["سلام 👋", "hi"]

"""The patches are for the installed Rasa, and find what Rasa itself finds.

When a hash differs, Rasa has changed: read its new source, change the patch, then the hash.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

from connectors import rasa_patches

HASHES = {
    (
        "RemoteAction",
        "_validate_action_result",
    ): "ce61fe852bba0d78041dccaa58b2b43722f31b27478829fe4d499b2004f202bd",
    (
        "Event",
        "resolve_by_type",
    ): "827b7f980af2f40c175455220341a8464e6a2571b98b79420ecbc36d12ab2807",
}
"""SHA-256 of the source in Rasa 3.6.21."""


def own_source(owner: type, name: str) -> str:
    """Rasa's source of a method, from its file: the method itself may be patched already."""
    source = textwrap.dedent(inspect.getsource(owner))
    (class_node,) = ast.parse(source).body
    assert isinstance(class_node, ast.ClassDef)
    method = next(node for node in class_node.body if getattr(node, "name", None) == name)
    found = ast.get_source_segment(source, method, padded=True)
    assert found is not None
    return textwrap.dedent(found)


def own(owner: type, name: str) -> Callable[..., Any]:
    """Rasa's own function."""
    module = inspect.getmodule(owner)
    namespace = dict(vars(module))
    exec(own_source(owner, name), namespace)
    function: Callable[..., Any] = namespace[name]
    return function


def test_the_patches_are_for_the_installed_rasa() -> None:
    assert importlib.metadata.version("rasa") == rasa_patches.PATCHED_RASA_VERSION


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (RemoteAction, "_validate_action_result"),
        (Event, "resolve_by_type"),
    ],
)
def test_the_patched_source_is_unchanged(owner: type, name: str) -> None:
    digest = hashlib.sha256(own_source(owner, name).encode()).hexdigest()

    assert digest == HASHES[owner.__name__, name]


def test_every_event_is_found_as_rasa_finds_it() -> None:
    resolve = own(Event, "resolve_by_type")
    names = {event_type.type_name for event_type in all_subclasses(Event)}

    assert len(names) > 20
    assert {name: rasa_patches._resolve_by_type(name) for name in names} == {
        name: resolve(name) for name in names
    }


def test_unknown_events_are_treated_as_rasa_treats_them() -> None:
    resolve = own(Event, "resolve_by_type")
    for function in (resolve, rasa_patches._resolve_by_type):
        assert function("topic") is None
        assert function("no such event", Event) is Event
        with pytest.raises(ValueError, match="Unknown event name 'no such event'"):
            function("no such event")


def test_applying_twice_changes_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RemoteAction, "_validate_action_result", None)
    monkeypatch.setattr(Event, "resolve_by_type", None)

    rasa_patches.apply_patches()
    rasa_patches.apply_patches()

    assert RemoteAction._validate_action_result is rasa_patches._validate_action_result
    assert Event.resolve_by_type is rasa_patches._resolve_by_type

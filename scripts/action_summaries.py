"""What every custom action says of itself: its name for Rasa, its module, its docstring."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from dataclasses import dataclass

from rasa_sdk import Action

import actions

_NOT_DIALOGUE = ("embedded",)
"""Modules without an action; this one would load Rasa itself."""


@dataclass(frozen=True)
class ActionSummary:
    """An action in a line.

    Attributes:
        module: its file in `actions/`, without the ending.
        summary: the first line of its docstring, without the full stop.
    """

    name: str
    module: str
    summary: str


def summarise_actions() -> dict[str, ActionSummary]:
    """Returns all actions of the package `actions` by name."""
    found: dict[str, ActionSummary] = {}
    for module in pkgutil.iter_modules(actions.__path__):
        if module.name in _NOT_DIALOGUE:
            continue
        content = importlib.import_module(f"actions.{module.name}")
        for _, kind in inspect.getmembers(content, inspect.isclass):
            if issubclass(kind, Action) and kind.__module__ == content.__name__:
                name = str(kind().name())
                line = (inspect.getdoc(kind) or "").splitlines()[0]
                found[name] = ActionSummary(name, module.name, line.rstrip("."))
    return found

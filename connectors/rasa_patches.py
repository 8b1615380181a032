"""Faster versions of two private functions of Rasa 3.6.21, measured in `docs/benchmarks.md`.

`tests/unit/connectors/test_rasa_patches.py` fails when the patched code changes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

PATCHED_RASA_VERSION = "3.6.21"


def apply_patches() -> None:
    """Replaces the slow functions; doing it twice changes nothing more."""
    RemoteAction._validate_action_result = _validate_action_result
    Event.resolve_by_type = staticmethod(_resolve_by_type)


def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    """Rasa checks the answer of an action server against a JSON schema; ours is no server.

    The actions run in this process and `rasa_sdk` builds their events; the check took 3 ms of
    each action.
    """
    return True


@lru_cache(maxsize=1)
def _event_types() -> dict[str, type[Event]]:
    types: dict[str, type[Event]] = {}
    for event_type in all_subclasses(Event):
        types.setdefault(event_type.type_name, event_type)
    return types


def _resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    """Rasa lists all subclasses anew for every event of a conversation."""
    found = _event_types().get(type_name)
    if found is not None or type_name == "topic":
        return found
    if default is None:
        raise ValueError(f"Unknown event name '{type_name}'.")
    return default

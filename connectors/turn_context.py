"""The turn that is being answered, known to the output channel, the tracker store and actions."""

from __future__ import annotations

from contextvars import ContextVar

from clinic.messaging.model import Turn

current_turn: ContextVar[Turn | None] = ContextVar("current_turn", default=None)

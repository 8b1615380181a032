"""Errors of hand-offs.

HandoffError
├── UnknownConversationError
├── NotOpenError
├── TakenByAnotherError
├── NotSendableError
│   └── NotAgreedError
└── EmptyTextError
"""

from __future__ import annotations


class HandoffError(Exception):
    """It cannot be done with this conversation now."""


class UnknownConversationError(HandoffError):
    """There is no such conversation, or it belongs to another site."""


class NotOpenError(HandoffError):
    """The conversation was closed meanwhile, or another one was opened since."""


class TakenByAnotherError(HandoffError):
    """A colleague has the conversation; `by` is their id."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


class NotSendableError(HandoffError):
    """The template is unknown, not approved, or incomplete."""


class NotAgreedError(NotSendableError):
    """The patient has not agreed to what the template is for."""


class EmptyTextError(HandoffError):
    """There is no text, or more than WhatsApp takes (4096 characters)."""

"""Errors of hand-offs.

HandoffError
├── UnknownConversationError
├── NotOpenError
├── UnreachableError
├── TakenByAnotherError
├── NotSendableError
│   └── NotAgreedError
├── FileNotSendableError
└── EmptyTextError
"""

from __future__ import annotations

from enum import Enum


class HandoffError(Exception):
    """It cannot be done with this conversation now."""


class UnknownConversationError(HandoffError):
    """There is no such conversation, or it belongs to another site."""


class NotOpenError(HandoffError):
    """The conversation was closed meanwhile, or another one was opened since."""


class UnreachableError(HandoffError):
    """The contact has neither number nor user id any more: it was joined to another."""


class TakenByAnotherError(HandoffError):
    """A colleague has the conversation; `by` is their id."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


class NotSendableError(HandoffError):
    """The template is unknown, not approved, or incomplete."""


class NotAgreedError(NotSendableError):
    """The patient has not agreed to what the template is for."""


class FileFault(str, Enum):
    """Why a file of staff is not sent."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    PICTURE_TOO_LARGE = "picture_too_large"
    TYPE = "type"
    DAMAGED = "damaged"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"
    WINDOW_CLOSED = "window_closed"
    PROVIDER = "provider"


class FileNotSendableError(HandoffError):
    """A file can't be sent: it is refused, or the moment is; `fault` says why."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(fault.value)
        self.fault = fault

    @property
    def may_be_sent_later(self) -> bool:
        """Whether only the moment is wrong, not the file."""
        return self.fault in (FileFault.NOT_SCANNED, FileFault.WINDOW_CLOSED)


class EmptyTextError(HandoffError):
    """There is no text, or more than WhatsApp takes (4096 characters)."""

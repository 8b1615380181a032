"""Errors of the office's requests.

RequestsError
├── RequestNotFoundError
├── RequestClosedError
├── RequestWithoutPatientError
└── ChatNotPossibleError
"""

from __future__ import annotations


class RequestsError(Exception):
    """Something about a request cannot be done."""


class RequestNotFoundError(RequestsError):
    """There is no such request."""


class RequestClosedError(RequestsError):
    """The request was answered already."""


class RequestWithoutPatientError(RequestsError):
    """It is not known whose request it is: the contact has several patients, or none."""


class ChatNotPossibleError(RequestsError):
    """A document can't go into the conversation: the window is closed, or who reads is unsure."""

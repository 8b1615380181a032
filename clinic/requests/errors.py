"""Errors of the office's requests.

RequestsError
├── RequestNotFoundError
└── RequestClosedError
"""

from __future__ import annotations


class RequestsError(Exception):
    """Something about a request cannot be done."""


class RequestNotFoundError(RequestsError):
    """There is no such request."""


class RequestClosedError(RequestsError):
    """The request was answered already."""

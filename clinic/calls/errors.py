"""Errors of the call list.

CallsError
└── CallNotFoundError
"""

from __future__ import annotations


class CallsError(Exception):
    """Root of the errors of this package."""


class CallNotFoundError(CallsError):
    """There is no such call to make."""

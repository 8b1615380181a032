"""Errors of the report.

ReportError
├── ModelNotReadyError   no model, one older than the data, or one that does not load
└── HeldOutError         a file of held-out messages cannot be read
"""

from __future__ import annotations


class ReportError(Exception):
    """The report cannot be made; the message says what to do."""


class ModelNotReadyError(ReportError):
    """There is no model that fits the data and the code."""


class HeldOutError(ReportError):
    """A file of held-out messages has another shape than expected."""

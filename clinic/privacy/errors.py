"""What can go wrong with a patient's rights.

PrivacyError
└── InvalidValueError    a corrected value cannot be one of its kind
"""

from __future__ import annotations


class PrivacyError(Exception):
    """Root of the errors of this package."""


class InvalidValueError(PrivacyError):
    """A corrected value cannot be one of its kind."""

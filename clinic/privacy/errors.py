"""What can go wrong with a patient's rights.

PrivacyError
├── ExportGoneError      the link is unknown, used, too old, or was guessed at too often
├── WrongFactorError     the second factor does not match; the link stays for another try
└── InvalidValueError    a corrected value cannot be one of its kind
"""

from __future__ import annotations


class PrivacyError(Exception):
    """Root of the errors of this package."""


class ExportGoneError(PrivacyError):
    """The link is unknown, used, too old, or was guessed at too often."""


class WrongFactorError(PrivacyError):
    """The second factor does not match; the link stays for another try."""


class InvalidValueError(PrivacyError):
    """A corrected value cannot be one of its kind."""

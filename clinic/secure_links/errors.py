"""What can go wrong with a secure link.

SecureLinkError
├── LinkGoneError       the link is unknown, used, too old, or was guessed at too often
├── WrongFactorError    the second factor does not match; the link stays for another try
└── NoBirthDateError    a medical document needs the patient's date of birth as second factor
"""

from __future__ import annotations


class SecureLinkError(Exception):
    """Root of the errors of this package."""


class LinkGoneError(SecureLinkError):
    """The link is unknown, used, too old, or was guessed at too often."""


class WrongFactorError(SecureLinkError):
    """The second factor does not match; the link stays for another try."""


class NoBirthDateError(SecureLinkError):
    """A medical document needs the patient's date of birth as second factor."""

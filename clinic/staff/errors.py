"""Errors of the staff's accounts.

StaffError
├── LoginTakenError
├── LoginInvalidError
├── UnknownMemberError
├── LastAdministratorError
└── WeakPasswordError
"""

from __future__ import annotations


class StaffError(Exception):
    """An account cannot be made or changed like that."""


class LoginTakenError(StaffError):
    """Another member has that login name."""


class LoginInvalidError(StaffError):
    """A login name has 2 to 64 letters, digits, dots, dashes, underscores or @."""


class UnknownMemberError(StaffError):
    """No member of staff has that id or login name."""


class LastAdministratorError(StaffError):
    """Somebody has to be able to make accounts: one administrator must stay."""


class WeakPasswordError(StaffError):
    """The password is shorter than 12 characters, longer than 200, or holds the login name."""

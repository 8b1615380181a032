"""Errors of the clinic file in the console.

ClinicVersionError
├── ChangedMeanwhileError    somebody saved another version since this one was read
├── UnknownVersionError      there is no such version
└── NothingChangedError      it says what the version in force says
"""

from __future__ import annotations


class ClinicVersionError(Exception):
    """Root of the errors of this package."""


class ChangedMeanwhileError(ClinicVersionError):
    """Somebody saved another version since this one was read."""


class UnknownVersionError(ClinicVersionError):
    """There is no such version."""


class NothingChangedError(ClinicVersionError):
    """It says what the version in force says."""

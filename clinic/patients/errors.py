"""Errors of the patient register.

PatientsError
└── NotANameError
"""


class PatientsError(Exception):
    """Something about a patient cannot be done."""


class NotANameError(PatientsError):
    """The text cannot be somebody's name."""

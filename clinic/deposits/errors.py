"""Errors of deposits.

DepositsError
├── DepositNotFoundError
└── DepositNotPaidError
"""

from __future__ import annotations


class DepositsError(Exception):
    """Something about a deposit cannot be done."""


class DepositNotFoundError(DepositsError):
    """There is no such deposit, or its amount is another one."""


class DepositNotPaidError(DepositsError):
    """Only what was paid can be paid back."""

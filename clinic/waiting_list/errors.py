"""What can go wrong with the waiting list.

WaitingListError
├── EntryNotFoundError  the contact has no such entry
└── OfferOverError      the offer was refused, ran out, or is not the contact's
"""

from __future__ import annotations


class WaitingListError(Exception):
    """Root of the errors of this package."""


class EntryNotFoundError(WaitingListError):
    """The contact has no such entry."""


class OfferOverError(WaitingListError):
    """The offer was refused, ran out, or is not the contact's."""

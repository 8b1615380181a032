"""Errors of the review of messages.

ReviewError
├── UnknownMessageError     there is no such message, or it was decided already
├── UnknownIntentError      no training message has that intent in that language
├── HeldOutMessageError     it is a test message: training on it would make the tests worthless
├── AlreadyTrainedError     it stands in the training data already
└── EmptyExampleError       nothing is left of it
"""

from __future__ import annotations


class ReviewError(Exception):
    """Root of the errors of this package."""


class UnknownMessageError(ReviewError):
    """There is no such message, or it was decided already."""


class UnknownIntentError(ReviewError):
    """No training message has that intent in that language."""


class HeldOutMessageError(ReviewError):
    """It is a test message: training on it would make the tests worthless."""


class AlreadyTrainedError(ReviewError):
    """It stands in the training data already, under `intent`."""

    def __init__(self, intent: str) -> None:
        self.intent = intent
        super().__init__(intent)


class EmptyExampleError(ReviewError):
    """Nothing is left of it."""

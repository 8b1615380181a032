"""A circuit breaker: when nothing can be sent, one request at a time asks whether it can again.

It tells two cases apart, since somebody must do something about only one of them: the account or
its token is refused (stop at once, alert), or the API does not answer (wait, it comes back).
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from enum import Enum

from clinic.messaging.retries import ACCOUNT_PAUSE
from whatsapp.errors import AccountError, ApiError, RetryableError, TransportError, WhatsAppError

logger = logging.getLogger(__name__)

_OUTAGE_AFTER = 5
"""Failures in a row that make an outage: single ones are everyday."""
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(seconds=60)


class OpenReason(str, Enum):
    """Why nothing is sent."""

    ACCOUNT = "account"
    OUTAGE = "outage"


class CircuitBreaker:
    """Closed: everything is sent. Open: nothing, until its time. Then: one request, as a probe."""

    def __init__(self) -> None:
        self.reason: OpenReason | None = None
        self._until: datetime | None = None
        self._pause = _FIRST_PAUSE
        self._failures = 0
        self._probing = False

    def allows(self, now: datetime) -> bool:
        """Tells whether a request may be made; one that may as a probe must be reported."""
        if self.reason is None:
            return True
        if self._probing or (self._until is not None and now < self._until):
            return False
        self._probing = True
        return True

    def unused(self) -> None:
        """Reports that the request that was allowed was not needed."""
        self._probing = False

    def succeeded(self) -> None:
        """Reports that the API answered, be it with a refusal of that one message."""
        if self.reason is not None:
            logger.warning("Sending goes on: the API takes messages again.")
        self.reason = self._until = None
        self._pause, self._failures, self._probing = _FIRST_PAUSE, 0, False

    def failed(self, error: WhatsAppError, now: datetime) -> None:
        """Reports an error; only those of the account and of the API as a whole count."""
        if isinstance(error, AccountError):
            if self.reason is not OpenReason.ACCOUNT:
                logger.error(
                    "Sending is stopped by the account: code %s. Everything stays queued.",
                    error.code,
                )
            self._open(OpenReason.ACCOUNT, now + ACCOUNT_PAUSE)
        elif _is_outage(error):
            self._failures += 1
            if self.reason is not None or self._failures >= _OUTAGE_AFTER:
                if self.reason is None:
                    logger.error("The API does not answer: sending pauses and tries again.")
                self._open(self.reason or OpenReason.OUTAGE, now + self._pause)
                self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        else:
            self.succeeded()

    def _open(self, reason: OpenReason, until: datetime) -> None:
        self.reason, self._until, self._probing = reason, until, False


def _is_outage(error: WhatsAppError) -> bool:
    if isinstance(error, TransportError):
        return True
    return isinstance(error, RetryableError) and _status(error) >= 500


def _status(error: ApiError) -> int:
    return error.status or 0

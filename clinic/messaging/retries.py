"""What follows when a message could not be sent: again, later, otherwise, or never.

One rule per class of `whatsapp.errors`, whether the API said so at once or in a `failed` status.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from whatsapp.errors import (
    AccountError,
    IdentityChangedError,
    RecipientError,
    RetryableError,
    TemplateError,
    TimeoutMaybeSentError,
    TransportError,
    UploadTimeoutError,
    WhatsAppError,
    WindowClosedError,
)

PAIR_RATE_CODE = 131056
_MEDIA_CODES = frozenset({100, 131009, 131053})
"""Graph's "invalid parameter", Meta's, and "media upload error"."""
STATUS_FIRST_LOOK = timedelta(seconds=2)
"""After a lost answer: when the delivery status is first looked for."""
UNCERTAIN_FOR_AT_LEAST = timedelta(seconds=60)
"""How long a status of a request whose answer is lost may take, before its absence, while
statuses of later messages came, shows that it was not sent."""
UNCERTAIN_FOR_AT_MOST = timedelta(minutes=10)
"""Without any status of any later message: then staff are told instead of sending twice."""
ACCOUNT_PAUSE = timedelta(seconds=60)

_WINDOW_RECHECK = timedelta(seconds=5)
_MAX_BACKOFF_SECONDS = 300.0
_MAX_PAIR_RATE_SECONDS = 600.0
_MAX_ATTEMPTS_UNREACHABLE = 300
"""About a day: then the customer service window is closed anyway."""
_MAX_ATTEMPTS_UPLOAD = 10
"""About ten minutes besides the uploads: WhatsApp answers, and what follows the file waits."""
_MAX_ATTEMPTS_BUSY = 40
"""About two hours: a message that the API never takes must not hold back the next ones for ever."""


class Fate(str, Enum):
    """What becomes of a message that was not sent.

    Values are reasons for staff and labels of metrics.
    """

    RETRY = "retry"
    UNCERTAIN = "uncertain"
    WINDOW_CLOSED = "window_closed"
    IDENTITY_CHANGED = "identity_changed"
    TEMPLATE_FAULT = "template_fault"
    ACCOUNT_FAULT = "account_fault"
    UNDELIVERABLE = "undeliverable"
    GIVEN_UP = "given_up"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Outcome:
    """The fate, and for those that are tried again the wait."""

    fate: Fate
    delay: timedelta | None = None


def outcome(error: WhatsAppError, attempts: int) -> Outcome:
    """Returns what follows an error.

    Args:
        attempts: How often it was tried, the failed attempt included.
    """
    if isinstance(error, AccountError):
        # Nothing can be sent until somebody repairs the account: everything stays queued.
        return Outcome(Fate.ACCOUNT_FAULT, ACCOUNT_PAUSE)
    if isinstance(error, WindowClosedError):
        # At times the API is wrong about it: it is asked once more.
        again = _WINDOW_RECHECK if attempts <= 1 else None
        return Outcome(Fate.WINDOW_CLOSED, again)
    if isinstance(error, TimeoutMaybeSentError):
        return Outcome(Fate.UNCERTAIN, STATUS_FIRST_LOOK)
    if isinstance(error, UploadTimeoutError):
        return _again(attempts, _MAX_ATTEMPTS_UPLOAD, backoff_seconds(attempts))
    if isinstance(error, TransportError):
        return _again(attempts, _MAX_ATTEMPTS_UNREACHABLE, backoff_seconds(attempts))
    if isinstance(error, RetryableError):
        wait = backoff_seconds(attempts)
        if error.code == PAIR_RATE_CODE:
            wait = pair_rate_seconds(attempts)
        return _again(attempts, _MAX_ATTEMPTS_BUSY, wait)
    if isinstance(error, TemplateError):
        return Outcome(Fate.TEMPLATE_FAULT)
    if isinstance(error, IdentityChangedError):
        return Outcome(Fate.IDENTITY_CHANGED)
    if isinstance(error, RecipientError):
        return Outcome(Fate.UNDELIVERABLE)
    return Outcome(Fate.GIVEN_UP)


def may_be_the_media_id(error: WhatsAppError) -> bool:
    """Tells whether an error can mean that WhatsApp does not know a media id any more."""
    return error.code in _MEDIA_CODES


def backoff_seconds(attempts: int) -> float:
    """Returns a wait that doubles with every attempt, with jitter against herds."""
    ceiling = min(_MAX_BACKOFF_SECONDS, 2.0 ** min(attempts - 1, 16))
    return ceiling * random.uniform(0.5, 1.0)


def pair_rate_seconds(attempts: int) -> float:
    """Returns Meta's wait after too many messages to one recipient: 4^n seconds, never less."""
    wait = min(_MAX_PAIR_RATE_SECONDS, 4.0 ** min(attempts, 8))
    return wait * random.uniform(1.0, 1.1)


def _again(attempts: int, most: int, seconds: float) -> Outcome:
    if attempts >= most:
        return Outcome(Fate.GIVEN_UP)
    return Outcome(Fate.RETRY, timedelta(seconds=seconds))

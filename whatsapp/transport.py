"""What all requests to an API share: time-outs, and errors of the way as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from whatsapp.errors import (
    RETRYABLE_CODES,
    RetryableError,
    TimeoutMaybeSentError,
    TransportError,
    WhatsAppError,
    error_from_response,
)

TIMEOUT = httpx.Timeout(connect=5.0, read=15.0, write=15.0, pool=5.0)
LIMITS = httpx.Limits(max_connections=40, max_keepalive_connections=20, keepalive_expiry=30.0)

# Raised before the first byte of a request is on its way.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.LocalProtocolError,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)

_GATEWAY_STATUSES = (502, 504)


def parsed(response: httpx.Response) -> Any:
    """Returns the parsed answer; None when it is no JSON."""
    if not response.is_success:
        raise error_from_response(response.status_code, response.content)
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


@contextmanager
def transport_errors() -> Iterator[None]:
    """Turns httpx's errors into ours; their texts can hold addresses and stay in `__cause__`."""
    try:
        yield
    except WhatsAppError:
        raise
    except _NOT_SENT as error:
        raise TransportError(f"({type(error).__name__})") from error
    except httpx.HTTPError as error:
        raise TimeoutMaybeSentError(f"({type(error).__name__})") from error
    except httpx.InvalidURL as error:
        raise TransportError("(InvalidURL)") from error


@contextmanager
def gateway_errors() -> Iterator[None]:
    """Tells an API that is busy from a gateway in between that gave up waiting.

    What is behind the gateway may have gone on, unless it said itself that it did not.

    Raises:
        TimeoutMaybeSentError: The gateway gave up.
    """
    try:
        yield
    except RetryableError as error:
        if error.status in _GATEWAY_STATUSES and error.code not in RETRYABLE_CODES:
            raise TimeoutMaybeSentError(f"(HTTP {error.status})") from error
        raise

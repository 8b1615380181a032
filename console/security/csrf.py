"""Writes come from our own pages only: the browser says so, and a token proves it.

The token is a keyed hash of the session's (or, before the login, the visit's) secret, so that
it needs no storage and ends with the session.
"""

from __future__ import annotations

import hmac
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request

from clinic.adapters.encryption import Cipher

HEADER = "X-CSRF-Token"
FIELD = "csrf_token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def token_for(cipher: Cipher, secret: str) -> str:
    return cipher.lookup_hash(f"csrf:{secret}")


def comes_from_elsewhere(request: Request) -> bool:
    """Tells whether the browser says that another site made it send this."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


def is_right(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def field_of(body: bytes) -> str:
    """Returns the token of a form's body (`application/x-www-form-urlencoded`)."""
    values = parse_qs(body.decode("utf-8", "replace"), max_num_fields=1000).get(FIELD, [""])
    return values[-1]

"""The signature of a webhook request.

Meta signs the raw bytes of the body with the app secret and sends the result in
`X-Hub-Signature-256` (Meta, "Webhooks: validate payloads").
"""

from __future__ import annotations

import hashlib
import hmac

PREFIX = "sha256="


def sign(body: bytes, app_secret: str) -> str:
    """Returns the header value for a body: `sha256=` and 64 lowercase hex digits.

    Raises:
        ValueError: The secret is empty. Anybody could compute such a signature.
    """
    if not app_secret:
        raise ValueError("An empty app secret signs nothing.")
    digest = hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
    return PREFIX + digest


def is_valid_signature(body: bytes, header: str | None, app_secret: str) -> bool:
    """Tells whether a header is the signature of a body, in constant time.

    Args:
        body: The bytes as they came, before any parsing.
        header: The value of `X-Hub-Signature-256`; None when it is absent.
        app_secret: The Meta app secret. With an empty one no signature is valid.
    """
    if not header or not app_secret:
        return False
    # Bytes, since compare_digest refuses text outside ASCII and a header can hold anything.
    given = header.encode("utf-8", "surrogatepass")
    return hmac.compare_digest(given, sign(body, app_secret).encode())

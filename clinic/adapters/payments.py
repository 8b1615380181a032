"""Payment providers: where a deposit is paid, and what their callbacks say.

A provider is an adapter with two methods. The demo provider's page is served by the simulator:
the link carries everything that the page shows, signed with a secret that both know, and the
callback is signed with it too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

SIGNATURE_HEADER = "X-Payment-Signature"


class PaymentCallbackError(Exception):
    """A callback is not signed by the provider, or cannot be read."""


@dataclass(frozen=True)
class PaymentOrder:
    """What is to be paid: an amount in dirhams, until an instant, under our reference."""

    reference: str
    amount_mad: int
    expires_at: datetime


@dataclass(frozen=True)
class PaymentEvent:
    """What a provider says about an order; `is_paid` is false when the patient declined."""

    reference: str
    payment_id: str
    amount_mad: int
    is_paid: bool


class PaymentProvider(Protocol):
    """What every provider does."""

    name: str

    def link(self, order: PaymentOrder) -> str:
        """Returns the address of the page on which the order is paid."""
        ...

    def read_callback(self, body: bytes, signature: str | None) -> PaymentEvent:
        """Returns what a callback says; raises `PaymentCallbackError`."""
        ...


class DemoPayments:
    """The provider that the simulator plays; no money moves.

    The link is `<page>/pay/<reference>.<amount>.<unix time of expiry>.<signature>`.
    """

    name = "demo"

    def __init__(self, page_url: str, secret: str) -> None:
        self._page_url = page_url.rstrip("/")
        self._secret = secret.encode()

    def link(self, order: PaymentOrder) -> str:
        expiry = int(order.expires_at.timestamp())
        shown = f"{order.reference}.{order.amount_mad}.{expiry}"
        return f"{self._page_url}/pay/{shown}.{sign(shown.encode(), self._secret)[:16]}"

    def read_callback(self, body: bytes, signature: str | None) -> PaymentEvent:
        if not signature or not hmac.compare_digest(
            sign(body, self._secret).encode(), signature.encode()
        ):
            raise PaymentCallbackError("The signature is absent or wrong.")
        try:
            said = json.loads(body)
            return PaymentEvent(
                reference=str(said["reference"]),
                payment_id=str(said["payment_id"]),
                amount_mad=int(said["amount_mad"]),
                is_paid=said["status"] == "paid",
            )
        except (ValueError, KeyError, TypeError) as error:
            raise PaymentCallbackError("The callback cannot be read.") from error


def sign(body: bytes, secret: bytes) -> str:
    """Returns the HMAC-SHA256 of a body in hexadecimal."""
    return hmac.new(secret, body, hashlib.sha256).hexdigest()

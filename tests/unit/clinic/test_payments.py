"""The demo payment provider: its links and callbacks."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from clinic.adapters.payments import (
    DemoPayments,
    PaymentCallbackError,
    PaymentEvent,
    PaymentOrder,
    sign,
)
from clinic.clock import UTC

SECRET = "secret"
PROVIDER = DemoPayments("http://pay.example/", SECRET)
ORDER = PaymentOrder("A-7K2M", 100, datetime(2027, 1, 18, 10, 0, tzinfo=UTC))


def callback(**changes: object) -> bytes:
    said = {"reference": "A-7K2M", "payment_id": "p1", "amount_mad": 100, "status": "paid"}
    return json.dumps({**said, **changes}).encode()


def test_a_link_shows_reference_and_amount_and_is_signed() -> None:
    link = PROVIDER.link(ORDER)

    assert link.startswith("http://pay.example/pay/A-7K2M.100.")
    assert link != DemoPayments("http://pay.example", "other").link(ORDER)


def test_a_signed_callback_is_read() -> None:
    body = callback()

    event = PROVIDER.read_callback(body, sign(body, SECRET.encode()))

    assert event == PaymentEvent("A-7K2M", "p1", 100, is_paid=True)


@pytest.mark.parametrize("signature", [None, "", "é", "0" * 64])
def test_an_unsigned_callback_is_refused(signature: str | None) -> None:
    with pytest.raises(PaymentCallbackError):
        PROVIDER.read_callback(callback(), signature)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", callback(amount_mad="much")])
def test_a_signed_callback_that_says_nothing_is_refused(body: bytes) -> None:
    with pytest.raises(PaymentCallbackError):
        PROVIDER.read_callback(body, sign(body, SECRET.encode()))

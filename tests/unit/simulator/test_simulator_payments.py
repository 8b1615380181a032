"""The simulator's payment page."""

from __future__ import annotations

import json

import httpx
import pytest

from clinic.adapters.payments import DemoPayments, PaymentOrder, sign
from simulator.app import create_app
from simulator.settings import Settings
from tests.small_clinic import NOW

SECRET = "payment-secret"


class Assistant(httpx.AsyncBaseTransport):
    """Takes the callbacks."""

    def __init__(self) -> None:
        self.callbacks: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.callbacks.append(request)
        return httpx.Response(200)


@pytest.fixture
def assistant() -> Assistant:
    return Assistant()


@pytest.fixture
def browser(assistant: Assistant) -> httpx.AsyncClient:
    settings = Settings("app", "verify", "access", "1", payment_secret=SECRET)
    app = create_app(settings, transport=assistant)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://pay.test")


def link(secret: str = SECRET) -> str:
    return DemoPayments("http://pay.test", secret).link(PaymentOrder("A-7K2M", 100, NOW))


async def test_the_page_shows_amount_and_reference(browser: httpx.AsyncClient) -> None:
    page = await browser.get(link())

    assert page.status_code == 200
    assert "100 DH" in page.text
    assert "A-7K2M" in page.text


async def test_a_changed_link_is_refused(browser: httpx.AsyncClient, assistant: Assistant) -> None:
    for forged in (link("other"), link().replace(".100.", ".1."), "http://pay.test/pay/x"):
        assert (await browser.get(forged)).status_code == 404
        assert (await browser.post(f"{forged}/paid")).status_code == 404
    assert assistant.callbacks == []


@pytest.mark.parametrize("outcome", ["paid", "declined"])
async def test_the_decision_reaches_the_assistant_signed(
    browser: httpx.AsyncClient, assistant: Assistant, outcome: str
) -> None:
    done = await browser.post(f"{link()}/{outcome}")

    assert done.status_code == 200
    (callback,) = assistant.callbacks
    assert callback.url == "http://127.0.0.1:5005/payments/callback"
    assert json.loads(callback.content)["status"] == outcome
    assert callback.headers["X-Payment-Signature"] == sign(callback.content, SECRET.encode())

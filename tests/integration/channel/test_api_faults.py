"""What the API refuses is tried again, given up or kept, as its code says."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.integration.channel.webhooks import (
    SALMA,
    YOUSSEF,
    ForwardedClock,
    Webhook,
    messages,
)

pytestmark = pytest.mark.model


class Faulty:
    """The assistant with an API that fails as ordered, and a clock to wait with."""

    def __init__(self, webhook: Webhook) -> None:
        self.webhook = webhook
        self.clock = ForwardedClock()
        self.runtime = webhook.run_with(webhook.runtime(timer=self.clock))

    async def fail(self, *failures: dict[str, Any]) -> None:
        faults = {"fail": list(failures)}
        response = await self.webhook.clinic.control("PUT", "/api/faults", json=faults)
        assert response.status_code == 200

    async def later(self, **span: float) -> None:
        """Lets time pass and takes up what is due."""
        self.clock.forward(**span)
        await self.runtime.sender.wake_due()
        await self.webhook.clinic.settle()

    def row(self) -> Any:
        return self.webhook.outbox()[-1]

    def state(self) -> tuple[str, int | None, int]:
        """Status, code and attempts of the newest row."""
        row = self.row()
        return row.status, row.error_code, row.attempts


@pytest.fixture
async def faulty(webhook: Webhook) -> Faulty:
    await webhook.open_window(SALMA)
    return Faulty(webhook)


@pytest.mark.parametrize(
    ("code", "http_status"),
    [(130429, 429), (131056, 400), (131016, 500), (131000, 500), (4, 400), (80007, 400)],
)
async def test_a_busy_api_is_tried_again_later_and_later(
    faulty: Faulty, code: int, http_status: int
) -> None:
    await faulty.fail({"code": code, "http_status": http_status, "count": 3})
    await faulty.webhook.deliver(messages(faulty.webhook.text("A")))
    assert faulty.state() == ("queued", code, 1)
    waits = []
    for attempts in (2, 3):
        waits.append((faulty.row().next_attempt_at - faulty.clock.now()).total_seconds())
        await faulty.later(minutes=5)
        assert faulty.state() == ("queued", code, attempts)
    await faulty.later(minutes=5)
    assert faulty.row().status in ("sent", "delivered")
    assert 0 < waits[0] <= 1 < waits[1] + 1 <= 3
    await faulty.webhook.assert_every_row_arrived_once()


async def test_an_api_that_is_down_for_an_hour_loses_nothing(faulty: Faulty) -> None:
    inner, down = faulty.webhook.process.transport.to, True

    class Down(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if down:
                raise httpx.ConnectError("Nobody listens.", request=request)
            return await inner.handle_async_request(request)

    faulty.webhook.process.transport.to = Down()
    await faulty.webhook.deliver(messages(faulty.webhook.text("A"), faulty.webhook.text("B")))
    for _ in range(60):
        await faulty.later(minutes=1)
    assert {row.status for row in faulty.webhook.outbox()} == {"queued"}
    down = False
    await faulty.later(minutes=6)
    assert faulty.webhook.answered() == ["A", "B"]
    assert {row.status for row in faulty.webhook.outbox()} <= {"sent", "delivered"}
    await faulty.webhook.assert_every_row_arrived_once()


async def test_an_answer_that_is_lost_is_repeated_once_at_most(faulty: Faulty) -> None:
    """The API took it and said so to nobody; no status came either."""
    webhook = faulty.webhook
    await webhook.clinic.control("PUT", "/api/faults", json={"drop_statuses": 1.0})
    inner, lost = webhook.process.transport.to, []

    class LosesOne(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await inner.handle_async_request(request)
            if b"biz_opaque" in request.content and not lost:
                lost.append(request)
                raise httpx.ReadTimeout("The answer is lost.", request=request)
            return response

    webhook.process.transport.to = LosesOne()
    await webhook.deliver(messages(webhook.text("A")))
    assert faulty.state() == ("queued", None, 1)
    wait = faulty.row().next_attempt_at - faulty.clock.now()
    assert wait.total_seconds() > 3, "its status needs time to come"
    await faulty.later(minutes=1)
    assert faulty.state() == ("accepted", None, 2)
    assert await webhook.arrivals() == {faulty.row().reference: 2}


async def test_a_closed_window_is_asked_once_more_and_then_given_up(faulty: Faulty) -> None:
    await faulty.fail({"code": 131047})
    await faulty.webhook.deliver(messages(faulty.webhook.text("A")))
    assert faulty.state() == ("queued", 131047, 1)
    await faulty.later(minutes=1)
    assert faulty.state() == ("failed", 131047, 2)
    await faulty.fail()
    await faulty.later(hours=1)
    assert faulty.state() == ("failed", 131047, 2)


@pytest.mark.parametrize("code", [131026, 131009, 131050, 132001, 137000, 999999])
async def test_what_can_never_be_delivered_is_not_tried_again(faulty: Faulty, code: int) -> None:
    await faulty.fail({"code": code, "http_status": 400, "count": 1})
    await faulty.webhook.deliver(messages(faulty.webhook.text("A")))
    await faulty.later(hours=1)
    assert faulty.state() == ("failed", code, 1)


@pytest.mark.parametrize("code", [190, 368, 131031, 131042])
async def test_a_fault_of_the_account_stops_all_sending_and_keeps_everything(
    faulty: Faulty, code: int
) -> None:
    webhook = faulty.webhook
    await webhook.open_window(YOUSSEF)
    await faulty.fail({"code": code})
    await webhook.deliver(messages(webhook.text("A")))
    assert faulty.state() == ("queued", code, 1)
    await webhook.deliver(messages(webhook.text("B", from_=YOUSSEF)))
    assert faulty.state() == ("queued", None, 0), "no other patient is tried meanwhile"
    for _ in range(30):
        await faulty.later(minutes=2)
    assert {row.status for row in webhook.outbox()} == {"queued"}
    await faulty.fail()
    await faulty.later(minutes=2)
    await faulty.later(minutes=2)
    assert {row.status for row in webhook.outbox()} <= {"sent", "delivered"}
    await webhook.assert_every_row_arrived_once()


async def test_a_failing_message_holds_back_those_behind_it_but_no_other_patient(
    faulty: Faulty,
) -> None:
    webhook = faulty.webhook
    await webhook.open_window(YOUSSEF)
    await faulty.fail({"code": 131016, "count": 1})
    await webhook.deliver(messages(webhook.text("A"), webhook.text("B")))
    await webhook.deliver(messages(webhook.text("C", from_=YOUSSEF)))
    statuses = {row.key.split(":")[1]: row.status for row in webhook.outbox()}
    assert (statuses["wamid.A"], statuses["wamid.B"]) == ("queued", "queued")
    assert statuses["wamid.C"] in ("sent", "delivered")
    await faulty.later(minutes=1)
    sent = [m["body"]["biz_opaque_callback_data"] for m in await webhook.clinic.messages(SALMA)
            if m["direction"] == "out"]  # fmt: skip
    contact = webhook.inbox()[0].contact_id
    assert sent == [row.reference for row in webhook.outbox() if row.contact_id == contact]

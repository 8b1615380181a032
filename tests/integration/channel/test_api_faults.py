"""What the API refuses is tried again, given up or kept, as its code says."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from clinic.adapters.contacts import Contacts
from clinic.adapters.handoffs import Handoffs
from clinic.messaging.breaker import OpenReason
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

    def handoff(self, number: str = SALMA) -> str | None:
        """The reason of the patient's open hand-off."""
        with self.webhook.clinic.services.database.read() as tx:
            contact = Contacts(tx).find(phone=number, user_id=None)
            handoff = Handoffs(tx).open_of(contact.id) if contact else None
            return handoff.reason if handoff else None

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
    if code == 131056:
        assert 3.5 < waits[0] <= 5, "Meta: 4^n seconds"
        assert 15 < waits[1] <= 18
    else:
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


class LosesOne(httpx.AsyncBaseTransport):
    """Loses the answer to the first message; with `before`, the message itself too."""

    def __init__(self, inner: httpx.AsyncBaseTransport, *, before: bool) -> None:
        self._inner, self._before, self._lost = inner, before, False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if b"biz_opaque" not in await request.aread() or self._lost:
            return await self._inner.handle_async_request(request)
        self._lost = True
        if not self._before:
            await self._inner.handle_async_request(request)
        raise httpx.ReadTimeout("The answer is lost.", request=request)


async def test_a_lost_answer_without_any_status_is_never_sent_again_and_staff_are_told(
    faulty: Faulty,
) -> None:
    """The API took it and said so to nobody; no status of anything came either."""
    webhook = faulty.webhook
    await webhook.clinic.control("PUT", "/api/faults", json={"drop_statuses": 1.0})
    webhook.process.transport.to = LosesOne(webhook.process.transport.to, before=False)
    await webhook.deliver(messages(webhook.text("A")))
    assert faulty.state() == ("sending", None, 1)
    for _ in range(9):
        await faulty.later(minutes=1)
        assert faulty.state() == ("sending", None, 1)
    await faulty.later(minutes=2)
    assert faulty.state() == ("failed", None, 1)
    assert await webhook.arrivals() == {faulty.row().reference: 1}
    assert faulty.handoff() == "send_failed"


async def test_a_lost_answer_whose_status_comes_is_sent_once(faulty: Faulty) -> None:
    webhook = faulty.webhook
    webhook.process.transport.to = LosesOne(webhook.process.transport.to, before=False)
    await webhook.deliver(messages(webhook.text("A")))
    assert faulty.row().status in ("sent", "delivered")
    for _ in range(3):
        await faulty.later(minutes=5)
    await webhook.assert_every_row_arrived_once()


async def test_a_lost_request_is_sent_again_once_later_ones_have_a_status(faulty: Faulty) -> None:
    webhook = faulty.webhook
    await webhook.open_window(YOUSSEF)
    webhook.process.transport.to = LosesOne(webhook.process.transport.to, before=True)
    await webhook.deliver(messages(webhook.text("A"), webhook.text("B")))
    await faulty.later(seconds=30)
    assert {row.status for row in webhook.outbox()} == {"queued", "sending"}, "B waits for A"
    await webhook.deliver(messages(webhook.text("C", from_=YOUSSEF)))
    await faulty.later(seconds=10)
    assert webhook.outbox()[0].status == "sending", "a status may still be on its way"
    await faulty.later(seconds=40)
    assert {row.status for row in webhook.outbox()} <= {"sent", "delivered"}
    await webhook.assert_every_row_arrived_once()


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
    assert faulty.handoff() == "send_failed", "staff learn of it"


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


@pytest.mark.parametrize(
    ("code", "expected"), [(131000, "delivered"), (131026, "failed"), (131042, "delivered")]
)
async def test_what_only_a_status_refuses_is_treated_like_an_answer(
    faulty: Faulty, code: int, expected: str
) -> None:
    """Busy: sent again under a reference of its own. Undeliverable: staff are told."""
    webhook = faulty.webhook
    await webhook.clinic.control(
        "PUT", "/api/faults", json={"fail_status": [{"code": code, "count": 1}]}
    )
    await webhook.deliver(messages(webhook.text("A")))
    for _ in range(3):
        await faulty.later(minutes=2)
    assert faulty.row().status in (expected, "sent" if expected == "delivered" else expected)
    assert faulty.handoff() == ("send_failed" if expected == "failed" else None)
    assert len(await webhook.arrivals()) == (1 if expected == "failed" else 2)


async def test_five_failures_in_a_row_pause_everybody_and_one_request_asks_again(
    faulty: Faulty,
) -> None:
    webhook = faulty.webhook
    await webhook.open_window(YOUSSEF)
    await faulty.fail({"code": 131016, "http_status": 500})
    await webhook.deliver(messages(webhook.text("A")))
    for _ in range(4):
        await faulty.later(minutes=5)
    assert faulty.runtime.sender.breaker.reason is OpenReason.OUTAGE
    await webhook.deliver(messages(webhook.text("B", from_=YOUSSEF)))
    assert faulty.state() == ("queued", None, 0)
    await faulty.fail()
    for _ in range(3):
        await faulty.later(minutes=5)
    assert faulty.runtime.sender.breaker.reason is None
    assert {row.status for row in webhook.outbox()} <= {"sent", "delivered"}
    await webhook.assert_every_row_arrived_once()

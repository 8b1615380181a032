"""What became of a message is written back to its outbox row, and never backwards."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import httpx
import pytest

from tests.integration.channel.webhooks import (
    SALMA,
    Webhook,
    body_of,
    change,
    messages,
    status,
)

pytestmark = pytest.mark.model


async def accepted_row(webhook: Webhook) -> Any:
    """Answers a message whose statuses the simulator keeps to itself; returns the row."""
    await webhook.open_window(SALMA)
    await webhook.clinic.control("PUT", "/api/faults", json={"drop_statuses": 1.0})
    await webhook.deliver(messages(webhook.text("A")))
    (row,) = webhook.outbox()[-1:]
    assert row.status == "accepted"
    return row


def latest(webhook: Webhook) -> Any:
    return webhook.outbox()[-1]


async def test_statuses_in_order_are_written_back(webhook: Webhook) -> None:
    row = await accepted_row(webhook)
    for name in ("sent", "delivered", "read"):
        await webhook.deliver(status(row.wamid, name))
        assert latest(webhook).status == name


@pytest.mark.parametrize("order", itertools.permutations(("sent", "delivered", "read")))
async def test_statuses_in_any_order_end_with_the_furthest(
    webhook: Webhook, order: tuple[str, ...]
) -> None:
    row = await accepted_row(webhook)
    for name in order:
        await webhook.deliver(status(row.wamid, name))
    assert latest(webhook).status == "read"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("read", "delivered"), "read"),
        (("delivered", "sent"), "delivered"),
        (("sent", "failed"), "failed"),
        (("failed", "sent"), "failed"),
        (("failed", "delivered"), "delivered"),
        (("delivered", "failed"), "delivered"),
        (("read", "a status of next year"), "read"),
        (("a status of next year",), "accepted"),
    ],
)
async def test_a_status_never_moves_a_message_backwards(
    webhook: Webhook, names: tuple[str, ...], expected: str
) -> None:
    row = await accepted_row(webhook)
    for name in names:
        await webhook.deliver(status(row.wamid, name))
    assert latest(webhook).status == expected


async def test_statuses_of_one_body_and_copies_of_them_all_count(webhook: Webhook) -> None:
    row = await accepted_row(webhook)
    items = [
        {"id": row.wamid, "status": name, "timestamp": "1795424400"}
        for name in ("read", "sent", "delivered")
    ]
    body = body_of([change(statuses=items), change(statuses=[items[1], None])])
    await asyncio.gather(*(webhook.post(body) for _ in range(3)))
    await webhook.clinic.settle()
    assert latest(webhook).status == "read"
    assert [r.kind for r in webhook.inbox()].count("status") == 3


async def test_a_failure_keeps_its_code(webhook: Webhook) -> None:
    row = await accepted_row(webhook)
    errors = [{"code": 131049, "title": "Not delivered to maintain healthy engagement"}]
    await webhook.deliver(status(row.wamid, "failed", errors=errors))
    assert (latest(webhook).status, latest(webhook).error_code) == ("failed", 131049)


async def test_a_status_of_a_message_that_is_not_ours_is_stored_and_changes_nothing(
    webhook: Webhook,
) -> None:
    await accepted_row(webhook)
    await webhook.deliver(status("wamid.of-another-system", "read"))
    assert latest(webhook).status == "accepted"
    assert webhook.states()["status:wamid.of-another-system:read"] == "done"


class Observer(httpx.AsyncBaseTransport):
    """Lets a test act between the API's acceptance of a message and its answer."""

    def __init__(self, webhook: Webhook, act: Any) -> None:
        self._to = webhook.process.transport.to
        self._act = act
        webhook.process.transport.to = self

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._to.handle_async_request(request)
        if b"biz_opaque_callback_data" in request.content:
            await response.aread()
            await self._act(request, response)
        return response


async def test_a_status_before_the_answer_of_the_api_stands(webhook: Webhook) -> None:
    """Found by our own reference: the message id is not known yet."""
    await webhook.open_window(SALMA)
    await webhook.clinic.control("PUT", "/api/faults", json={"drop_statuses": 1.0})

    async def deliver_first(_request: httpx.Request, response: httpx.Response) -> None:
        wamid = response.json()["messages"][0]["id"]
        row = latest(webhook)
        assert (row.status, row.wamid) == ("sending", None)
        body = status(wamid, "delivered", biz_opaque_callback_data=row.reference)
        assert (await webhook.post(body)).status_code == 200
        assert (latest(webhook).status, latest(webhook).wamid) == ("delivered", wamid)

    Observer(webhook, deliver_first)
    await webhook.deliver(messages(webhook.text("A")))
    assert latest(webhook).status == "delivered"


async def test_a_status_that_shows_that_a_lost_answer_was_sent_prevents_the_repeat(
    webhook: Webhook,
) -> None:
    await webhook.open_window(SALMA)
    await webhook.clinic.control("PUT", "/api/faults", json={"drop_statuses": 1.0})

    async def lose(request: httpx.Request, response: httpx.Response) -> None:
        wamid = response.json()["messages"][0]["id"]
        reference = latest(webhook).reference
        await webhook.post(status(wamid, "sent", biz_opaque_callback_data=reference))
        raise httpx.ReadTimeout("The answer is lost.", request=request)

    Observer(webhook, lose)
    await webhook.deliver(messages(webhook.text("A")))
    assert latest(webhook).status == "sent"
    await webhook.assert_every_row_arrived_once()

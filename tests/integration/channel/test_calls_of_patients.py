"""A missed call is answered in writing, once; every call of a patient opens the window."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.channel.test_every_kind_of_update import contact_of, said, uses
from tests.integration.channel.webhooks import SALMA, Webhook, body_of, change

pytestmark = pytest.mark.model

Json = dict[str, Any]


def call(event: str | None, **fields: Any) -> Json:
    item = {"id": "wacid.1", "from": SALMA, "to": "212522000100", "event": event,
            "direction": "USER_INITIATED", "timestamp": "1795424400", **fields}  # fmt: skip
    return body_of([change(field="calls", calls=[item])])


RINGING = call("connect", session={"sdp_type": "offer", "sdp": "v=0"})


async def test_a_missed_call_gets_one_message(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    webhook.process.transport.sent.clear()
    for body in (RINGING, call("terminate", status="FAILED"), RINGING):
        await webhook.deliver(body)
    assert uses(webhook, "utter_missed_call")
    assert len(said(webhook)) == 1


@pytest.mark.parametrize(
    "fields",
    [{"status": "REJECTED"}, {"status": "NO_ANSWER"}, {"status": "failed"}, {}],
    ids=str,
)
async def test_every_call_that_nobody_took_is_a_missed_one(webhook: Webhook, fields: Json) -> None:
    await webhook.open_window(SALMA)
    webhook.process.transport.sent.clear()
    await webhook.deliver(call("terminate", **fields))
    assert uses(webhook, "utter_missed_call")


async def test_a_call_that_rings_gets_nothing_yet(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    webhook.process.transport.sent.clear()
    await webhook.deliver(RINGING)
    assert said(webhook) == []


@pytest.mark.parametrize("fields", [{"status": "COMPLETED", "duration": 40}, {"duration": 40}])
async def test_a_call_that_was_taken_gets_nothing(webhook: Webhook, fields: Json) -> None:
    await webhook.open_window(SALMA)
    webhook.process.transport.sent.clear()
    await webhook.deliver(RINGING)
    await webhook.deliver(call("terminate", **fields))
    assert said(webhook) == []
    assert {row.status for row in webhook.inbox()} == {"done"}


@pytest.mark.parametrize(
    "body", [RINGING, call("terminate", status="COMPLETED"), call("terminate", status="FAILED")]
)
async def test_every_call_of_a_patient_opens_the_window(webhook: Webhook, body: Json) -> None:
    await webhook.clinic.add_patient(SALMA)
    body["entry"][0]["changes"][0]["value"]["calls"][0]["timestamp"] = str(webhook.now)
    await webhook.deliver(body)
    called_at = contact_of(webhook, SALMA).last_inbound_at
    assert called_at is not None
    assert int(called_at.timestamp()) == webhook.now


async def test_our_own_call_opens_no_window_and_gets_nothing(webhook: Webhook) -> None:
    ours = {"direction": "BUSINESS_INITIATED", "to": SALMA, "from": "212522000100"}
    await webhook.deliver(call("terminate", status="FAILED", **ours))
    assert said(webhook) == []
    assert contact_of(webhook, SALMA).last_inbound_at is None

"""Whatever the tests let the assistant send is checked against Meta's published schema.

The check stands in the transport of `tests/assistant.py` and fails any test whose sends depart
from it; here is shown that it looks, and said when the schema is not there.
"""

from __future__ import annotations

import httpx
import pytest

from tests.integration.channel.webhooks import SALMA, Webhook
from tests.published_schema import require_schema

pytestmark = pytest.mark.model


async def test_what_a_booking_sends_fits_the_published_schema(webhook: Webhook) -> None:
    require_schema()
    await webhook.clinic.add_patient(SALMA)
    await webhook.clinic.write(SALMA, "bonjour, je voudrais un rdv chez le dentiste demain")
    await webhook.clinic.tap_nth(SALMA, 1)
    sent = webhook.process.transport.sent
    assert {body.get("type", "read mark") for body in sent} >= {"interactive", "read mark"}
    assert webhook.process.transport.violations == []


async def test_a_send_that_departs_from_the_schema_is_noticed(webhook: Webhook) -> None:
    require_schema()
    switch = webhook.process.transport
    request = httpx.Request(
        "POST",
        "http://simulator.test/v23.0/1/messages",
        json={"messaging_product": "whatsapp", "to": "+212661000001", "type": "text", "text": {}},
    )
    await switch.handle_async_request(request)
    assert len(switch.violations) > 0
    switch.violations.clear()

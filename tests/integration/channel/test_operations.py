"""`/metrics`."""

from __future__ import annotations

import pytest

from tests.integration.channel.webhooks import SALMA, Webhook, messages

pytestmark = pytest.mark.model


async def test_metrics_tell_what_happened_and_nothing_personal(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    await webhook.deliver(messages(webhook.text("A", "bonjour"), 7))
    answer = await webhook.clinic.webhook.get("/metrics")
    assert answer.status_code == 200
    for line in (
        'whatsapp_queue_depth{queue="outbox"} 0',
        'whatsapp_inbox_updates{status="parked"} 1',
        'whatsapp_sending_stopped{reason="account"} 0',
        "whatsapp_new_recipients 0",
        "whatsapp_new_recipients_limit 250",
        "whatsapp_new_recipients_waiting 0",
    ):
        assert line in answer.text
    assert SALMA not in answer.text
    assert "bonjour" not in answer.text

"""`/metrics`."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from clinic.adapters.contacts import Contacts
from clinic.adapters.outbox import Outbox
from clinic.messaging.model import OutboxKind
from tests.assistant import ROOT
from tests.integration.channel.webhooks import SALMA, Webhook, messages
from whatsapp.client import CloudApiClient
from whatsapp.messages import OutgoingMessage
from worker.jobs import Worker

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


async def test_what_the_worker_sends_and_refuses_counts_too(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    services = webhook.clinic.services
    with services.database.write() as tx:
        contact = Contacts(tx).find(phone=SALMA, user_id=None)
        assert contact is not None
        for number, text in enumerate(("un", "deux")):
            Outbox(tx).add(
                contact,
                OutgoingMessage(text=text),
                key=f"n:{number}",
                kind=OutboxKind.NOTICE,
                now=services.clock.now(),
            )
    fault = {"fail": [{"code": 131026, "http_status": 400, "count": 1}]}
    await webhook.clinic.control("PUT", "/api/faults", json=fault)
    worker = Worker(services, CloudApiClient(services.settings.whatsapp, webhook.process.transport))
    await worker._sender.wake_due()
    await worker._sender.join()
    await webhook.clinic.settle()
    await webhook.clinic.pass_time(timedelta(hours=25))
    with services.database.write() as tx:
        late = OutgoingMessage(text="trop tard")
        now = services.clock.now()
        Outbox(tx).add(contact, late, key="late", kind=OutboxKind.NOTICE, now=now)
    await worker._sender.wake_due()
    await worker._sender.join()

    answer = await webhook.clinic.webhook.get("/metrics")

    for line in (
        'whatsapp_sent_total{type="text"} 1.0',
        'whatsapp_send_errors_total{code="131026",error="RecipientError"} 1.0',
        'whatsapp_send_refused_total{reason="window_closed"} 1.0',
    ):
        assert line in answer.text
    await worker._sender.stop()


def test_processes_of_one_machine_add_up_what_they_count(tmp_path: Path) -> None:
    count = (
        "from pathlib import Path; import sys; from clinic.metrics import Metrics;"
        "metrics = Metrics(Path(sys.argv[1])); metrics.sent('text'); print(metrics.text())"
    )
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    said = [
        subprocess.run(
            [sys.executable, "-c", count, str(tmp_path)],
            env=environment,
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for _ in range(2)
    ]
    assert 'whatsapp_sent_total{type="text"} 1.0' in said[0]
    assert 'whatsapp_sent_total{type="text"} 2.0' in said[1]

"""`/metrics` as Prometheus reads it: names, kinds, labels and words of everything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from clinic.adapters.contacts import Contacts
from clinic.adapters.outbox import Outbox
from clinic.messaging.model import OutboxKind
from clinic.metrics import CONTENT_TYPE
from clinic.settings import ROOT
from tests.integration.channel.webhooks import SALMA, Webhook, messages
from whatsapp.messages import OutgoingMessage

pytestmark = pytest.mark.model

FAMILIES = {
    "whatsapp_received": ("counter", {"kind", "type"}),
    "whatsapp_parked": ("counter", set()),
    "whatsapp_webhooks": ("counter", {"status"}),
    "whatsapp_webhook_seconds": ("histogram", {"le"}),
    "whatsapp_answer_seconds": ("histogram", {"le"}),
    "whatsapp_statuses": ("counter", {"status"}),
    "whatsapp_sent": ("counter", {"type"}),
    "whatsapp_send_errors": ("counter", {"error", "code"}),
    "whatsapp_send_refused": ("counter", {"reason"}),
    "whatsapp_media": ("counter", {"status"}),
    "whatsapp_outbox_messages": ("gauge", {"status"}),
    "whatsapp_inbox_updates": ("gauge", {"status"}),
    "whatsapp_media_files": ("gauge", {"status"}),
    "whatsapp_queue_depth": ("gauge", {"queue"}),
    "whatsapp_queue_oldest_seconds": ("gauge", {"queue"}),
    "whatsapp_sending_stopped": ("gauge", {"reason"}),
    "whatsapp_new_recipients": ("gauge", set()),
    "whatsapp_new_recipients_limit": ("gauge", set()),
    "whatsapp_new_recipients_waiting": ("gauge", set()),
}


async def scrape(webhook: Webhook) -> dict[str, Metric]:
    answer = await webhook.clinic.webhook.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == CONTENT_TYPE
    assert SALMA not in answer.text
    # Beside them stand the counters' `_created` times.
    return {
        family.name: family
        for family in text_string_to_metric_families(answer.text)
        if not family.name.endswith("_created")
    }


def value(family: Metric, **labels: str) -> float:
    """The value of the sample with those labels; 0 when there is none."""
    found = [s.value for s in family.samples if s.labels == labels]
    return float(sum(found))


def queue_text(webhook: Webhook) -> None:
    services = webhook.clinic.services
    with services.database.write() as tx:
        contact = Contacts(tx).find(phone=SALMA, user_id=None)
        assert contact
        Outbox(tx).add(
            contact,
            OutgoingMessage(text="Une nouvelle."),
            key="late",
            kind=OutboxKind.NOTICE,
            now=services.clock.now(),
        )


async def make_everything_happen(webhook: Webhook) -> None:
    """An answer, a refusal of the API, a parked item, a file, a forged request, a late message."""
    await webhook.open_window(SALMA)
    await webhook.clinic.control(
        "PUT", "/api/faults", json={"fail": [{"code": 131026, "count": 1}]}
    )
    await webhook.deliver(messages(webhook.text("A", "bonjour"), 7))
    await webhook.deliver(messages(webhook.text("B", "bonjour")))
    image: dict[str, Any] = {**webhook.text("C"), "type": "image"}
    image["image"] = {"id": "1", "mime_type": "application/x-msdownload"}
    del image["text"]
    await webhook.deliver(messages(image))
    assert (await webhook.post(messages(), signature="sha256=00")).status_code == 401
    await webhook.clinic.pass_time(timedelta(hours=25))
    queue_text(webhook)
    await webhook.runtime_of_process().sender.wake_due()
    await webhook.clinic.settle()


async def test_every_metric_has_its_name_kind_labels_and_words(webhook: Webhook) -> None:
    await make_everything_happen(webhook)
    families = await scrape(webhook)
    found = {
        name: (family.type, {label for sample in family.samples for label in sample.labels})
        for name, family in families.items()
    }
    assert found == FAMILIES
    assert all(f.documentation and f.documentation != name for name, f in families.items())
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [name for name in FAMILIES if f"`{name}" not in guide] == []


async def test_what_happened_is_counted_where_it_belongs(webhook: Webhook) -> None:
    await make_everything_happen(webhook)
    families = await scrape(webhook)
    for name, labels, expected in (
        ("whatsapp_received", {"kind": "message", "type": "text"}, 2),
        ("whatsapp_received", {"kind": "message", "type": "image"}, 1),
        ("whatsapp_received", {"kind": "message", "type": "sticker"}, 1),
        ("whatsapp_parked", {}, 1),
        ("whatsapp_webhooks", {"status": "401"}, 1),
        ("whatsapp_send_errors", {"error": "RecipientError", "code": "131026"}, 1),
        ("whatsapp_send_refused", {"reason": "window_closed"}, 1),
        ("whatsapp_media", {"status": "refused"}, 1),
        ("whatsapp_inbox_updates", {"status": "parked"}, 1),
        ("whatsapp_queue_depth", {"queue": "inbox"}, 0),
        ("whatsapp_sending_stopped", {"reason": "account"}, 0),
        ("whatsapp_sending_stopped", {"reason": "outage"}, 0),
    ):
        family = families[name]
        counted = [
            sample.value
            for sample in family.samples
            if sample.labels == labels and not sample.name.endswith("_created")
        ]
        assert counted == [expected], (name, labels)
    answered = families["whatsapp_answer_seconds"]
    # The sticker's turn too: it ended, without words.
    assert [s.value for s in answered.samples if s.name.endswith("_count")] == [4]
    assert value(families["whatsapp_statuses"], status="sent") >= 1


async def test_a_queue_that_waits_shows_its_depth_and_age(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    await webhook.clinic.control("PUT", "/api/faults", json={"fail": [{"code": 131016}]})
    await webhook.deliver(messages(webhook.text("A", "bonjour")))
    await webhook.clinic.pass_time(timedelta(minutes=3))
    families = await scrape(webhook)
    assert value(families["whatsapp_queue_depth"], queue="outbox") == 1
    assert value(families["whatsapp_queue_oldest_seconds"], queue="outbox") >= 180
    await webhook.clinic.control("PUT", "/api/faults", json={"fail": []})

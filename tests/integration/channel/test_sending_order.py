"""WhatsApp keeps no order between requests: we do. And nothing personal to a changed number."""

from __future__ import annotations

import time

import pytest

from clinic.adapters.contacts import Contacts
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.outbox import Outbox
from clinic.messaging.model import Contact, OutboxKind
from tests.integration.channel.webhooks import SALMA, Webhook
from whatsapp.messages import OutgoingMessage

pytestmark = pytest.mark.model


def contact_of(webhook: Webhook) -> Contact:
    with webhook.clinic.services.database.read() as tx:
        contact = Contacts(tx).find(phone=SALMA, user_id=None)
    assert contact
    return contact


async def send(webhook: Webhook, *texts: str, kind: OutboxKind = OutboxKind.REPLY) -> None:
    services = webhook.clinic.services
    with services.database.write() as tx:
        for text in texts:
            Outbox(tx).add(
                contact_of(webhook),
                OutgoingMessage(text=text),
                key=f"test:{text}",
                kind=kind,
                now=services.clock.now(),
            )
    await webhook.runtime_of_process().sender.wake_due()
    await webhook.clinic.settle()


def texts(webhook: Webhook) -> list[str]:
    return [b["text"]["body"] for b in webhook.process.transport.sent if b.get("type") == "text"]


async def test_the_next_message_waits_until_the_last_is_delivered(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    started = time.monotonic()
    await send(webhook, "one", "two", "three")
    assert texts(webhook) == ["one", "two", "three"]
    assert time.monotonic() - started < 3, "the statuses came at once"


async def test_without_statuses_it_waits_three_seconds_at_most(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    await webhook.clinic.control("PUT", "/api/faults", json={"drop_statuses": 1.0})
    started = time.monotonic()
    await send(webhook, "one", "two")
    assert texts(webhook) == ["one", "two"]
    assert time.monotonic() - started > 2.5


async def test_an_answer_goes_before_notices_that_wait(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    faults = {"fail": [{"code": 131016, "count": 1, "http_status": 500}]}
    await webhook.clinic.control("PUT", "/api/faults", json=faults)
    await send(webhook, "notice", kind=OutboxKind.NOTICE)
    await send(webhook, "answer")
    assert [row.status for row in webhook.outbox()][0] == "queued"  # noqa: RUF015
    assert webhook.outbox()[1].status in ("accepted", "sent", "delivered")


async def test_a_notice_to_a_changed_number_is_not_sent_and_staff_are_told(
    webhook: Webhook,
) -> None:
    await webhook.open_window(SALMA)
    contact = contact_of(webhook)
    with webhook.clinic.services.database.write() as tx:
        Contacts(tx).ask_for_recheck(contact.id, webhook.clinic.services.clock.now())
    await send(webhook, "votre rendez-vous de demain", kind=OutboxKind.NOTICE)
    row = webhook.outbox()[-1]
    assert (row.status, row.error_code, row.attempts) == ("failed", 137000, 0)
    with webhook.clinic.services.database.read() as tx:
        assert Handoffs(tx).open_of(contact.id) is not None
    assert texts(webhook) == []


async def test_a_notice_for_who_has_lost_the_number_goes_to_nobody(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    contact = contact_of(webhook)
    services = webhook.clinic.services
    with services.database.write() as tx:
        Outbox(tx).add(
            contact,
            OutgoingMessage(text="votre rendez-vous de demain"),
            key="reminder",
            kind=OutboxKind.NOTICE,
            now=services.clock.now(),
        )
        Contacts(tx).forget_identifiers(contact.id)
    await webhook.runtime_of_process().sender.wake_due()
    await webhook.clinic.settle()
    row = webhook.outbox()[-1]
    assert (row.status, row.error_code, row.attempts) == ("failed", 137000, 0)
    assert texts(webhook) == []


async def test_a_second_refused_notice_begins_no_second_check(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    contact = contact_of(webhook)
    with webhook.clinic.services.database.write() as tx:
        Contacts(tx).ask_for_recheck(contact.id, webhook.clinic.services.clock.now())
        Contacts(tx).count_recheck(contact.id)
    await send(webhook, "votre rendez-vous de demain", kind=OutboxKind.NOTICE)
    with webhook.clinic.services.database.read() as tx:
        assert Contacts(tx).recheck_attempts(contact.id) == 1

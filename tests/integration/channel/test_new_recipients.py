"""The limit of people written to first in a day: the clinic's own messages wait, answers go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from clinic.adapters.contacts import Contacts
from clinic.adapters.outbox import Outbox
from clinic.clock import SystemClock
from clinic.messaging.model import ContactKind, OutboxKind
from tests.integration.channel.webhooks import SALMA, ForwardedClock, Webhook, body_of
from whatsapp.messages import OutgoingMessage
from whatsapp.messaging_limit import MessagingLimit
from whatsapp.template_files import load_templates

pytestmark = pytest.mark.model

NUMBERS = [f"2126610000{n:02d}" for n in range(10, 20)]
LIMIT = 4
"""Of which the clinic's own messages may take nine tenths: four people."""


class Clinic:
    """Queues templates and sends what is due, with a clock that can be put forward."""

    def __init__(self, webhook: Webhook) -> None:
        self.webhook = webhook
        self.services = webhook.clinic.services
        self.clock = ForwardedClock()
        self.sender = webhook.run_with(webhook.runtime(timer=self.clock)).sender

    def limit(self, recipients: int | None) -> None:
        with self.services.database.write() as tx:
            self.services.new_recipients.note_limit(tx, MessagingLimit(recipients))

    def queue(
        self,
        number: str,
        key: str = "",
        *,
        kind: OutboxKind = OutboxKind.NOTICE,
        whose: ContactKind = ContactKind.PATIENT,
    ) -> None:
        file = load_templates()["handoff_reply"]
        template = file.message("fr", {"patient": "Salma"}, quick_replies=("/greet",))
        self.queue_message(number, template, key, kind, whose)

    def queue_message(
        self,
        number: str,
        message: OutgoingMessage,
        key: str,
        kind: OutboxKind = OutboxKind.NOTICE,
        whose: ContactKind = ContactKind.PATIENT,
    ) -> None:
        now = self.services.clock.now()
        with self.services.database.write() as tx:
            contact = Contacts(tx).find_or_create(
                phone=number, user_id=None, profile_name=None, now=now, kind=whose
            )
            Outbox(tx).add(contact, message, key=f"{number}:{key}", kind=kind, now=now)

    async def send(self) -> None:
        await self.sender.wake_due()
        await self.webhook.clinic.settle()

    def waiting(self) -> list[str]:
        """The numbers whose messages are held back."""
        rows = [row for row in self.webhook.outbox() if row.status == "queued"]
        assert {(row.error_code, row.attempts) for row in rows} <= {(131048, 0)}
        return [row.key.split(":")[0] for row in rows]

    def used(self) -> int:
        with self.services.database.read() as tx:
            return self.services.new_recipients.used(tx, self.clock.now())


@pytest.fixture
async def clinic(webhook: Webhook) -> Clinic:
    for number in NUMBERS:
        await webhook.clinic.add_patient(number)
    clinic = Clinic(webhook)
    clinic.limit(LIMIT)
    return clinic


async def test_beyond_the_limit_the_clinics_own_messages_wait_and_go_the_next_day(
    clinic: Clinic,
) -> None:
    for number in NUMBERS[:6]:
        clinic.queue(number)
        await clinic.send()
    assert clinic.waiting() == NUMBERS[4:6]
    assert clinic.used() == LIMIT

    clinic.clock.forward(hours=12)
    await clinic.send()
    assert clinic.waiting() == NUMBERS[4:6]

    clinic.clock.forward(hours=13)
    await clinic.send()
    assert clinic.waiting() == []
    assert {row.status for row in clinic.webhook.outbox()} <= {"sent", "delivered"}


async def test_answers_and_messages_to_staff_never_wait(clinic: Clinic) -> None:
    for number in NUMBERS[:4]:
        clinic.queue(number)
        await clinic.send()
    clinic.queue(NUMBERS[4], kind=OutboxKind.REPLY)
    clinic.queue(NUMBERS[5], whose=ContactKind.STAFF)
    clinic.queue(NUMBERS[6])
    await clinic.send()
    assert clinic.waiting() == [NUMBERS[6]]
    assert clinic.used() == LIMIT + 2


async def test_who_was_written_to_today_counts_once(clinic: Clinic) -> None:
    for key in "abc":
        clinic.queue(NUMBERS[0], key)
        await clinic.send()
    for number in NUMBERS[1:4]:
        clinic.queue(number)
        await clinic.send()
    clinic.queue(NUMBERS[0], "d")
    await clinic.send()
    assert clinic.waiting() == []
    assert clinic.used() == LIMIT


async def test_a_template_inside_the_window_does_not_count(clinic: Clinic) -> None:
    await clinic.webhook.open_window(SALMA)
    clinic.queue(SALMA)
    await clinic.send()
    assert clinic.used() == 0


async def test_without_a_limit_nothing_waits(clinic: Clinic) -> None:
    clinic.limit(None)
    for number in NUMBERS:
        clinic.queue(number)
    await clinic.send()
    assert clinic.waiting() == []


@pytest.mark.parametrize(
    ("field", "value", "limit"),
    [
        ("business_capability_update", {"max_daily_conversations_per_business": 10_000}, 10_000),
        ("business_capability_update", {"max_daily_conversation_per_phone": -1}, None),
        (
            "phone_number_quality_update",
            {"event": "UPGRADE", "current_limit": "TIER_100K"},
            100_000,
        ),
        ("phone_number_quality_update", {"event": "FLAGGED"}, LIMIT),
    ],
)
async def test_a_webhook_tells_the_new_limit(
    clinic: Clinic, field: str, value: dict[str, Any], limit: int | None
) -> None:
    await clinic.webhook.deliver(body_of([{"field": field, "value": value}]))
    with clinic.services.database.read() as tx:
        assert clinic.services.new_recipients.limit(tx) == limit


async def test_the_metrics_tell_count_limit_and_what_waits(clinic: Clinic) -> None:
    for number in NUMBERS[:5]:
        clinic.queue(number)
        await clinic.send()
    answer = await clinic.webhook.clinic.webhook.get("/metrics")
    for line in (
        "whatsapp_new_recipients 4.0",
        "whatsapp_new_recipients_limit 4.0",
        "whatsapp_new_recipients_waiting 1.0",
    ):
        assert line in answer.text


async def test_what_failed_does_not_count(clinic: Clinic) -> None:
    nobody = "212669999999"
    clinic.queue(nobody)
    await clinic.send()
    assert clinic.webhook.outbox()[0].status == "failed"
    with clinic.services.database.read() as tx:
        assert clinic.services.new_recipients.used(tx, SystemClock().now() + timedelta(1)) == 0
    assert clinic.used() == 0

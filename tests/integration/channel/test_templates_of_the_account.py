"""Templates are submitted, looked up and compared; one that is not approved is not sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import delete

from clinic.adapters.contacts import Contacts
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.message_templates import MessageTemplates
from clinic.adapters.outbox import Outbox
from clinic.adapters.tables.messaging import account_fact, message_template
from clinic.bootstrap import Services
from clinic.messaging.model import OutboxKind
from scripts.templates import run
from tests.assistant import ENVIRONMENT
from tests.integration.channel.webhooks import SALMA, ForwardedClock, Webhook
from whatsapp.messages import OutgoingMessage
from whatsapp.template_files import load_templates

pytestmark = pytest.mark.model

TEMPLATES = load_templates()


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENVIRONMENT, "WHATSAPP_BUSINESS_ACCOUNT_ID", "102290129340398")


class Account:
    """The command line on the simulator."""

    def __init__(self, webhook: Webhook) -> None:
        self.webhook = webhook
        self.services: Services = webhook.clinic.services
        self._to = httpx.ASGITransport(app=webhook.clinic._simulator)

    async def run(self, command: str, templates: Any = TEMPLATES) -> tuple[int, str]:
        said: list[str] = []
        code = await run(command, self.services, templates, self._to, said.append)
        await self.webhook.clinic.settle()
        return code, "".join(said)

    async def review(self, name: str, event: str) -> None:
        decision = {"name": name, "language": "fr", "event": event, "reason": "OTHER"}
        answer = await self.webhook.clinic.control("POST", "/api/templates/review", json=decision)
        assert answer.status_code == 200, answer.text
        await self.webhook.clinic.settle()

    async def send(
        self,
        message: OutgoingMessage,
        *,
        fallback: Any = None,
        kind: OutboxKind = OutboxKind.NOTICE,
    ) -> Any:
        with self.services.database.write() as tx:
            contact = Contacts(tx).find_or_create(
                phone=SALMA, user_id=None, profile_name=None, now=self.services.clock.now()
            )
            Outbox(tx).add(
                contact,
                message,
                key=f"test:{len(self.webhook.outbox())}",
                kind=kind,
                now=self.services.clock.now(),
                fallback=fallback,
            )
        await self.webhook.runtime_of_process().sender.wake_due()
        await self.webhook.clinic.settle()
        return self.webhook.outbox()[-1]

    def handoff(self) -> str | None:
        with self.services.database.read() as tx:
            contact = Contacts(tx).find(phone=SALMA, user_id=None)
            assert contact
            handoff = Handoffs(tx).open_of(contact.id)
            return handoff.reason if handoff else None


@pytest.fixture
def account(webhook: Webhook) -> Account:
    return Account(webhook)


def handoff_reply() -> OutgoingMessage:
    return TEMPLATES["handoff_reply"].message(
        "fr", {"patient": "Salma"}, quick_replies=("/read_reply",)
    )


async def test_submit_status_and_diff(account: Account) -> None:
    code, said = await account.run("status")
    assert code == 1
    assert said.count("NOT SUBMITTED") == 3 * len(TEMPLATES)
    code, said = await account.run("submit")
    assert (code, said.count("submitted, APPROVED")) == (0, 3 * len(TEMPLATES))
    assert await account.run("submit") == (0, ""), "nothing changed"
    assert (await account.run("status"))[0] == 0
    assert await account.run("diff") == (0, "")
    changed = TEMPLATES["feedback_request"]
    changed = replace(changed, footer={**changed.footer, "fr": "Autre pied de page"})
    code, said = await account.run("diff", {**TEMPLATES, "feedback_request": changed})
    assert code == 1
    assert "+FOOTER: Autre pied de page" in said
    code, said = await account.run("submit", {**TEMPLATES, "feedback_request": changed})
    assert (code, said) == (0, "feedback_request fr: changed, reviewed again\n")


async def test_a_template_that_is_not_approved_is_not_sent(account: Account) -> None:
    webhook = account.webhook
    await webhook.open_window(SALMA)
    await account.run("submit")
    assert (await account.send(handoff_reply())).status in ("accepted", "sent", "delivered")
    await account.review("handoff_reply", "PAUSED")
    webhook.process.transport.sent.clear()
    row = await account.send(handoff_reply())
    assert (row.status, row.error_code, row.attempts) == ("failed", 132001, 0)
    assert [b for b in webhook.process.transport.sent if b.get("type") == "template"] == []
    assert account.handoff() == "send_failed"
    await account.review("handoff_reply", "APPROVED")
    assert (await account.send(handoff_reply())).status in ("accepted", "sent", "delivered")


async def test_a_template_that_was_never_submitted_is_not_sent(account: Account) -> None:
    await account.webhook.open_window(SALMA)
    await account.run("submit", {"results_ready": TEMPLATES["results_ready"]})
    row = await account.send(handoff_reply())
    assert (row.status, row.error_code, row.attempts) == ("failed", 132001, 0)


async def test_outside_the_window_a_template_goes_and_the_text_follows_the_tap(
    account: Account,
) -> None:
    webhook = account.webhook
    await webhook.clinic.add_patient(SALMA)
    await account.run("submit")
    answer = OutgoingMessage(text="Le docteur est d'accord.")
    await account.send(answer, fallback=handoff_reply(), kind=OutboxKind.REPLY)
    assert webhook.outbox()[0].status == "held"
    first = (await webhook.clinic.messages(SALMA))[-1]
    assert first["type"] == "template"
    await webhook.clinic.write(SALMA, "bonjour")
    texts = [m["text"] for m in await webhook.clinic.messages(SALMA) if m["direction"] == "out"]
    assert "Le docteur est d'accord." in texts


async def test_outside_the_window_the_template_of_a_notice_takes_its_place(
    account: Account,
) -> None:
    webhook = account.webhook
    await webhook.clinic.add_patient(SALMA)
    await account.run("submit")
    await account.send(OutgoingMessage(text="Une nouvelle."), fallback=handoff_reply())
    assert [row.status for row in webhook.outbox()] == ["withheld", "delivered"]
    await webhook.clinic.write(SALMA, "bonjour")
    texts = [m["text"] for m in await webhook.clinic.messages(SALMA) if m["direction"] == "out"]
    assert "Une nouvelle." not in texts


async def test_a_notice_in_two_parts_sends_its_template_once(account: Account) -> None:
    webhook = account.webhook
    await webhook.clinic.add_patient(SALMA)
    await account.run("submit")
    long = OutgoingMessage(text="Une longue nouvelle. " * 300)
    await account.send(long, fallback=handoff_reply())
    assert [row.status for row in webhook.outbox()] == ["withheld", "withheld", "delivered"]
    received = [m["type"] for m in await webhook.clinic.messages(SALMA)]
    assert received == ["template"]


def forget_all(account: Account) -> None:
    """As on the first day: nothing is known of the account."""
    with account.services.database.write() as tx:
        tx.connection.execute(delete(message_template))
        tx.connection.execute(delete(account_fact))


class DownForLookUps(httpx.AsyncBaseTransport):
    """Takes messages and, while it is down, tells nothing about the account."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.is_down = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_down and request.method == "GET":
            raise httpx.ConnectError("Nobody listens.", request=request)
        return await self._inner.handle_async_request(request)


async def test_before_the_first_look_a_template_waits_for_it_and_goes(account: Account) -> None:
    await account.webhook.open_window(SALMA)
    await account.run("submit")
    forget_all(account)
    assert (await account.send(handoff_reply())).status in ("accepted", "sent", "delivered")
    with account.services.database.read() as tx:
        assert len(MessageTemplates(tx).all()) == 3 * len(TEMPLATES)
        assert account.services.new_recipients.limit(tx) == 2000


async def test_an_account_without_templates_sends_none(account: Account) -> None:
    await account.webhook.open_window(SALMA)
    account.webhook.process.transport.sent.clear()
    row = await account.send(handoff_reply())
    assert (row.status, row.error_code, row.attempts) == ("failed", 132001, 0)
    assert account.webhook.process.transport.sent == []


async def test_a_template_waits_as_long_as_nothing_can_be_looked_up(account: Account) -> None:
    webhook = account.webhook
    await webhook.open_window(SALMA)
    await account.run("submit")
    forget_all(account)
    api = DownForLookUps(webhook.process.transport.to)
    webhook.process.transport.to = api
    clock = ForwardedClock()
    runtime = webhook.run_with(webhook.runtime(timer=clock))
    webhook.process.transport.sent.clear()

    row = await account.send(handoff_reply())
    assert (row.status, row.error_code, row.attempts) == ("queued", 132001, 0)
    assert webhook.process.transport.sent == []
    assert row.next_attempt_at > clock.now()

    api.is_down = False
    clock.forward(seconds=6)
    await runtime.sender.wake_due()
    await webhook.clinic.settle()
    assert webhook.outbox()[-1].status in ("accepted", "sent", "delivered")


class WithoutPermission(DownForLookUps):
    """Takes messages; the token may read nothing of the account."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            error = {"message": "Missing permission", "type": "OAuthException", "code": 200}
            return httpx.Response(403, json={"error": error}, request=request)
        return await self._inner.handle_async_request(request)


async def test_who_may_not_look_templates_up_sends_them_all_the_same(account: Account) -> None:
    webhook = account.webhook
    await webhook.open_window(SALMA)
    await account.run("submit")
    forget_all(account)
    webhook.process.transport.to = WithoutPermission(webhook.process.transport.to)
    clock = ForwardedClock()
    runtime = webhook.run_with(webhook.runtime(timer=clock))
    assert (await account.send(handoff_reply())).status == "queued"
    clock.forward(seconds=6)
    await runtime.sender.wake_due()
    await webhook.clinic.settle()
    assert webhook.outbox()[-1].status in ("accepted", "sent", "delivered")


async def test_outside_the_window_a_text_without_template_is_an_honest_failure(
    account: Account,
) -> None:
    await account.webhook.clinic.add_patient(SALMA)
    row = await account.send(OutgoingMessage(text="Bonjour"))
    assert (row.status, row.error_code, row.attempts) == ("failed", 131047, 0)
    assert account.handoff() == "send_failed"

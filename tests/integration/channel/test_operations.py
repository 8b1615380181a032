"""`/metrics` and the doctor."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from scripts.templates import run
from scripts.whatsapp_doctor import Level, examine, report
from tests.assistant import ENVIRONMENT
from tests.integration.channel.webhooks import SALMA, Webhook, messages
from whatsapp.template_files import load_templates

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
    ):
        assert line in answer.text
    assert SALMA not in answer.text
    assert "bonjour" not in answer.text


@pytest.fixture
def _account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENVIRONMENT, "WHATSAPP_BUSINESS_ACCOUNT_ID", "102290129340398")


@pytest.mark.usefixtures("_account")
async def test_the_doctor_finds_nothing_wrong_and_then_each_fault(webhook: Webhook) -> None:
    services = webhook.clinic.services
    to = httpx.ASGITransport(app=webhook.clinic._simulator)
    wrong = [f.what for f in await examine(services, to) if f.level is Level.WRONG]
    assert len(wrong) == 1
    assert "templates can't be sent" in wrong[0]
    await run("submit", services, load_templates(), to, lambda _: None)
    findings = await examine(services, to)
    lines: list[str] = []
    assert report(findings, lines.append) == 0, lines

    settings = services.settings
    for changed, words in (
        (replace(settings.whatsapp, access_token="old"), "token is not accepted"),
        (replace(settings.whatsapp, phone_number_id="1"), "phone number id is not known"),
        (replace(settings.whatsapp, business_account_id=""), "is not set"),
    ):
        broken = replace(services, settings=replace(settings, whatsapp=changed))
        assert any(words in f.what for f in await examine(broken, to))


class _Down(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down", request=request)


async def test_the_doctor_says_that_the_api_does_not_answer(webhook: Webhook) -> None:
    findings = await examine(webhook.clinic.services, _Down())
    assert "does not answer" in findings[0].what
    assert report(findings, lambda _: None) == 1


async def test_the_doctor_says_what_it_cannot_see_of_another_provider(webhook: Webhook) -> None:
    services = webhook.clinic.services
    elsewhere = replace(services.settings.whatsapp, provider="360dialog")
    wired = replace(services, settings=replace(services.settings, whatsapp=elsewhere))
    findings = await examine(wired, _Down())
    assert "with 360dialog: not checked" in findings[0].what
    assert report(findings, lambda _: None) == 0
    assert len(findings) > 1, "the queues are ours"

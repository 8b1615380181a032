"""The doctor: every fault is named in plain words, and each provider has its own checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from clinic.adapters.contacts import Contacts
from clinic.adapters.outbox import Outbox
from clinic.adapters.tables import metadata
from clinic.adapters.tables.messaging import inbox, outbox
from clinic.bootstrap import Services, build_services
from clinic.clock import SystemClock
from clinic.messaging.model import OutboxKind
from clinic.messaging.new_recipients import LIMIT_CODE
from clinic.settings import read_settings
from scripts.doctor.findings import Finding, Level, report
from scripts.whatsapp_doctor import examine
from tests.assistant import ENVIRONMENT
from tests.integration.channel.webhooks import NUMBER_ID, body_of, change
from whatsapp.messages import OutgoingMessage
from whatsapp.template_files import load_templates

ACCOUNT = "102290129340398"
WEBHOOK = "https://clinic.example/webhooks/whatsapp/webhook"
TEMPLATES = [(t.name, language) for t in load_templates().values() for language in t.languages]

Json = dict[str, Any]


class Provider(httpx.AsyncBaseTransport):
    """An API that answers each path with what stands in `answers`, and knows the time."""

    def __init__(self, answers: dict[str, tuple[int, Json]]) -> None:
        self.answers = answers
        self.hours_ahead = 0
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.url.host}{request.url.path}")
        status, body = self.answers.get(request.url.path, (404, {"error": {"code": 100}}))
        time = datetime.now(timezone.utc) + timedelta(hours=self.hours_ahead)
        headers = {"Date": format_datetime(time, usegmt=True)}
        return httpx.Response(status, json=body, headers=headers, request=request)


class NoNetwork(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down", request=request)


def meta(number: Json | None = None, *, lacking: tuple[str, ...] = ()) -> Provider:
    """Meta with everything in order, but for what is given."""
    told = {"quality_rating": "GREEN", "status": "CONNECTED",
            "whatsapp_business_manager_messaging_limit": "TIER_10K", **(number or {})}  # fmt: skip
    listed = [
        {"id": str(n), "name": name, "language": language, "category": "UTILITY",
         "status": "REJECTED" if name in lacking else "APPROVED"}
        for n, (name, language) in enumerate(TEMPLATES)
    ]  # fmt: skip
    return Provider(
        {
            f"/v23.0/{NUMBER_ID}": (200, told),
            f"/v23.0/{ACCOUNT}/subscribed_apps": (200, {"data": [{"id": "1"}]}),
            f"/v23.0/{ACCOUNT}/message_templates": (200, {"data": listed}),
        }
    )


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[Services]:
    environment = {
        **ENVIRONMENT,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'clinic.db'}",
        "WHATSAPP_BUSINESS_ACCOUNT_ID": ACCOUNT,
        "WHATSAPP_API_URL": "https://graph.example",
    }
    services = build_services(read_settings(environment))
    metadata.create_all(services.database.engine)
    yield services
    services.database.close()


def using(wired: Services, **settings: Any) -> Services:
    changed = replace(wired.settings.whatsapp, **settings)
    return replace(wired, settings=replace(wired.settings, whatsapp=changed))


def wrong(findings: list[Finding]) -> list[str]:
    return [finding.what for finding in findings if finding.level is Level.WRONG]


async def test_nothing_is_wrong_when_everything_is_in_order(wired: Services) -> None:
    findings = await examine(wired, meta())

    lines: list[str] = []
    assert report(findings, lines.append) == 0, lines
    assert "0 of 10000 people were written to first in the last 24 hours." in "".join(lines)


async def test_a_bad_token_is_named_and_nothing_else_is_asked(wired: Services) -> None:
    provider = meta()
    provider.answers[f"/v23.0/{NUMBER_ID}"] = (401, {"error": {"code": 190}})

    findings = await examine(wired, provider)

    assert wrong(findings) == ["The access token is not accepted (code 190)."]
    assert not any("message_templates" in path for path in provider.asked)
    assert report(findings, lambda _: None) == 1


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ({"quality_rating": "RED"}, "The number's quality is RED."),
        ({"status": "FLAGGED"}, "The number is FLAGGED."),
        ({"health_status": {"can_send_message": "BLOCKED"}}, "Sending is BLOCKED."),
    ],
)
async def test_a_number_in_trouble_is_named(wired: Services, number: Json, words: str) -> None:
    assert wrong(await examine(wired, meta(number))) == [words]


async def test_a_yellow_quality_is_a_care_and_no_error(wired: Services) -> None:
    findings = await examine(wired, meta({"quality_rating": "YELLOW"}))
    care = [finding for finding in findings if finding.level is Level.CARE]
    assert [finding.what for finding in care] == ["The number's quality is YELLOW."]
    assert care[0].advice.startswith("Patients block or report messages")


async def test_an_account_that_no_app_is_subscribed_to_is_named(wired: Services) -> None:
    provider = meta()
    provider.answers[f"/v23.0/{ACCOUNT}/subscribed_apps"] = (200, {"data": []})
    assert wrong(await examine(wired, provider)) == [
        "No app is subscribed to the account: no message of a patient comes in."
    ]


async def test_templates_that_are_not_approved_are_named(wired: Services) -> None:
    (what,) = wrong(await examine(wired, meta(lacking=("feedback_request",))))
    assert what == (
        "3 templates can't be sent: feedback_request fr (REJECTED), "
        "feedback_request ar (REJECTED), feedback_request en (REJECTED)"
    )


async def test_a_clock_that_is_an_hour_off_is_named(wired: Services) -> None:
    provider = meta()
    provider.hours_ahead = 1
    (what,) = wrong(await examine(wired, provider))
    assert what.startswith("This machine's clock is 3")


async def test_an_unknown_number_id_is_named(wired: Services) -> None:
    (what,) = wrong(await examine(using(wired, phone_number_id="1"), meta()))
    assert what.startswith("The phone number id is not known")


async def test_an_account_id_that_is_not_set_is_a_care(wired: Services) -> None:
    findings = await examine(using(wired, business_account_id=""), meta())
    assert wrong(findings) == []
    assert any("WHATSAPP_BUSINESS_ACCOUNT_ID is not set" in f.what for f in findings)


@pytest.mark.parametrize("provider", ["meta", "360dialog", "twilio"])
async def test_without_network_the_first_line_says_so(wired: Services, provider: str) -> None:
    findings = await examine(using(wired, provider=provider), NoNetwork())
    assert findings[0].what.startswith("The API does not answer")
    assert report(findings, lambda _: None) == 1


def dialog360(**answers: tuple[int, Json]) -> Provider:
    told = {
        "health_status": (200, {"health_status": {"can_send_message": "AVAILABLE"}}),
        "v1/configs/webhook": (200, {"url": WEBHOOK}),
    }
    return Provider({f"/{path}": answer for path, answer in {**told, **answers}.items()})


async def test_360dialog_has_its_own_checks_and_never_asks_meta(wired: Services) -> None:
    at = using(
        wired, provider="360dialog", api_url="https://waba-v2.360dialog.io", webhook_url=WEBHOOK
    )
    provider = dialog360()

    findings = await examine(at, provider)

    assert wrong(findings) == []
    assert {path.split("/")[0] for path in provider.asked} == {"waba-v2.360dialog.io"}
    words = [finding.what for finding in findings]
    assert "The API key is accepted." in words
    assert "A webhook is registered." in words
    assert any(what.startswith("360dialog tells neither") for what in words)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (
            {"health_status": (401, {"meta": {"success": False}})},
            "The API key is not accepted (code None).",
        ),
        (
            {"health_status": (200, {"health_status": {"can_send_message": "BLOCKED"}})},
            "Sending is BLOCKED.",
        ),
        (
            {"v1/configs/webhook": (200, {})},
            "No webhook is registered: no message of a patient comes in.",
        ),
        (
            {"v1/configs/webhook": (200, {"url": "https://old.example"})},
            "The registered webhook is not WHATSAPP_WEBHOOK_URL.",
        ),
    ],
)
async def test_360dialogs_faults_are_named(
    wired: Services, answers: dict[str, tuple[int, Json]], words: str
) -> None:
    at = using(wired, provider="360dialog", webhook_url=WEBHOOK)
    assert wrong(await examine(at, dialog360(**answers))) == [words]


def twilio(wired: Services, **settings: Any) -> Services:
    sids = {f"{name}/{language}": f"HX{n}" for n, (name, language) in enumerate(TEMPLATES)}
    return using(
        wired,
        **{
            "provider": "twilio",
            "api_url": "https://api.twilio.com",
            "account_sid": "AC1",
            "webhook_url": WEBHOOK,
            "content_sids": sids,
            **settings,
        },
    )


def twilio_api(status: str = "active", approval: str = "approved") -> Provider:
    answers: dict[str, tuple[int, Json]] = {
        "/2010-04-01/Accounts/AC1.json": (200, {"status": status})
    }
    for n in range(len(TEMPLATES)):
        path = f"/v1/Content/HX{n}/ApprovalRequests"
        answers[path] = (200, {"whatsapp": {"status": approval}})
    return Provider(answers)


async def test_twilio_has_its_own_checks_and_never_asks_meta(wired: Services) -> None:
    provider = twilio_api()

    findings = await examine(twilio(wired), provider)

    assert wrong(findings) == []
    hosts = {path.split("/")[0] for path in provider.asked}
    assert hosts == {"api.twilio.com", "content.twilio.com"}
    words = [finding.what for finding in findings]
    assert "The login is accepted." in words
    assert "All templates are approved." in words
    assert any(what.startswith("Twilio tells neither") for what in words)


async def test_twilios_faults_are_named(wired: Services) -> None:
    provider = twilio_api(status="suspended", approval="pending")
    at = twilio(wired, webhook_url="", content_sids={f"{TEMPLATES[0][0]}/fr": "HX0"})
    what = wrong(await examine(at, provider))
    assert what[0] == "The account is suspended."
    assert "(pending)" in what[1]
    assert "(no ContentSid)" in what[1]
    assert what[2].startswith("WHATSAPP_WEBHOOK_URL is not set")

    provider.answers["/2010-04-01/Accounts/AC1.json"] = (401, {"code": 20003})
    assert wrong(await examine(twilio(wired), provider)) == [
        "The login is not accepted (code None)."
    ]


async def test_messages_that_wait_for_room_are_named(wired: Services) -> None:
    with wired.database.write() as tx:
        contact = Contacts(tx).find_or_create(
            phone="212600000001", user_id=None, profile_name=None, now=wired.clock.now()
        )
        for n in range(2):
            Outbox(tx).add(
                contact,
                OutgoingMessage(text="Rappel"),
                key=f"reminder:{n}",
                kind=OutboxKind.NOTICE,
                now=wired.clock.now(),
            )
        first, second = tx.connection.scalars(outbox.select().with_only_columns(outbox.c.id))
        sent = {"status": "sent", "initiated_at": SystemClock().now()}
        tx.connection.execute(outbox.update().where(outbox.c.id == first).values(**sent))
        held = {"error_code": LIMIT_CODE}
        tx.connection.execute(outbox.update().where(outbox.c.id == second).values(**held))

    (what,) = wrong(
        await examine(wired, meta({"whatsapp_business_manager_messaging_limit": "TIER_250"}))
    )

    assert what == (
        "1 of 250 people were written to first in the last 24 hours. 1 messages wait for room."
    )


async def test_updates_for_another_number_are_a_care(wired: Services) -> None:
    item = {"id": "wamid.1", "from": "212600000001", "type": "text", "timestamp": "1795424400"}
    body = body_of([change(messages=[item], number_id="999")])
    wired.intake.receive(httpx.Request("POST", "http://x", json=body).content)
    findings = await examine(wired, meta())
    assert wrong(findings) == []
    assert any(f.what.startswith("1 updates of the last day concern another") for f in findings)


async def test_queues_that_stand_still_and_parked_updates_are_named(wired: Services) -> None:
    old = wired.clock.now() - timedelta(hours=1)
    with wired.database.write() as tx:
        for key, status in (("a", "waiting"), ("b", "parked")):
            row = {"key": key, "kind": "message", "field": "messages", "payload": b"",
                   "status": status, "received_at": old}  # fmt: skip
            tx.connection.execute(insert(inbox).values(**row))
    findings = await examine(wired, meta())
    assert wrong(findings) == ["The inbox holds 1 rows, the oldest for 60 minutes."]
    assert any(finding.what == "1 updates are parked." for finding in findings)

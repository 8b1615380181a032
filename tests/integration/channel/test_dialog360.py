"""360dialog through the webhook's route: Meta's own payloads, with a header instead of a
signature, answered through 360dialog's host and with its key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from clinic.adapters.media import MediaFiles, MediaStatus
from clinic.messaging.breaker import OpenReason
from tests.assistant import ENVIRONMENT
from tests.integration.channel.webhooks import (
    PATH,
    SALMA,
    ForwardedClock,
    Webhook,
    body_of,
    change,
    messages,
    status,
)
from tests.providers import DIALOG, Answer, Api

pytestmark = pytest.mark.model

PICTURE = Path(__file__).parents[3] / "simulator" / "static" / "samples" / "carte-amo.png"
OURS = {"Authorization": DIALOG.app_secret}


@pytest.fixture(autouse=True)
def _chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "WHATSAPP_PROVIDER": "360dialog",
        "WHATSAPP_API_URL": DIALOG.api_url,
        "WHATSAPP_APP_SECRET": DIALOG.app_secret,
        "WHATSAPP_ACCESS_TOKEN": DIALOG.access_token,
    }.items():
        monkeypatch.setitem(ENVIRONMENT, name, value)


class FakeDialog360(Api):
    """Takes messages and serves files, through its own host and for its own key."""

    def __init__(self) -> None:
        super().__init__(by_itself=self._answer)
        self._numbers = count(1)

    def _answer(self, request: httpx.Request) -> Answer:
        assert request.url.host == "waba-v2.360dialog.io"
        assert request.headers["D360-API-KEY"] == "api-key"
        assert "Authorization" not in request.headers
        match request.method, request.url.path:
            case "POST", "/messages":
                body = json.loads(request.content)
                if body.get("status") == "read":
                    return 200, {"success": True}
                return 200, {"messages": [{"id": f"wamid.out.{next(self._numbers)}"}]}
            case "GET", "/4490709327384033":
                return 200, {"url": "https://lookaside.fbsbx.com/attachments/?mid=1"}
            case "GET", "/attachments/":
                return 200, PICTURE.read_bytes()
        raise AssertionError(request.url)

    def sent(self) -> list[dict[str, Any]]:
        """The messages that it was asked to send."""
        posts = [json.loads(r.content) for r in self.requests if r.method == "POST"]
        return [body for body in posts if body.get("status") != "read"]


@pytest.fixture
def api(webhook: Webhook) -> FakeDialog360:
    api = FakeDialog360()
    webhook.process.transport.to = api
    return api


async def post(webhook: Webhook, body: Any, headers: Mapping[str, str] = OURS) -> int:
    raw = json.dumps(body).encode()
    answer = await webhook.clinic.webhook.post(PATH, content=raw, headers=dict(headers))
    await webhook.clinic.settle()
    return answer.status_code


async def test_a_message_is_answered_and_its_statuses_are_written_back(
    webhook: Webhook, api: FakeDialog360
) -> None:
    assert await post(webhook, messages(webhook.text("A"))) == 200
    (sent,) = api.sent()
    assert (sent["to"], sent["type"]) == (f"+{SALMA}", "interactive")
    (row,) = webhook.outbox()
    assert (row.status, row.wamid) == ("accepted", "wamid.out.1")
    for name in ("sent", "read", "delivered"):
        assert await post(webhook, status("wamid.out.1", name)) == 200
    assert webhook.outbox()[0].status == "read"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Basic other"},
        {"D360-API-KEY": "api-key"},
        {"X-Hub-Signature-256": "sha256=00"},
    ],
)
async def test_a_request_without_the_agreed_header_is_refused_and_nothing_is_stored(
    webhook: Webhook, api: FakeDialog360, headers: dict[str, str]
) -> None:
    assert await post(webhook, messages(webhook.text("A")), headers) == 401
    assert (webhook.inbox(), api.requests) == ([], [])


async def test_repeated_requests_count_once(webhook: Webhook, api: FakeDialog360) -> None:
    for _ in range(3):
        assert await post(webhook, messages(webhook.text("A"))) == 200
        assert await post(webhook, status("wamid.out.1", "delivered")) == 200
    assert len(api.sent()) == 1
    assert len(webhook.inbox()) == 2


async def test_a_batch_with_a_file_is_taken_in_whole(webhook: Webhook, api: FakeDialog360) -> None:
    image = {"id": "4490709327384033", "mime_type": "image/png"}
    item = {**webhook.text("B"), "type": "image", "image": image}
    del item["text"]
    body = body_of([change(messages=[webhook.text("A"), 7, item])])
    assert await post(webhook, body) == 200
    assert sorted(webhook.states().values()) == ["done", "done", "parked"]
    with webhook.clinic.services.database.read() as tx:
        (file,) = MediaFiles(tx).of_contact(webhook.inbox()[0].contact_id)
    assert file.status is MediaStatus.STORED


def refusal(words: str) -> dict[str, Any]:
    return {"meta": {"success": False, "http_code": 400, "developer_message": words}}


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        ("You have exceeded the endpoint rate limit.", 4, None),
        ("Could not send message due to lack of payment.", 131042, OpenReason.ACCOUNT),
    ],
)
async def test_what_360dialog_itself_refuses_is_kept_and_sent_later(
    webhook: Webhook, api: FakeDialog360, words: str, code: int, reason: OpenReason | None
) -> None:
    clock = ForwardedClock()
    runtime = webhook.run_with(webhook.runtime(timer=clock))
    # The read mark goes first.
    api.answers = [(200, {"success": True}), (400, refusal(words))]
    await post(webhook, messages(webhook.text("A")))
    (row,) = webhook.outbox()
    assert (row.status, row.error_code) == ("queued", code)
    assert runtime.sender.breaker.reason is reason
    for _ in range(2):
        clock.forward(minutes=5)
        await runtime.sender.wake_due()
        await webhook.clinic.settle()
    assert webhook.outbox()[0].status == "accepted"

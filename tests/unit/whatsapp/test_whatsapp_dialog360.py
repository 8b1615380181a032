"""360dialog: Meta's own payloads with another host and key, and refusals of its own."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.providers import DIALOG, Api
from whatsapp.errors import (
    AccountError,
    ApiError,
    MediaUnavailableError,
    RetryableError,
    TimeoutMaybeSentError,
    UnknownApiError,
    UntrustedMediaUrlError,
    WindowClosedError,
)
from whatsapp.inbound import read_message
from whatsapp.messages import OutgoingMessage, Recipient
from whatsapp.providers import make_client, make_webhooks
from whatsapp.rendering import render

(BODY,) = render(OutgoingMessage(text="Bonjour"), Recipient("+212661000001"))


def refusal(words: str, status: int = 400) -> dict[str, Any]:
    return {"meta": {"success": False, "http_code": status, "developer_message": words,
                     "360dialog_trace_id": "T1"}}  # fmt: skip


async def test_a_message_is_metas_own_with_another_host_and_key() -> None:
    api = Api((200, {"messages": [{"id": "wamid.1"}]}))
    assert (await make_client(DIALOG, api).send(BODY)).wamid == "wamid.1"
    (request,) = api.requests
    assert str(request.url) == "https://waba-v2.360dialog.io/messages"
    assert request.headers["D360-API-KEY"] == "api-key"
    assert "Authorization" not in request.headers
    assert json.loads(request.content) == BODY


async def test_a_read_mark_goes_the_same_way() -> None:
    api = Api((200, {"success": True}))
    await make_client(DIALOG, api).mark_read("wamid.1", typing=True)
    assert str(api.requests[0].url) == "https://waba-v2.360dialog.io/messages"
    assert json.loads(api.requests[0].content)["typing_indicator"] == {"type": "text"}


async def test_files_are_fetched_through_their_host() -> None:
    meta = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&hash=x"
    api = Api((200, {"url": meta}), (200, b"content"), (200, {"id": "media-1"}))
    client = make_client(DIALOG, api)
    url = await client.media_url("77")
    assert await client.download(url, 100) == b"content"
    assert await client.upload(b"%PDF", "application/pdf", "a.pdf") == "media-1"
    assert [str(request.url) for request in api.requests] == [
        "https://waba-v2.360dialog.io/77?phone_number_id=1065",
        "https://waba-v2.360dialog.io/whatsapp_business/attachments/?mid=1&hash=x",
        "https://waba-v2.360dialog.io/media",
    ]
    assert {request.headers["D360-API-KEY"] for request in api.requests} == {"api-key"}


async def test_the_key_goes_nowhere_else() -> None:
    with pytest.raises(UntrustedMediaUrlError):
        await make_client(DIALOG, Api()).download("https://evil.example/a", 100)


async def test_a_file_that_is_not_served_is_asked_for_again() -> None:
    api = Api((404, refusal("Media not found", 404)))
    with pytest.raises(MediaUnavailableError):
        await make_client(DIALOG, api).download("https://lookaside.fbsbx.com/a", 100)


@pytest.mark.parametrize(
    ("status", "answer", "expected", "code"),
    [
        (400, {"error": {"code": 131047}}, WindowClosedError, 131047),
        (401, {"error": {"code": 190}}, AccountError, 190),
        (401, refusal("Invalid api_key", 401), AccountError, None),
        (400, refusal("You have exceeded the endpoint rate limit."), RetryableError, 4),
        (400, refusal("Could not send message due to lack of payment."), AccountError, 131042),
        (400, refusal("Your WhatsApp for Business API has been disabled"), AccountError, 131031),
        (403, refusal("The endpoint is blocked", 403), AccountError, 131005),
        (400, refusal("Something else"), UnknownApiError, None),
        (400, {"error": {"code": 100, "message": "disabled"}}, UnknownApiError, 100),
        (429, refusal("Too many requests", 429), RetryableError, None),
        (500, refusal("Internal server error", 500), RetryableError, None),
    ],
)
async def test_refusals_have_their_class(
    status: int, answer: Any, expected: type[ApiError], code: int | None
) -> None:
    with pytest.raises(expected) as raised:
        await make_client(DIALOG, Api((status, answer))).send(BODY)
    assert (type(raised.value), raised.value.code, raised.value.raw) == (expected, code, answer)


@pytest.mark.parametrize(
    "lost",
    [
        (502, refusal("WhatsApp for Business API not available", 502)),
        (504, b""),
        httpx.ReadTimeout("no answer"),
    ],
)
async def test_a_lost_answer_may_have_been_sent(lost: Any) -> None:
    with pytest.raises(TimeoutMaybeSentError):
        await make_client(DIALOG, Api(lost)).send(BODY)


def test_webhooks_carry_the_agreed_header() -> None:
    webhooks = make_webhooks(DIALOG)
    assert webhooks.is_authentic(b"{}", {"Authorization": "Basic c2VjcmV0"}, "")
    assert not webhooks.is_authentic(b"{}", {"Authorization": "Basic other"}, "")
    assert not webhooks.is_authentic(b"{}", {}, "")
    body = json.dumps({"entry": [{"changes": [{"field": "messages", "value": {"messages": [
        {"id": "wamid.1", "from": "212661000001", "type": "text", "text": {"body": "a"}}
    ]}}]}]})  # fmt: skip
    (update,) = webhooks.updates(body.encode(), "")
    assert read_message(update).text == "a"

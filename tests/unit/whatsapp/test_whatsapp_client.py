"""The client against a Graph API that runs in the test."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from whatsapp.client import TIMEOUT, CloudApiClient
from whatsapp.errors import (
    AccountError,
    MediaCorruptError,
    MediaError,
    MediaTooLargeError,
    MediaUnavailableError,
    RetryableError,
    TimeoutMaybeSentError,
    TransportError,
    UnknownApiError,
    UntrustedMediaUrlError,
    WindowClosedError,
)
from whatsapp.messages import Choice, OutgoingMessage, Recipient
from whatsapp.rendering import render
from whatsapp.settings import WhatsAppSettings

SETTINGS = WhatsAppSettings("secret", "verify", "token", "1065", api_url="https://graph.test")
WAMID = "wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI3MEM2RUJFNkI0RENGQTVDRjUA"
SENT = {
    "messaging_product": "whatsapp",
    "contacts": [{"input": "+212612345678", "wa_id": "212612345678"}],
    "messages": [{"id": WAMID}],
}
MEDIA_URL = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=7"


class FakeGraph(httpx.AsyncBaseTransport):
    """Answers every request alike and keeps what was asked."""

    def __init__(self, answer: httpx.Response | Exception | Callable[[], httpx.Response]) -> None:
        self.answer = answer
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer if isinstance(self.answer, httpx.Response) else self.answer()


def client_for(answer: Any, status: int = 200) -> tuple[CloudApiClient, FakeGraph]:
    if not isinstance(answer, Exception | httpx.Response):
        answer = httpx.Response(status, json=answer)
    graph = FakeGraph(answer)
    return CloudApiClient(SETTINGS, transport=graph), graph


async def test_a_message_is_posted_exactly_and_its_id_comes_back() -> None:
    client, graph = client_for(SENT)
    message = OutgoingMessage(text="نعم؟", choices=(Choice("Oui", "/affirm"),))
    (body,) = render(message, Recipient("212612345678"), reference="out-1")
    result = await client.send(body)
    (request,) = graph.requests
    assert (request.method, str(request.url)) == ("POST", "https://graph.test/v23.0/1065/messages")
    assert request.headers["authorization"] == "Bearer token"
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.content) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+212612345678",
        "type": "interactive",
        "interactive": {
            "type": "button",
            "body": {"text": "نعم؟"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "/affirm", "title": "Oui"}}]},
        },
        "biz_opaque_callback_data": "out-1",
    }
    assert (result.wamid, result.raw) == (WAMID, SENT)
    await client.close()


@pytest.mark.parametrize(
    ("typing", "expected"),
    [
        (False, {"messaging_product": "whatsapp", "status": "read", "message_id": WAMID}),
        (
            True,
            {
                "messaging_product": "whatsapp",
                "status": "read",
                "message_id": WAMID,
                "typing_indicator": {"type": "text"},
            },
        ),
    ],
)
async def test_a_message_is_marked_read(typing: bool, expected: dict[str, Any]) -> None:
    client, graph = client_for({"success": True})
    await client.mark_read(WAMID, typing=typing)
    (request,) = graph.requests
    assert json.loads(request.content) == expected
    assert str(request.url) == "https://graph.test/v23.0/1065/messages"


async def test_a_refusal_raises_the_error_of_its_code() -> None:
    answer = {"error": {"message": "Re-engagement message", "code": 131047, "fbtrace_id": "A"}}
    client, _ = client_for(answer, status=400)
    with pytest.raises(WindowClosedError) as caught:
        await client.send({"type": "text"})
    assert (caught.value.status, caught.value.raw) == (400, answer)


@pytest.mark.parametrize(
    ("status", "content", "expected"),
    [
        (503, b"<html>", RetryableError),
        (401, b'{"error": {"code": 190}}', AccountError),
        (302, b"", UnknownApiError),
        (200, b"<html>", TimeoutMaybeSentError),
        (200, b"{}", TimeoutMaybeSentError),
        (200, b'{"messages": [{}]}', TimeoutMaybeSentError),
    ],
)
async def test_an_answer_without_a_message_id_raises(
    status: int, content: bytes, expected: type[Exception]
) -> None:
    client, graph = client_for(httpx.Response(status, content=content))
    with pytest.raises(expected):
        await client.send({"type": "text"})
    assert len(graph.requests) == 1  # no retry inside


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("no"),
        httpx.ConnectTimeout("no"),
        httpx.PoolTimeout("no"),
        httpx.UnsupportedProtocol("no"),
    ],
)
async def test_a_failure_before_sending_is_a_plain_transport_error(failure: Exception) -> None:
    client, _ = client_for(failure)
    with pytest.raises(TransportError) as caught:
        await client.send({"type": "text"})
    assert type(caught.value) is TransportError
    assert caught.value.__cause__ is failure


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ReadTimeout("no"),
        httpx.WriteTimeout("no"),
        httpx.ReadError("no"),
        httpx.RemoteProtocolError("no"),
    ],
)
async def test_a_failure_after_sending_may_have_sent(failure: Exception) -> None:
    client, _ = client_for(failure)
    with pytest.raises(TimeoutMaybeSentError):
        await client.send({"type": "text"})


def test_the_client_waits_5_seconds_to_connect_and_15_to_read() -> None:
    assert (TIMEOUT.connect, TIMEOUT.read) == (5.0, 15.0)


async def test_the_address_of_a_media_file_is_asked_for() -> None:
    client, graph = client_for({"url": MEDIA_URL, "mime_type": "image/jpeg", "id": "7/8"})
    assert await client.media_url("7/8") == MEDIA_URL
    (request,) = graph.requests
    assert request.url.raw_path == b"/v23.0/7%2F8?phone_number_id=1065"
    assert request.method == "GET"


async def test_a_media_answer_without_an_address_raises() -> None:
    client, _ = client_for({"id": "7"})
    with pytest.raises(MediaError):
        await client.media_url("7")


@pytest.mark.parametrize("encode", [lambda d: base64.b64encode(d).decode(), lambda d: d.hex()])
async def test_a_file_is_downloaded_and_its_digest_checked(encode: Callable[[bytes], str]) -> None:
    content = b"\x89PNG" * 100
    digest = encode(hashlib.sha256(content).digest())
    client, graph = client_for(httpx.Response(200, content=content))
    assert await client.download(MEDIA_URL, len(content), sha256=digest) == content
    assert graph.requests[0].headers["authorization"] == "Bearer token"


async def test_a_file_with_another_digest_is_refused() -> None:
    client, _ = client_for(httpx.Response(200, content=b"other"))
    with pytest.raises(MediaCorruptError):
        await client.download(MEDIA_URL, 100, sha256="0" * 64)


async def test_a_download_stops_at_the_limit() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 10

    client, _ = client_for(httpx.Response(200, content=endless()))
    with pytest.raises(MediaTooLargeError):
        await client.download(MEDIA_URL, 25)
    assert sent == 3


@pytest.mark.parametrize(
    ("status", "content", "expected"),
    [
        (401, b"<html>", MediaUnavailableError),
        (404, b"", MediaUnavailableError),
        (503, b"", RetryableError),
        (401, b'{"error": {"code": 190}}', AccountError),
    ],
)
async def test_a_stale_address_is_not_taken_for_a_fault_of_the_account(
    status: int, content: bytes, expected: type[Exception]
) -> None:
    client, _ = client_for(httpx.Response(status, content=content))
    with pytest.raises(expected):
        await client.download(MEDIA_URL, 100)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a",
        "http://lookaside.fbsbx.com/a",
        "https://evilfbsbx.com/a",
        "https://lookaside.fbsbx.com.example.org/a",
        "https://lookaside.fbsbx.com@example.org/a",
        "file:///etc/passwd",
        "http://graph.test/a",
        "",
    ],
)
async def test_the_token_goes_to_meta_only(url: str) -> None:
    client, graph = client_for(httpx.Response(200, content=b"x"))
    with pytest.raises(UntrustedMediaUrlError):
        await client.download(url, 100)
    assert graph.requests == []


async def test_a_simulator_serves_media_from_its_own_host() -> None:
    client, _ = client_for(httpx.Response(200, content=b"x"))
    assert await client.download("https://graph.test/media/7", 100) == b"x"

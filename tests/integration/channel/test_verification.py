"""The handshake, the signature and the size of what is taken in."""

from __future__ import annotations

import json

import pytest

from tests.assistant import ENVIRONMENT
from tests.integration.channel.webhooks import PATH, SALMA, SECRET, Webhook, messages
from whatsapp.signature import sign

pytestmark = pytest.mark.model

TOKEN = ENVIRONMENT["WHATSAPP_VERIFY_TOKEN"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"hub.mode": "subscribe", "hub.verify_token": TOKEN}, (200, "1158201444")),
        ({"hub.mode": "subscribe", "hub.verify_token": "another"}, (403, None)),
        ({"hub.mode": "subscribe", "hub.verify_token": "clé"}, (403, None)),
        ({"hub.mode": "subscribe"}, (403, None)),
        ({"hub.mode": "unsubscribe", "hub.verify_token": TOKEN}, (403, None)),
        ({"hub.verify_token": TOKEN}, (403, None)),
    ],
)
async def test_handshake_repeats_the_challenge_for_the_right_token_only(
    webhook: Webhook, query: dict[str, str], expected: tuple[int, str | None]
) -> None:
    query = {**query, "hub.challenge": "1158201444"}
    response = await webhook.clinic.webhook.get(PATH, params=query)
    text = response.text if response.status_code == 200 else None
    assert (response.status_code, text) == expected


def _signatures() -> dict[str, str | None]:
    raw = b'{"entry": []}'
    right = sign(raw, SECRET)
    return {
        "absent": None,
        "empty": "",
        "wrong": "sha256=" + "0" * 64,
        "of another secret": sign(raw, "another-secret"),
        "of another body": sign(raw + b" ", SECRET),
        "without its prefix": right.removeprefix("sha256="),
        "cut short": right[:-1],
        "in capitals": right.upper(),
        "of the older algorithm": "sha1=" + "0" * 40,
    }


@pytest.mark.parametrize("kind", _signatures())
async def test_a_body_without_its_signature_is_refused_and_nothing_is_stored(
    webhook: Webhook, kind: str
) -> None:
    body = messages(webhook.text("A"))
    response = await webhook.post(body, signature=_signatures()[kind])
    await webhook.clinic.settle()
    assert (response.status_code, webhook.inbox(), webhook.outbox()) == (401, [], [])


async def test_the_signature_counts_for_the_bytes_as_they_came(webhook: Webhook) -> None:
    """A body with spaces and escapes of its own is not what our own JSON would look like."""
    await webhook.open_window(SALMA)
    body = messages(webhook.text("A", "salam  عليكم"))
    raw = json.dumps(body, indent=3, ensure_ascii=False).replace("/", "\\/").encode()
    await webhook.deliver(raw)
    assert webhook.states()["wamid.A"] == "done"


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"{", b"\xff\xfe"])
async def test_a_signed_body_that_is_no_object_is_refused(webhook: Webhook, raw: bytes) -> None:
    response = await webhook.post(raw)
    assert (response.status_code, webhook.inbox()) == (400, [])


async def test_a_body_of_three_megabytes_is_taken(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    padding = {"id": "wamid.big", "from": SALMA, "type": "sticker", "x": "x" * 3 * 1024 * 1024}
    await webhook.deliver(messages(padding, webhook.text("A")))
    assert webhook.states()["wamid.A"] == "done"
    assert webhook.answered() == ["A"]


async def test_a_body_over_four_megabytes_is_refused(webhook: Webhook) -> None:
    padding = {"x": "x" * 4 * 1024 * 1024}
    response = await webhook.post(messages(webhook.text("A"), padding))
    assert (response.status_code, webhook.inbox()) == (413, [])

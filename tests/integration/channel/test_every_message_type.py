"""Each type of message: stored, counted, answered politely once or silently, and never a crash."""

from __future__ import annotations

from typing import Any

import pytest

from clinic.adapters.contacts import Contacts
from clinic.adapters.handoffs import Handoffs
from tests.integration.channel.webhooks import SALMA, Webhook, messages

pytestmark = pytest.mark.model

VIDEO = {"id": "1166846181421424", "mime_type": "video/mp4", "sha256": "x"}
EMOJI = {"message_id": "wamid.sent", "emoji": "👍"}
ORDER = {"catalog_id": "1", "product_items": [{"product_retailer_id": "a", "quantity": 1}]}
UNKNOWN = {"code": 131051, "title": "Message type unknown"}
UNAVAILABLE = {"code": 131060, "title": "This message is currently unavailable."}
CARD = {"name": {"formatted_name": "Ahmed"}, "phones": [{"phone": "+212661111111"}]}


@pytest.fixture(autouse=True)
async def _phone(webhook: Webhook) -> None:
    await webhook.clinic.add_patient(SALMA)


def of_type(webhook: Webhook, kind: Any, wamid: str = "A", **content: Any) -> dict[str, Any]:
    item: dict[str, Any] = {**webhook.text(wamid), "type": kind, **content}
    del item["text"]
    return item


def said(webhook: Webhook) -> list[str]:
    """What was sent, in order."""
    bodies = [body for body in webhook.process.transport.sent if "type" in body]
    return [(b.get("text") or {}).get("body") or b["interactive"]["body"]["text"] for b in bodies]


def words_of(webhook: Webhook, name: str) -> str:
    return webhook.clinic.services.texts.text(name, "fr").split("{")[0]


def counted(webhook: Webhook, kind: str, type_: str) -> bool:
    text = webhook.clinic.services.metrics.text()
    return f'whatsapp_received_total{{kind="{kind}",type="{type_}"}} 1.0' in text


def reason_of_handoff(webhook: Webhook) -> str | None:
    with webhook.clinic.services.database.read() as tx:
        contact = Contacts(tx).find(phone=SALMA, user_id=None)
        handoff = Handoffs(tx).open_of(contact.id) if contact else None
    return handoff.reason if handoff else None


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("reaction", {"reaction": EMOJI}),
        ("reaction", {"reaction": {"message_id": "wamid.sent"}}),
        ("reaction", {"reaction": {**EMOJI, "emoji": ""}}),
        ("sticker", {"sticker": {"id": "798882015472548", "mime_type": "image/webp"}}),
    ],
)
async def test_a_reaction_and_a_sticker_get_no_answer(
    webhook: Webhook, kind: str, content: dict[str, Any]
) -> None:
    await webhook.deliver(messages(of_type(webhook, kind, **content)))
    assert said(webhook) == []
    assert webhook.states() == {"wamid.A": "done"}
    assert counted(webhook, "message", kind)
    assert reason_of_handoff(webhook) is None


async def test_a_video_goes_to_a_person(webhook: Webhook) -> None:
    await webhook.deliver(messages(of_type(webhook, "video", video=VIDEO)))
    assert said(webhook) == [words_of(webhook, "utter_file_received")]
    assert reason_of_handoff(webhook) == "file"
    assert webhook.states() == {"wamid.A": "done"}
    assert counted(webhook, "message", "video")


async def test_the_words_under_a_video_are_answered_too(webhook: Webhook) -> None:
    video = {**VIDEO, "caption": "quels sont vos horaires ?"}
    await webhook.deliver(messages(of_type(webhook, "video", video=video)))
    assert any(words_of(webhook, "utter_file_received") in text for text in said(webhook))
    assert len("".join(said(webhook))) > len(words_of(webhook, "utter_file_received"))


async def test_an_emergency_under_a_video_is_seen(webhook: Webhook) -> None:
    video = {**VIDEO, "caption": "mon père ne respire plus"}
    await webhook.deliver(messages(of_type(webhook, "video", video=video)))
    assert "15" in said(webhook)[0]
    assert reason_of_handoff(webhook) == "emergency"


async def test_who_opens_the_chat_for_the_first_time_is_greeted(webhook: Webhook) -> None:
    await webhook.deliver(messages(of_type(webhook, "request_welcome")))
    assert len(said(webhook)) == 1
    assert "Bonjour et bienvenue" in said(webhook)[0]
    assert counted(webhook, "message", "request_welcome")


async def test_an_order_is_told_politely(webhook: Webhook) -> None:
    await webhook.deliver(messages(of_type(webhook, "order", order=ORDER)))
    assert said(webhook) == [words_of(webhook, "utter_unreadable")]
    assert counted(webhook, "message", "order")


async def test_the_words_with_an_order_are_answered(webhook: Webhook) -> None:
    order = {**ORDER, "text": "quels sont vos horaires ?"}
    await webhook.deliver(messages(of_type(webhook, "order", order=order)))
    assert len(said(webhook)) == 1
    assert said(webhook) != [words_of(webhook, "utter_unreadable")]


@pytest.mark.parametrize(
    "system",
    [
        {"body": "Salma changed her name", "type": "a_system_type_of_next_year"},
        {"body": "identity", "type": "customer_identity_changed", "identity": "h"},
        {},
        None,
    ],
)
async def test_what_whatsapp_itself_reports_is_stored_and_not_answered(
    webhook: Webhook, system: Any
) -> None:
    await webhook.deliver(messages(of_type(webhook, "system", system=system)))
    assert said(webhook) == []
    assert webhook.states() == {"wamid.A": "done"}
    assert counted(webhook, "system", "system")


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("unsupported", {"errors": [UNKNOWN]}),
        ("unsupported", {"errors": [UNAVAILABLE]}),
        ("unsupported", {}),
        ("contacts", {"contacts": [CARD]}),
        ("interactive", {"interactive": {"type": "a_reply_of_next_year", "a_reply": {}}}),
        ("location", {"location": {"latitude": "far", "longitude": None}}),
        ("hologram", {"hologram": {"frames": [1, 2]}}),
        ("poll", {}),
        ("text", {}),
        ("", {}),
    ],
)
async def test_what_cannot_be_read_is_told_once_in_six_hours(
    webhook: Webhook, kind: str, content: dict[str, Any]
) -> None:
    for wamid in "AB":
        await webhook.deliver(messages(of_type(webhook, kind, wamid, **content)))
    assert said(webhook) == [words_of(webhook, "utter_unreadable")]
    assert webhook.states() == {"wamid.A": "done", "wamid.B": "done"}


@pytest.mark.parametrize("kind", [None, 7, [], {"a": 1}])
async def test_a_type_that_is_no_word_is_told_too(webhook: Webhook, kind: Any) -> None:
    await webhook.deliver(messages(of_type(webhook, kind)))
    assert said(webhook) == [words_of(webhook, "utter_unreadable")]


async def test_the_words_of_a_type_of_next_year_are_read(webhook: Webhook) -> None:
    hologram = {"body": "mon père ne respire plus"}
    await webhook.deliver(messages(of_type(webhook, "hologram", hologram=hologram)))
    assert "15" in said(webhook)[0]
    assert reason_of_handoff(webhook) == "emergency"


async def test_types_that_cannot_be_read_do_not_hold_back_the_text_behind_them(
    webhook: Webhook,
) -> None:
    items = [
        of_type(webhook, "hologram", "A"),
        of_type(webhook, "reaction", "B", reaction=EMOJI),
        webhook.text("C", "bonjour"),
    ]
    await webhook.deliver(messages(*items))
    assert webhook.answered() == ["A", "C"]
    assert set(webhook.states().values()) == {"done"}

"""Contracts of the other providers: what they post, what they are sent, what they answer.

The forms of `tests/payloads/twilio` have the shape of Twilio's documentation; the signature is
compared with Twilio's own library.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest
from twilio.request_validator import RequestValidator

from whatsapp.errors import (
    AccountError,
    ApiError,
    MalformedBodyError,
    RecipientError,
    RetryableError,
    TemplateError,
    UntrustedMediaUrlError,
    WindowClosedError,
)
from whatsapp.inbound import read_message, read_status
from whatsapp.messages import Choice, OutgoingMessage, Recipient, Template
from whatsapp.providers import make_client, make_webhooks
from whatsapp.rendering import render
from whatsapp.settings import WhatsAppSettings
from whatsapp.updates import DeliveryStatus, InboundMessage, MessageType, UpdateKind

FORMS = Path(__file__).parents[2] / "payloads" / "twilio"
ADDRESS = "https://clinic.example/webhooks/whatsapp/webhook"
TWILIO = WhatsAppSettings(
    app_secret="auth-token",
    verify_token="v",
    access_token="auth-token",
    phone_number_id="+212522000100",
    api_url="https://api.twilio.com",
    provider="twilio",
    account_sid="AC1",
    webhook_url=ADDRESS,
    content_sids={"appointment_reminder_24h/fr": "HX1"},
)
DIALOG = WhatsAppSettings(
    app_secret="Basic c2VjcmV0",
    verify_token="v",
    access_token="api-key",
    phone_number_id="1065",
    api_url="https://waba-v2.360dialog.io",
    provider="360dialog",
)
SALMA = Recipient("+212661000001")


def form(name: str) -> bytes:
    return urlencode(json.loads((FORMS / f"{name}.json").read_text())).encode()


def message(name: str) -> InboundMessage:
    (update,) = make_webhooks(TWILIO).updates(form(name), "")
    assert update.kind is UpdateKind.MESSAGE
    assert update.phone_number_id == TWILIO.phone_number_id
    found = read_message(update)
    assert (found.identity.wa_id, found.identity.profile_name) == ("212661000001", "Salma")
    return found


class Api(httpx.AsyncBaseTransport):
    """Answers as ordered and keeps what was asked."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        status, content = self._answers.pop(0)
        if isinstance(content, bytes):
            return httpx.Response(status, content=content)
        return httpx.Response(status, json=content)

    def form(self, n: int = -1) -> dict[str, str]:
        return dict(parse_qsl(self.requests[n].content.decode()))


class TestTwilioWebhooks:
    def test_the_signature_is_that_of_twilios_own_library(self) -> None:
        body = form("text")
        url = f"{ADDRESS}?reference=r1"
        signature = RequestValidator("auth-token").compute_signature(
            url, dict(parse_qsl(body.decode(), keep_blank_values=True))
        )
        webhooks = make_webhooks(TWILIO)
        headers = {"X-Twilio-Signature": signature}
        assert webhooks.is_authentic(body, headers, "reference=r1")
        assert not webhooks.is_authentic(body, headers, "")
        assert not webhooks.is_authentic(body + b"&Body=other", headers, "reference=r1")
        assert not webhooks.is_authentic(body, {}, "reference=r1")

    def test_texts(self) -> None:
        assert message("text").text == "bonjour"
        assert message("ad").referral is not None

    def test_taps(self) -> None:
        reply = message("quick_reply")
        assert (reply.payload, reply.title) == ("/confirm_appointment", "Je confirme")
        assert reply.context_id == "MM" + "1" * 32
        assert message("list_reply").payload == '/choose_slot{"agenda_slot": "x"}'

    def test_files_and_places(self) -> None:
        image = message("image")
        assert (image.type, image.caption) == (MessageType.IMAGE, "ma carte")
        assert image.media is not None
        assert image.media.id.endswith("/Media/ME1")
        assert message("voice").type is MessageType.AUDIO
        place = message("location").location
        assert place is not None
        assert (place.latitude, place.name) == (33.5883, "Maison")

    def test_a_flow(self) -> None:
        assert message("flow").form == {"question": "vos horaires ?"}

    @pytest.mark.parametrize(
        ("name", "status", "codes"),
        [
            ("status_delivered", DeliveryStatus.DELIVERED, []),
            ("status_undelivered", DeliveryStatus.FAILED, [131047]),
        ],
    )
    def test_statuses_come_back_with_our_reference(
        self, name: str, status: DeliveryStatus, codes: list[int]
    ) -> None:
        (update,) = make_webhooks(TWILIO).updates(form(name), "reference=ref-1")
        found = read_status(update)
        assert (found.wamid, found.status, found.reference) == ("SM9", status, "ref-1")
        assert [error.code for error in found.errors] == codes

    @pytest.mark.parametrize("body", [b"", b"\xff\xfe=1", b"a=1&" * 5000, b"{}"])
    def test_what_is_no_form_of_twilio_is_refused(self, body: bytes) -> None:
        webhooks = make_webhooks(TWILIO)
        with pytest.raises(MalformedBodyError):
            webhooks.updates(body, "")
        assert not webhooks.is_authentic(body, {"X-Twilio-Signature": "x"}, "")


class TestTwilioClient:
    async def send(self, api: Api, outgoing: OutgoingMessage, to: Recipient = SALMA) -> str:
        client = make_client(TWILIO, api)
        (body,) = render(outgoing, to, reference="ref-1")
        return (await client.send(body)).wamid

    async def test_a_text(self) -> None:
        api = Api((201, {"sid": "SM1", "status": "queued"}))
        assert await self.send(api, OutgoingMessage(text="Bonjour")) == "SM1"
        assert str(api.requests[0].url) == (
            "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json"
        )
        assert api.requests[0].headers["Authorization"].startswith("Basic ")
        assert api.form() == {
            "From": "whatsapp:+212522000100",
            "To": "whatsapp:+212661000001",
            "StatusCallback": f"{ADDRESS}?reference=ref-1",
            "Body": "Bonjour",
        }

    async def test_a_long_text_goes_in_parts(self) -> None:
        api = Api((201, {"sid": "SM1"}), (201, {"sid": "SM2"}))
        assert await self.send(api, OutgoingMessage(text="Bonjour. " * 300)) == "SM2"
        assert all(len(api.form(n)["Body"]) <= 1600 for n in (0, 1))

    async def test_buttons_are_content_that_is_made_once(self) -> None:
        api = Api((201, {"sid": "HX9"}), (201, {"sid": "SM1"}), (201, {"sid": "SM2"}))
        client = make_client(TWILIO, api)
        choices = (Choice("Oui", "/affirm"), Choice("Non", "/deny"))
        (body,) = render(OutgoingMessage(text="Ça va ?", choices=choices), SALMA)
        await client.send(body)
        await client.send(body)
        made = json.loads(api.requests[0].content)["types"]["twilio/quick-reply"]
        assert str(api.requests[0].url) == "https://content.twilio.com/v1/Content"
        assert made["actions"] == [
            {"title": "Oui", "id": "/affirm"},
            {"title": "Non", "id": "/deny"},
        ]
        assert api.form(1)["ContentSid"] == api.form(2)["ContentSid"] == "HX9"

    async def test_a_list_is_a_list_picker(self) -> None:
        api = Api((201, {"sid": "HX9"}), (201, {"sid": "SM1"}))
        choices = tuple(Choice(f"Choix {n}", f"/c{n}") for n in range(5))
        await self.send(api, OutgoingMessage(text="Lequel ?", choices=choices, list_label="Voir"))
        picker = json.loads(api.requests[0].content)["types"]["twilio/list-picker"]
        assert (picker["button"], len(picker["items"])) == ("Voir", 5)

    async def test_a_template_is_content_with_numbered_variables(self) -> None:
        api = Api((201, {"sid": "SM1"}))
        template = Template(
            "appointment_reminder_24h", "fr", parameters=("Salma", "Dr Alami"),
            quick_replies=("/yes",),
        )  # fmt: skip
        await self.send(api, OutgoingMessage(text="x", template=template))
        assert api.form()["ContentSid"] == "HX1"
        assert json.loads(api.form()["ContentVariables"]) == {
            "1": "Salma",
            "2": "Dr Alami",
            "3": "/yes",
        }

    async def test_what_twilio_cannot_send_is_refused_here(self) -> None:
        template = OutgoingMessage(text="x", template=Template("unknown", "fr"))
        with pytest.raises(TemplateError):
            await self.send(Api(), template)
        with pytest.raises(RecipientError):
            await self.send(Api(), OutgoingMessage(text="x"), Recipient(None, "MA.1"))
        with pytest.raises(RecipientError):
            await self.send(Api(), OutgoingMessage(text="x", asks_number=True))

    @pytest.mark.parametrize(
        ("status", "code", "expected"),
        [
            (400, 63016, WindowClosedError),
            (401, 20003, AccountError),
            (429, 20429, RetryableError),
            (400, 21211, RecipientError),
            (400, 63028, TemplateError),
            (503, None, RetryableError),
        ],
    )
    async def test_errors_have_their_class(
        self, status: int, code: int | None, expected: type[ApiError]
    ) -> None:
        with pytest.raises(expected) as raised:
            await self.send(
                Api((status, {"code": code, "message": "m", "status": status})),
                OutgoingMessage(text="x"),
            )
        assert raised.value.raw == {"code": code, "message": "m", "status": status}

    async def test_credentials_go_to_twilio_only(self) -> None:
        client = make_client(TWILIO, Api((200, b"content")))
        assert await client.download("https://api.twilio.com/Media/ME1", 100) == b"content"
        with pytest.raises(UntrustedMediaUrlError):
            await client.download("https://evil.example/Media/ME1", 100)


class TestDialog360:
    async def test_a_message_is_metas_own_with_another_host_and_key(self) -> None:
        api = Api((200, {"messages": [{"id": "wamid.1"}]}))
        (body,) = render(OutgoingMessage(text="Bonjour"), SALMA)
        assert (await make_client(DIALOG, api).send(body)).wamid == "wamid.1"
        (request,) = api.requests
        assert str(request.url) == "https://waba-v2.360dialog.io/messages"
        assert request.headers["D360-API-KEY"] == "api-key"
        assert "Authorization" not in request.headers
        assert json.loads(request.content) == body

    async def test_files_are_fetched_through_their_host(self) -> None:
        meta = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&hash=x"
        api = Api((200, {"url": meta}), (200, b"content"), (200, {"id": "media-1"}))
        client = make_client(DIALOG, api)
        url = await client.media_url("77")
        assert await client.download(url, 100) == b"content"
        assert await client.upload(b"%PDF", "application/pdf", "a.pdf") == "media-1"
        assert [request.url.host for request in api.requests] == ["waba-v2.360dialog.io"] * 3
        assert api.requests[1].url.path == "/whatsapp_business/attachments/"
        assert api.requests[2].url.path == "/media"

    def test_webhooks_carry_the_agreed_header(self) -> None:
        webhooks = make_webhooks(DIALOG)
        assert webhooks.is_authentic(b"{}", {"Authorization": "Basic c2VjcmV0"}, "")
        assert not webhooks.is_authentic(b"{}", {"Authorization": "Basic other"}, "")
        assert not webhooks.is_authentic(b"{}", {}, "")
        body = json.dumps({"entry": [{"changes": [{"field": "messages", "value": {"messages": [
            {"id": "wamid.1", "from": "212661000001", "type": "text", "text": {"body": "a"}}
        ]}}]}]})  # fmt: skip
        (update,) = webhooks.updates(body.encode(), "")
        assert read_message(update).text == "a"


async def test_bad_keys_are_account_errors_everywhere() -> None:
    api = Api((401, {"error": {"code": 190}}))
    (body,) = render(OutgoingMessage(text="x"), SALMA)
    with pytest.raises(AccountError):
        await make_client(DIALOG, api).send(body)

"""What Twilio is sent, and what its answers mean."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.providers import ADDRESS, TWILIO, Api
from whatsapp.errors import (
    AccountError,
    ApiError,
    MediaError,
    MediaTooLargeError,
    MediaUnavailableError,
    RecipientError,
    RetryableError,
    TemplateError,
    TimeoutMaybeSentError,
    TransportError,
    UntrustedMediaUrlError,
    WindowClosedError,
)
from whatsapp.location import Location
from whatsapp.messages import Choice, Document, Image, OutgoingMessage, Recipient, Template
from whatsapp.providers import TEXT_LIMITS, make_client
from whatsapp.rendering import render

SALMA = Recipient("+212661000001")
TWO = (Choice("Oui", "/affirm"), Choice("Non", "/deny"))


async def send(
    api: Api, outgoing: OutgoingMessage, to: Recipient = SALMA, language: str = "fr"
) -> str:
    (body,) = render(outgoing, to, reference="ref-1")
    return (await make_client(TWILIO, api).send(body, language=language)).wamid


class TestBodies:
    async def test_a_text(self) -> None:
        api = Api((201, {"sid": "SM1", "status": "queued"}))
        assert await send(api, OutgoingMessage(text="Bonjour")) == "SM1"
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

    async def test_a_long_text_is_several_messages_of_which_each_fits(self) -> None:
        outgoing = OutgoingMessage(text="Bonjour. " * 400)
        bodies = render(outgoing, SALMA, max_text=TEXT_LIMITS["twilio"])
        assert [len(body["text"]["body"]) <= 1600 for body in bodies] == [True] * 3
        client = make_client(TWILIO, Api(*[(201, {"sid": f"SM{n}"}) for n in range(3)]))
        assert [(await client.send(body)).wamid for body in bodies] == ["SM0", "SM1", "SM2"]

    async def test_who_hides_the_number_is_written_to_by_user_id(self) -> None:
        api = Api((201, {"sid": "SM1"}))
        await send(api, OutgoingMessage(text="x"), Recipient(None, "MA.1"))
        assert api.form()["To"] == "whatsapp:MA.1"

    async def test_buttons_are_content_that_is_made_once(self) -> None:
        api = Api((201, {"sid": "HX9"}), (201, {"sid": "SM1"}), (201, {"sid": "SM2"}))
        client = make_client(TWILIO, api)
        (body,) = render(OutgoingMessage(text="Ça va ?", choices=TWO), SALMA)
        await client.send(body)
        await client.send(body)
        made = json.loads(api.requests[0].content)["types"]["twilio/quick-reply"]
        assert str(api.requests[0].url) == "https://content.twilio.com/v1/Content"
        assert made == {
            "body": "Ça va ?",
            "actions": [{"title": "Oui", "id": "/affirm"}, {"title": "Non", "id": "/deny"}],
        }
        assert api.form(1)["ContentSid"] == api.form(2)["ContentSid"] == "HX9"

    async def test_content_that_was_removed_is_made_anew(self) -> None:
        api = Api(
            (201, {"sid": "HX1"}), (201, {"sid": "SM1"}),
            (400, {"code": 21655, "message": "The ContentSid is invalid"}),
            (201, {"sid": "HX2"}), (201, {"sid": "SM2"}), (201, {"sid": "SM3"}),
        )  # fmt: skip
        client = make_client(TWILIO, api)
        (body,) = render(OutgoingMessage(text="Ça va ?", choices=TWO), SALMA)
        assert [(await client.send(body)).wamid for _ in range(3)] == ["SM1", "SM2", "SM3"]
        assert [api.form(n)["ContentSid"] for n in (1, 4, 5)] == ["HX1", "HX2", "HX2"]

    async def test_new_content_that_is_refused_is_not_made_over_and_over(self) -> None:
        api = Api((201, {"sid": "HX1"}), (400, {"code": 21655}))
        with pytest.raises(TemplateError):
            await send(api, OutgoingMessage(text="Ça va ?", choices=TWO))
        assert len(api.requests) == 2

    @pytest.mark.parametrize(
        ("language", "filed_as"),
        [("fr", "fr"), ("ary", "ar"), ("ary-Latn", "fr"), ("en", "en"), ("", "fr")],
    )
    async def test_content_is_filed_under_the_conversations_language(
        self, language: str, filed_as: str
    ) -> None:
        api = Api((201, {"sid": "HX9"}), (201, {"sid": "SM1"}))
        await send(api, OutgoingMessage(text="؟", choices=TWO), language=language)
        assert json.loads(api.requests[0].content)["language"] == filed_as

    async def test_a_list_is_a_list_picker(self) -> None:
        api = Api((201, {"sid": "HX9"}), (201, {"sid": "SM1"}))
        choices = (
            Choice("Choix 0", "/c0", "le premier"),
            *(Choice(f"{n}", f"/c{n}") for n in "1234"),
        )
        await send(api, OutgoingMessage(text="Lequel ?", choices=choices, list_label="Voir"))
        picker = json.loads(api.requests[0].content)["types"]["twilio/list-picker"]
        assert (picker["button"], len(picker["items"])) == ("Voir", 5)
        assert picker["items"][:2] == [
            {"item": "Choix 0", "id": "/c0", "description": "le premier"},
            {"item": "1", "id": "/c1"},
        ]

    async def test_a_place_and_files_by_link(self) -> None:
        api = Api(*[(201, {"sid": "SM1"})] * 3)
        await send(api, OutgoingMessage(location=Location(33.58, -7.63, name="Maârif")))
        assert api.form()["PersistentAction"] == "geo:33.58,-7.63|Maârif"
        assert api.form()["Body"] == "Maârif"
        await send(api, OutgoingMessage(image=Image(link="https://x.ma/a.png", caption="plan")))
        assert (api.form()["MediaUrl"], api.form()["Body"]) == ("https://x.ma/a.png", "plan")
        await send(api, OutgoingMessage(document=Document(link="https://x.ma/a.pdf")))
        assert api.form()["MediaUrl"] == "https://x.ma/a.pdf"

    async def test_a_template_is_content_with_numbered_variables(self) -> None:
        api = Api((201, {"sid": "SM1"}))
        template = Template(
            "appointment_reminder_24h", "fr", parameters=("Salma", "Dr Alami"),
            quick_replies=("/yes",),
        )  # fmt: skip
        await send(api, OutgoingMessage(text="x", template=template))
        assert api.form()["ContentSid"] == "HX1"
        assert json.loads(api.form()["ContentVariables"]) == {
            "1": "Salma",
            "2": "Dr Alami",
            "3": "/yes",
        }

    @pytest.mark.parametrize(
        ("outgoing", "expected"),
        [
            (OutgoingMessage(text="x", template=Template("unknown", "fr")), TemplateError),
            (
                OutgoingMessage(text="x", template=Template("appointment_reminder_24h", "ar")),
                TemplateError,
            ),
            (OutgoingMessage(document=Document(media_id="7")), RecipientError),
        ],
    )
    async def test_what_twilio_cannot_send_is_refused_here(
        self, outgoing: OutgoingMessage, expected: type[ApiError]
    ) -> None:
        with pytest.raises(expected):
            await send(Api(), outgoing)


class TestAnswers:
    @pytest.mark.parametrize(
        ("status", "code", "expected"),
        [
            (400, 63016, WindowClosedError),
            (401, 20003, AccountError),
            (429, 20429, RetryableError),
            (400, 21211, RecipientError),
            (400, 21617, RecipientError),
            (400, 63013, RecipientError),
            (400, 63028, TemplateError),
            (400, 63020, AccountError),
            (500, 20500, RetryableError),
            (503, None, RetryableError),
            (503, 20503, RetryableError),
        ],
    )
    async def test_errors_have_their_class(
        self, status: int, code: int | None, expected: type[ApiError]
    ) -> None:
        answer = {"code": code, "message": "m", "status": status}
        with pytest.raises(expected) as raised:
            await send(Api((status, answer)), OutgoingMessage(text="x"))
        assert raised.value.raw == answer

    @pytest.mark.parametrize(
        "lost",
        [
            (502, b"<html>Bad gateway</html>"),
            (504, {"code": 20504, "message": "Gateway timeout", "status": 504}),
            (201, {"status": "queued"}),
            (201, b"<html>"),
            httpx.ReadTimeout("no answer"),
            httpx.RemoteProtocolError("cut"),
        ],
    )
    async def test_a_lost_answer_may_have_been_sent(self, lost: Any) -> None:
        with pytest.raises(TimeoutMaybeSentError):
            await send(Api(lost), OutgoingMessage(text="x"))

    async def test_nothing_was_sent_when_twilio_cannot_be_reached(self) -> None:
        with pytest.raises(TransportError) as raised:
            await send(Api(httpx.ConnectError("no")), OutgoingMessage(text="x"))
        assert not isinstance(raised.value, TimeoutMaybeSentError)

    @pytest.mark.parametrize("lost", [httpx.ReadTimeout("no answer"), (504, b"")])
    async def test_nothing_was_sent_when_only_the_content_is_lost(self, lost: Any) -> None:
        with pytest.raises((TransportError, RetryableError)) as raised:
            await send(Api(lost), OutgoingMessage(text="Ça va ?", choices=TWO))
        assert not isinstance(raised.value, TimeoutMaybeSentError)


class TestFiles:
    async def test_credentials_go_to_twilio_only(self) -> None:
        client = make_client(TWILIO, Api(*[(200, b"content")] * 2))
        assert await client.download("https://api.twilio.com/Media/ME1", 100) == b"content"
        assert await client.download("https://api.ie1.twilio.com/Media/ME1", 100) == b"content"
        for elsewhere in (
            "https://evil.example/ME1",
            "https://eviltwilio.com/ME1",
            "http://api.twilio.com/ME1",
        ):
            with pytest.raises(UntrustedMediaUrlError):
                await client.download(elsewhere, 100)

    async def test_where_a_file_lies_gets_no_credentials(self) -> None:
        asked: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            if request.url.host == "api.twilio.com":
                return httpx.Response(307, headers={"Location": "https://mms.twiliocdn.com/ME1"})
            return httpx.Response(200, content=b"content")

        client = make_client(TWILIO, httpx.MockTransport(answer))
        assert await client.download("https://api.twilio.com/Media/ME1", 100) == b"content"
        assert ["Authorization" in request.headers for request in asked] == [True, False]

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            ((404, {"code": 20404}), MediaUnavailableError),
            ((401, {"code": 20003}), MediaUnavailableError),
            ((503, b""), RetryableError),
            ((200, b"x" * 101), MediaTooLargeError),
        ],
    )
    async def test_a_file_that_does_not_come_has_its_error(
        self, answer: Any, expected: type[Exception]
    ) -> None:
        with pytest.raises(expected):
            await make_client(TWILIO, Api(answer)).download("https://api.twilio.com/ME1", 100)

    async def test_nothing_is_uploaded(self) -> None:
        with pytest.raises(MediaError):
            await make_client(TWILIO, Api()).upload(b"%PDF", "application/pdf", "a.pdf")

"""Twilio through the webhook's route: a message comes in, is answered in Twilio's shape, and its
statuses are written back. Forged requests are refused, repeated ones count once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from twilio.request_validator import RequestValidator

from clinic.adapters.contacts import Contacts
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.media import MediaFiles, MediaStatus
from clinic.adapters.outbox import Outbox
from clinic.messaging.model import OutboxKind
from connectors.runtime import AssistantRuntime
from tests.assistant import ENVIRONMENT
from tests.integration.channel.webhooks import PATH, ForwardedClock, Webhook
from tests.providers import ADDRESS, TWILIO, Answer, Api, twilio_form
from whatsapp.messages import OutgoingMessage

pytestmark = pytest.mark.model

PICTURE = Path(__file__).parents[3] / "simulator" / "static" / "samples" / "carte-amo.png"


@pytest.fixture(autouse=True)
def _chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "WHATSAPP_PROVIDER": "twilio",
        "WHATSAPP_API_URL": TWILIO.api_url,
        "WHATSAPP_APP_SECRET": TWILIO.app_secret,
        "WHATSAPP_ACCESS_TOKEN": TWILIO.access_token,
        "WHATSAPP_PHONE_NUMBER_ID": TWILIO.phone_number_id,
        "WHATSAPP_WEBHOOK_URL": ADDRESS,
        "TWILIO_ACCOUNT_SID": TWILIO.account_sid,
    }.items():
        monkeypatch.setitem(ENVIRONMENT, name, value)


class FakeTwilio(Api):
    """Takes messages, makes content, serves files; refuses what Twilio's documentation forbids.

    Attributes:
        messages: the forms of the messages that it took, in order.
        contents: what was made to be tapped, by its ContentSid.
    """

    def __init__(self, *answers: Answer | Exception) -> None:
        super().__init__(*answers, by_itself=self._answer)
        self.messages: list[dict[str, str]] = []
        self.contents: dict[str, dict[str, Any]] = {}
        self._numbers = count(1)

    def _answer(self, request: httpx.Request) -> Answer:
        if request.method == "GET":
            return 200, PICTURE.read_bytes()
        if request.url.host == "content.twilio.com":
            content = json.loads(request.content)
            check_content(content)
            sid = f"HX{next(self._numbers):032}"
            self.contents[sid] = content
            return 201, {"sid": sid}
        form = self.form()
        check_message(form)
        self.messages.append(form)
        return 201, {"sid": f"SM{next(self._numbers):032}", "status": "queued"}

    def shown(self) -> dict[str, Any]:
        """What can be tapped under the newest message."""
        types: dict[str, Any] = self.contents[self.messages[-1]["ContentSid"]]["types"]
        return types


def check_content(content: dict[str, Any]) -> None:
    assert content["language"] in ("fr", "ar", "en")
    ((kind, shown),) = content["types"].items()
    assert 1 <= len(shown["body"]) <= 1024
    if kind == "twilio/quick-reply":
        assert 1 <= len(shown["actions"]) <= 3
        assert all(len(a["title"]) <= 20 and len(a["id"]) <= 200 for a in shown["actions"])
    else:
        assert kind == "twilio/list-picker"
        assert len(shown["button"]) <= 20
        assert 1 <= len(shown["items"]) <= 10
        assert all(len(i["item"]) <= 24 and len(i["id"]) <= 200 for i in shown["items"])


def check_message(form: dict[str, str]) -> None:
    assert form["From"] == "whatsapp:+212522000100"
    assert form["To"].startswith("whatsapp:")
    assert urlsplit(form["StatusCallback"]).query.startswith("reference=")
    assert 1 <= len(form.get("Body", "x")) <= 1600
    assert ("Body" in form) != ("ContentSid" in form)


@dataclass
class Line:
    """A patient's WhatsApp, between Twilio and the assistant."""

    webhook: Webhook
    twilio: FakeTwilio
    clock: ForwardedClock
    runtime: AssistantRuntime

    async def post(
        self, body: bytes, *, query: str = "", token: str | None = "auth-token"
    ) -> httpx.Response:
        """Posts a form; with None it is not signed."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if token is not None:
            # What Twilio was given, whatever the address behind the proxy is.
            url = f"{ADDRESS}?{query}" if query else ADDRESS
            form = dict(parse_qsl(body.decode(), keep_blank_values=True))
            signature = RequestValidator(token).compute_signature(url, form)
            headers["X-Twilio-Signature"] = signature
        path = f"{PATH}?{query}" if query else PATH
        return await self.webhook.clinic.webhook.post(path, content=body, headers=headers)

    async def write(self, name: str = "text", **changes: str) -> None:
        """Delivers a patient's message and waits until it is answered."""
        response = await self.post(twilio_form(name, **changes))
        assert (response.status_code, response.text) == (200, "")
        await self.webhook.clinic.settle()

    async def tell_status(self, name: str, **changes: str) -> None:
        """Delivers a status of the newest message, to the address that it named."""
        sent = self.twilio.messages[-1]
        query = urlsplit(sent["StatusCallback"]).query
        wamid = self.webhook.outbox()[-1].wamid or "SM-unknown"
        body = twilio_form(
            "status_delivered",
            MessageSid=wamid,
            MessageStatus=name,
            To=sent["To"],
            **changes,
        )
        assert (await self.post(body, query=query)).status_code == 200
        await self.webhook.clinic.settle()

    async def later(self, **span: float) -> None:
        self.clock.forward(**span)
        await self.runtime.sender.wake_due()
        await self.webhook.clinic.settle()

    def row(self) -> Any:
        return self.webhook.outbox()[-1]

    def contact_id(self) -> str:
        contact_id: str = self.webhook.inbox()[0].contact_id
        return contact_id


@pytest.fixture
def line(webhook: Webhook) -> Line:
    twilio, clock = FakeTwilio(), ForwardedClock()
    webhook.process.transport.to = twilio
    return Line(webhook, twilio, clock, webhook.run_with(webhook.runtime(timer=clock)))


async def test_a_message_is_answered_and_its_statuses_are_written_back(line: Line) -> None:
    await line.write()
    (sent,) = line.twilio.messages
    assert sent["To"] == "whatsapp:+212661000001"
    assert "Bonjour et bienvenue" in line.twilio.shown()["twilio/quick-reply"]["body"]
    assert line.row().status == "accepted"
    for name in ("sent", "delivered", "sent", "read", "delivered"):
        await line.tell_status(name)
    assert line.row().status == "read"


async def test_a_tap_on_a_button_and_a_choice_of_a_list_are_answered(line: Line) -> None:
    await line.write()
    button = line.twilio.shown()["twilio/quick-reply"]["actions"][0]
    await line.write("session_button", ButtonPayload=button["id"], ButtonText=button["title"])
    assert line.webhook.answered() == ["SM" + "0" * 31 + "1", "SM" + "0" * 31 + "9"]
    assert len({row.contact_id for row in line.webhook.inbox()}) == 1, "the same, now with her id"
    await line.write("list_reply", ListId="/ask_opening_hours", ListTitle="Horaires")
    assert len(line.webhook.answered()) == 3
    assert {row.status for row in line.webhook.inbox()} == {"done"}


async def test_the_answers_language_is_that_of_its_content(line: Line) -> None:
    await line.write("text", Body="السلام عليكم")
    await line.write("text", Body="بغيت موعد", MessageSid="SM" + "2" * 32)
    languages = [content["language"] for content in line.twilio.contents.values()]
    assert languages
    assert languages[-1] == "ar"


async def test_a_place_and_every_file_of_a_message_are_taken_in(line: Line) -> None:
    await line.write("location")
    assert " km" in line.twilio.shown()["twilio/quick-reply"]["body"]
    await line.write(
        "image", NumMedia="2", MediaUrl1="https://api.twilio.com/Media/ME2",
        MediaContentType0="image/png", MediaContentType1="image/png",
    )  # fmt: skip
    sid = "SM" + "0" * 31 + "4"
    assert list(line.webhook.states())[-2:] == [sid, f"{sid}-1"]
    with line.webhook.clinic.services.database.read() as tx:
        files = MediaFiles(tx).of_contact(line.contact_id())
    assert [(f.message_id, f.status) for f in files] == [
        (sid, MediaStatus.STORED),
        (f"{sid}-1", MediaStatus.STORED),
    ]


async def test_somebody_without_a_number_is_answered_by_user_id(line: Line) -> None:
    hidden = "whatsapp:MA.13491208655302741918"
    await line.write("text", From=hidden, ExternalUserId=hidden, WaId="")
    assert line.twilio.messages[-1]["To"] == hidden


@pytest.mark.parametrize("token", [None, "another token"])
async def test_a_missing_or_forged_signature_is_refused_and_nothing_is_stored(
    line: Line, token: str | None
) -> None:
    for body, query in (
        (twilio_form("text"), ""),
        (twilio_form("status_delivered"), "reference=1"),
    ):
        assert (await line.post(body, query=query, token=token)).status_code == 401
    assert line.webhook.inbox() == []


async def test_a_signature_of_another_address_is_refused(line: Line) -> None:
    body = twilio_form("text")
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    behind_the_proxy = f"http://assistant.test{PATH}"
    signature = RequestValidator("auth-token").compute_signature(behind_the_proxy, form)
    headers = {"X-Twilio-Signature": signature, "X-Forwarded-Host": "clinic.example"}
    answer = await line.webhook.clinic.webhook.post(PATH, content=body, headers=headers)
    assert answer.status_code == 401


async def test_repeated_requests_count_once(line: Line) -> None:
    for _ in range(3):
        await line.write()
    for _ in range(3):
        await line.tell_status("delivered")
    assert len(line.twilio.messages) == 1
    assert len(line.webhook.inbox()) == 2


async def test_what_is_no_form_of_twilio_is_told_so(line: Line) -> None:
    assert (await line.post(b"Body=bonjour")).status_code == 400


@pytest.mark.parametrize("lost", [httpx.ReadTimeout("no answer"), (504, {"code": 20504})])
async def test_a_lost_answer_is_not_sent_again_and_a_status_settles_it(
    line: Line, lost: Answer | Exception
) -> None:
    await line.write("location")
    line.twilio.answers = [lost]
    await line.write("location", MessageSid="SM" + "7" * 32)
    assert (line.row().status, line.row().attempts) == ("sending", 1)
    await line.later(seconds=50)
    assert (line.row().status, line.row().attempts) == ("sending", 1)
    query = f"reference={line.row().reference}"
    body = twilio_form("status_delivered", MessageSid="SM" + "8" * 32)
    assert (await line.post(body, query=query)).status_code == 200
    assert (line.row().status, line.row().wamid) == ("delivered", "SM" + "8" * 32)
    await line.later(minutes=20)
    assert len(line.twilio.messages) == 1


async def test_each_part_of_a_long_text_goes_once_even_if_one_is_refused_first(line: Line) -> None:
    await line.write()
    words = "".join(f"Phrase numéro {n}. " for n in range(200))
    services = line.webhook.clinic.services
    with services.database.write() as tx:
        contact = Contacts(tx).get(line.contact_id())
        assert contact
        Outbox(tx).add(
            contact,
            OutgoingMessage(text=words),
            key="long",
            kind=OutboxKind.REPLY,
            now=services.clock.now(),
        )
    line.twilio.messages.clear()
    line.twilio.answers = [(201, {"sid": "SM" + "9" * 32}), (503, b"")]
    await line.later(seconds=10)
    assert [row.status for row in line.webhook.outbox()[1:]] == ["accepted", "queued", "queued"]
    await line.later(minutes=1)
    await line.later(minutes=1)
    parts = [line.twilio.form(n).get("Body", "") for n in range(-4, 0)]
    assert parts[1] == parts[2], "the second was refused and sent again"
    assert " ".join([parts[0], *parts[2:]]) == words.strip()
    assert {row.status for row in line.webhook.outbox()[1:]} == {"accepted"}


async def test_a_status_with_an_error_is_told_to_staff(line: Line) -> None:
    await line.write()
    await line.tell_status("undelivered", ErrorCode="63024")
    assert (line.row().status, line.row().error_code) == ("failed", 131026)
    with line.webhook.clinic.services.database.read() as tx:
        handoff = Handoffs(tx).open_of(line.contact_id())
    assert handoff is not None
    assert handoff.reason == "send_failed"


async def test_a_key_that_is_no_longer_valid_keeps_everything(line: Line) -> None:
    line.twilio.answers = [(401, {"code": 20003, "message": "Authenticate"})]
    await line.write()
    assert (line.row().status, line.row().error_code) == ("queued", 190)
    for _ in range(3):
        await line.later(minutes=2)
    assert line.row().status == "accepted"
    assert len(line.twilio.messages) == 1

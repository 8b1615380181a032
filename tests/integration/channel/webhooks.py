"""Webhooks made by hand, and what became of them in the database and at the simulator."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
from rasa.core.channels.channel import UserMessage
from sqlalchemy import select

from clinic.adapters.tables.messaging import inbox, outbox
from clinic.clock import SystemClock
from connectors.runtime import AssistantRuntime
from connectors.whatsapp_channel import TurnOutput
from tests.assistant import ENVIRONMENT, AssistantProcess, ClinicUnderTest
from whatsapp.signature import sign

PATH = "/webhooks/whatsapp/webhook"
SECRET = ENVIRONMENT["WHATSAPP_APP_SECRET"]
NUMBER_ID = ENVIRONMENT["WHATSAPP_PHONE_NUMBER_ID"]
SALMA, YOUSSEF = "212661000001", "212662000002"

Json = dict[str, Any]


class ForwardedClock:
    """The computer's clock, which a test can put forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> Any:
        return SystemClock().now() + self._ahead

    def forward(self, **span: float) -> None:
        self._ahead += timedelta(**span)


class Webhook:
    """Posts webhooks to the assistant under test and looks at what they caused."""

    def __init__(self, clinic: ClinicUnderTest, process: AssistantProcess) -> None:
        self.clinic = clinic
        self.process = process
        self.now = int(clinic.services.clock.now().timestamp())

    async def open_window(self, number: str) -> None:
        """Makes a patient that may be written to: a sticker needs no answer."""
        await self.clinic.add_patient(number)
        assert await self.clinic.do(number, {"type": "sticker"}) == []

    async def post(self, body: Json | bytes, *, signature: str | None = "right") -> httpx.Response:
        """Posts a body, by default with its signature; None leaves the header out."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        header = sign(raw, SECRET) if signature == "right" else signature
        headers = {} if header is None else {"X-Hub-Signature-256": header}
        return await self.clinic.webhook.post(PATH, content=raw, headers=headers)

    async def deliver(self, body: Json | bytes) -> None:
        """Posts a body, which is taken, and waits until everything is answered."""
        response = await self.post(body)
        assert response.status_code == 200, response.text
        await self.clinic.settle()

    def text(self, wamid: str, words: str = "bonjour", **fields: Any) -> Json:
        """A text of Salma, now; `fields` replace, for example `from` and `timestamp`."""
        message = {
            "from": SALMA,
            "id": f"wamid.{wamid}",
            "timestamp": str(self.now),
            "type": "text",
            "text": {"body": words},
        }
        return {**message, **{name.rstrip("_"): str(value) for name, value in fields.items()}}

    def runtime(self, timer: Any = None, on_new_message: Any = None) -> AssistantRuntime:
        """A runtime as another process would have it, on the same database and model."""

        async def handle(message: UserMessage) -> None:
            await self.process.app.ctx.agent.handle_message(message)

        return AssistantRuntime(
            self.clinic.services,
            on_new_message or handle,
            TurnOutput,
            self.process.transport,
            timer,
        )

    def runtime_of_process(self) -> AssistantRuntime:
        """The assistant's own runtime, made if nothing came yet."""
        if self.process.channel.runtime is None:
            self.run_with(self.runtime())
        runtime = self.process.channel.runtime
        assert runtime is not None
        return runtime

    def run_with(self, runtime: AssistantRuntime) -> AssistantRuntime:
        """Puts a runtime in the place of the assistant's own."""
        self.process.channel.runtime = runtime
        return runtime

    def inbox(self) -> list[Any]:
        with self.clinic.services.database.read() as tx:
            return tx.connection.execute(select(inbox).order_by(inbox.c.id)).all()

    def outbox(self) -> list[Any]:
        with self.clinic.services.database.read() as tx:
            return tx.connection.execute(select(outbox).order_by(outbox.c.id)).all()

    def states(self) -> dict[str, str]:
        """The inbox: status by key."""
        return {row.key: row.status for row in self.inbox()}

    def answered(self) -> list[str]:
        """The message ids that the turns in the outbox answer, in the order of their answers."""
        keys = [row.key.split(":")[1] for row in self.outbox() if row.key.startswith("turn:")]
        return [key.removeprefix("wamid.") for key in dict.fromkeys(keys)]

    async def arrivals(self) -> dict[str, int]:
        """How often each outbox row arrived at a phone, by its reference."""
        messages = (await self.clinic.control("GET", "/api/messages")).json()
        sent = [m for m in messages if m["direction"] == "out"]
        return dict(Counter(m["body"]["biz_opaque_callback_data"] for m in sent))

    async def assert_every_row_arrived_once(self) -> None:
        rows = {row.reference: 1 for row in self.outbox()}
        assert rows
        assert await self.arrivals() == rows


class Recorder:
    """Hands messages to Rasa slowly and notes them."""

    def __init__(self, webhook: Webhook) -> None:
        self.seen: list[str] = []
        self.go_on = asyncio.Event()
        self._agent = webhook.process.app.ctx.agent

    async def __call__(self, message: UserMessage) -> None:
        self.seen.append(message.metadata["message_id"].removeprefix("wamid."))
        await asyncio.wait_for(self.go_on.wait(), 20)
        await self._agent.handle_message(message)


def change(*, field: str = "messages", number_id: str = NUMBER_ID, **lists: Any) -> Json:
    """A change with lists such as `messages` and `statuses`."""
    metadata = {"display_phone_number": "212522000100", "phone_number_id": number_id}
    return {
        "field": field,
        "value": {"messaging_product": "whatsapp", "metadata": metadata, **lists},
    }


def body_of(*entries: list[Json]) -> Json:
    """A body with an entry for each list of changes."""
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": changes} for changes in entries],
    }


def messages(*items: Any, **fields: Any) -> Json:
    """A body with one entry and one change that holds messages."""
    return body_of([change(messages=list(items), **fields)])


def status(wamid: str, name: str, **fields: Any) -> Json:
    """A body with one delivery status."""
    item = {"id": wamid, "status": name, "timestamp": "1795424400", "recipient_id": SALMA, **fields}
    return body_of([change(statuses=[item])])

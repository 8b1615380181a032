"""Rasa's channel for the WhatsApp Cloud API: webhook in, turn's messages out."""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, HTTPResponse, Request, Sanic, response

from clinic.bootstrap import Services, services
from clinic.messaging.model import Turn
from connectors.runtime import AssistantRuntime
from whatsapp.location import Location
from whatsapp.messages import Choice, OutgoingMessage
from whatsapp.providers import make_webhooks
from whatsapp.webhooks import MalformedBodyError

logger = logging.getLogger(__name__)

BODY_LIMIT_BYTES = 4 * 1024 * 1024
"""Meta's largest webhook is 3 MB."""

_INTAKE_THREADS = 2
"""Webhooks do not queue behind the turns for a thread; SQLite has one writer at a time anyway."""

Handler = Callable[[UserMessage], Awaitable[Any]]


class WhatsAppInput(InputChannel):
    """Receives webhooks: stores first, acknowledges, then lets the dispatcher answer."""

    def __init__(
        self,
        get_services: Callable[[], Services] = services,
        api_transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Takes the way to the services and, in tests, what carries requests to the API."""
        self._get_services = get_services
        self._api_transport = api_transport
        self.runtime: AssistantRuntime | None = None
        self._threads = ThreadPoolExecutor(_INTAKE_THREADS, thread_name_prefix="intake")

    @classmethod
    def name(cls) -> str:
        return "whatsapp"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        """The credentials stand in the environment, see `clinic/bootstrap.py`."""
        return cls()

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        webhook = Blueprint("whatsapp_webhook", __name__)

        @webhook.listener("after_server_start")
        async def start(app: Sanic, _loop: Any) -> None:
            app.config.REQUEST_MAX_SIZE = BODY_LIMIT_BYTES
            await self._running(on_new_message).start()

        @webhook.listener("before_server_stop")
        async def stop(_app: Sanic, _loop: Any) -> None:
            if self.runtime:
                await self.runtime.stop()

        @webhook.get("/webhook")
        async def verify(request: Request) -> HTTPResponse:
            expected = self._get_services().settings.whatsapp.verify_token
            given = request.args.get("hub.verify_token", "")
            if request.args.get("hub.mode") == "subscribe" and hmac.compare_digest(
                given.encode(), expected.encode()
            ):
                return response.text(request.args.get("hub.challenge", ""))
            return response.text("The verify token does not match.", status=403)

        @webhook.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            started = time.perf_counter()
            answer = await take(request)
            seconds = time.perf_counter() - started
            self._get_services().metrics.webhook(answer.status, seconds)
            return answer

        async def take(request: Request) -> HTTPResponse:
            body = request.body
            if len(body) > BODY_LIMIT_BYTES:
                return response.text("The body is larger than 4 MB.", status=413)
            wired = self._get_services()
            webhooks = make_webhooks(wired.settings.whatsapp)
            if not webhooks.is_authentic(body, request.headers, request.query_string):
                return response.text("The signature is absent or wrong.", status=401)
            runtime = self._running(on_new_message)
            try:
                arrival = await asyncio.get_running_loop().run_in_executor(
                    self._threads,
                    lambda: wired.intake.take(webhooks.updates(body, request.query_string)),
                )
            except MalformedBodyError:
                return response.text("The body is not a JSON object.", status=400)
            runtime.take_up(arrival)
            return response.text("")

        return webhook

    @property
    def services(self) -> Services:
        """What the channel works with."""
        return self._get_services()

    def stopped_sending_because(self) -> str | None:
        """Returns why nothing is sent at the moment: `account` or `outage`; None otherwise."""
        reason = self.runtime.sender.breaker.reason if self.runtime else None
        return reason.value if reason else None

    def _running(self, on_new_message: Handler) -> AssistantRuntime:
        if self.runtime is None:
            self.runtime = AssistantRuntime(
                self._get_services(), on_new_message, TurnOutput, self._api_transport
            )
        return self.runtime


class TurnOutput(OutputChannel):
    """Collects what the dialogue says; the turn queues it when it is complete."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    @classmethod
    def name(cls) -> str:
        return WhatsAppInput.name()

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Takes a Rasa response whole, so that text and buttons stay one message."""
        text = (message.get("text") or "").strip()
        if not text:
            return
        choices = tuple(
            Choice(
                title=button["title"],
                payload=button["payload"],
                description=button.get("description", ""),
            )
            for button in message.get("buttons") or ()
        )
        place = (message.get("custom") or {}).get("location")
        location = Location(**place) if place else None
        self._turn.say(OutgoingMessage(text=text, choices=choices, location=location))

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        await self.send_response(recipient_id, {"text": text})

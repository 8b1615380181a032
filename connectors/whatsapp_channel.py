"""Rasa's channel for the WhatsApp Cloud API: webhook in, turn's messages out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, Sanic

from clinic.bootstrap import Services, services
from clinic.messaging.model import Turn
from connectors.runtime import AssistantRuntime
from connectors.webhook import BODY_LIMIT_BYTES, webhook_routes
from whatsapp.location import Location
from whatsapp.messages import Choice, OutgoingMessage

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

    @classmethod
    def name(cls) -> str:
        return "whatsapp"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        """The credentials stand in the environment, see `clinic/settings.py`."""
        return cls()

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        webhook = webhook_routes(
            self._get_services,
            lambda arrival: self._running(on_new_message).take_up(arrival),
        )

        @webhook.listener("after_server_start")
        async def start(app: Sanic, _loop: Any) -> None:
            app.config.REQUEST_MAX_SIZE = BODY_LIMIT_BYTES
            await self._running(on_new_message).start()

        @webhook.listener("before_server_stop")
        async def stop(_app: Sanic, _loop: Any) -> None:
            if self.runtime:
                await self.runtime.stop()

        return webhook

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
        custom = message.get("custom") or {}
        place = custom.get("location")
        self._turn.say(
            OutgoingMessage(
                text=text,
                choices=choices,
                location=Location(**place) if place else None,
                asks_number=bool(custom.get("asks_number")),
            )
        )

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        await self.send_response(recipient_id, {"text": text})

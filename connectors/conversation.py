"""One turn through Rasa: from the patient's words or tap to events and messages."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.shared.core.constants import DEFAULT_INTENTS

from clinic.messaging.model import Turn
from connectors.turn_context import current_turn

_COMMAND_SIGNS = re.compile(r"^[\s/]+")
_PAYLOAD = re.compile(r"^/(?P<intent>\w+)(?P<entities>\{.*\})?$", re.DOTALL)


class PayloadError(Exception):
    """A tapped button does not carry an intent of ours."""


class RasaConversation:
    """Lets Rasa answer a turn."""

    def __init__(
        self,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
        output: Callable[[Turn], OutputChannel],
    ) -> None:
        self._on_new_message = on_new_message
        self._output = output

    async def say(self, turn: Turn, text: str) -> None:
        """Answers free text; a leading slash is not a command."""
        words = _COMMAND_SIGNS.sub("", text).strip()
        # Nothing but slashes: they must not reach Rasa, which would read a command.
        await self._handle(turn, words or "…", parse_data=None)

    async def tap(self, turn: Turn, payload: str, title: str) -> None:
        """Answers a tapped button, without language understanding.

        Raises:
            PayloadError: the payload does not name an intent.
        """
        await self._handle(turn, title, parse_data=read_payload(payload, title))

    async def read_as(self, turn: Turn, payload: str, text: str) -> None:
        """Answers something typed or sent whose meaning is known already.

        Unlike a tap, its words count for the language of the conversation.
        """
        # A message without words needs some for Rasa; these belong to no language.
        parse_data = read_payload(payload, text or "…")
        await self._handle(turn, text or "…", parse_data, is_tap=not text)

    async def _handle(
        self,
        turn: Turn,
        text: str,
        parse_data: dict[str, Any] | None,
        *,
        is_tap: bool | None = None,
    ) -> None:
        last = turn.items[-1]
        message = UserMessage(
            text=text,
            output_channel=self._output(turn),
            sender_id=turn.contact.id,
            input_channel="whatsapp",
            parse_data=parse_data,
            metadata={
                "written_at": last.written_at.isoformat(),
                "message_id": last.message.wamid,
                "is_tap": parse_data is not None if is_tap is None else is_tap,
                "language": turn.contact.language,
                "referral": next(
                    (i.message.referral.source_id for i in turn.items if i.message.referral), None
                ),
            },
        )
        token = current_turn.set(turn)
        try:
            await self._on_new_message(message)
        finally:
            current_turn.reset(token)


def read_payload(payload: str, title: str) -> dict[str, Any]:
    """Returns Rasa's parse data for a payload like `/inform{"agenda_slot": "..."}`.

    Raises:
        PayloadError: it is not of that form.
    """
    match = _PAYLOAD.match(payload)
    if match is None or match["intent"] in DEFAULT_INTENTS:
        raise PayloadError(payload)
    try:
        values = json.loads(match["entities"] or "{}")
    except ValueError as error:
        raise PayloadError(payload) from error
    return {
        "text": title,
        "intent": {"name": match["intent"], "confidence": 1.0},
        "intent_ranking": [{"name": match["intent"], "confidence": 1.0}],
        "entities": [
            {"entity": name, "value": value, "start": 0, "end": 0, "extractor": "button"}
            for name, value in values.items()
        ],
    }

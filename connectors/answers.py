"""What a turn is answered with, and by whom: the gate, STOP, nobody, a fixed text, or Rasa."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from actions.request_kinds import asks_for_status, sent_kind
from clinic.adapters.contacts import Contacts
from clinic.adapters.outbox import Outbox
from clinic.bootstrap import Services
from clinic.consent.model import Reply
from clinic.consent.stop import is_stop
from clinic.handoff.model import Priority
from clinic.messaging.emergency import emergency_answer
from clinic.messaging.identity import Check
from clinic.messaging.model import OutboxKind, Turn
from clinic.messaging.payloads import payload as payload_of
from clinic.requests.references import find_references
from connectors.conversation import PayloadError, RasaConversation
from connectors.typed_choice import typed_choice
from nlu.conversation_language import conversation_language
from nlu.emergency import assess_emergency
from nlu.language_identifier import identify_language
from whatsapp.location import Location, kilometres
from whatsapp.messages import Choice, OutgoingMessage
from whatsapp.rendering import page_of, ref_of
from whatsapp.updates import InboundMessage, MediaReference, MessageType

logger = logging.getLogger(__name__)

_SILENT_TYPES = {MessageType.REACTION, MessageType.STICKER}
_REQUEST_FILE_TYPES = {MessageType.IMAGE, MessageType.DOCUMENT}
_FILE_TYPES = {*_REQUEST_FILE_TYPES, MessageType.VIDEO}
_TOLD_ONCE_WITHIN = timedelta(hours=6)
"""Somebody who sends ten unreadable messages is told once that they can't be read."""
_WELCOME = "/greet"


class Answers:
    """Decides who answers a turn and lets them."""

    def __init__(self, services: Services, conversation: RasaConversation) -> None:
        self._services = services
        self._conversation = conversation

    async def answer(self, turn: Turn) -> None:
        """Fills the turn with its answers."""
        if _is_emergency(turn):
            await self._answer_emergency(turn)
        elif stop := next((i.message for i in turn.items if _says_stop(i.message)), None):
            await self._answer_stop(turn, stop)
        elif await asyncio.to_thread(self._services.handoff.is_in_human_hands, turn.contact.id):
            return
        elif not await self._asks_who_it_is(turn):
            await self._converse(turn)

    def apology(self, turn: Turn) -> OutgoingMessage:
        """Returns what is said when everything else failed."""
        return self._say("utter_apology", turn)

    async def _answer_emergency(self, turn: Turn) -> None:
        turn.messages.append(
            emergency_answer(self._services.texts, self._services.clinic, self.language(turn))
        )
        try:
            await asyncio.to_thread(
                self._services.handoff.open, turn.contact.id, Priority.STAT, "emergency"
            )
        except Exception:
            # Whatever fails behind them, the instructions go out.
            logger.exception("The hand-off of an emergency could not be opened.")

    async def _answer_stop(self, turn: Turn, stop: InboundMessage) -> None:
        reply = Reply(
            notice="",
            language=self.language(turn),
            text=stop.text or stop.title or "",
            message_id=stop.wamid,
        )
        await asyncio.to_thread(self._services.consent.withdraw_proactive, turn.contact.id, reply)
        turn.say(self._say("utter_withdraw_consent", turn))

    async def _asks_who_it_is(self, turn: Turn) -> bool:
        """Verifies somebody whose number or user id changed, before anything personal is said."""
        if turn.contact.recheck_since is None:
            return False
        words = "\n".join(item.message.spoken_text for item in turn.items)
        check = await asyncio.to_thread(self._services.identity.check, turn.contact.id, words)
        if check is Check.NOT_NEEDED:
            return False
        turn.say(self._say(_CHECK_TEXTS[check], turn))
        return True

    async def _converse(self, turn: Turn) -> None:
        message = turn.items[0].message
        form = "\n".join((message.form or {}).values())
        if message.is_tap:
            await self._answer_tap(turn, message)
        elif message.type in _SILENT_TYPES or message.is_permission:
            return
        elif message.content in _REQUEST_FILE_TYPES and message.media:
            await self._take_file(turn, message, message.media)
        elif message.type is MessageType.CALL:
            turn.say(self._say("utter_missed_call", turn))
        elif message.type is MessageType.REQUEST_WELCOME:
            await self._conversation.tap(turn, _WELCOME, "")
        elif text := turn.text or message.caption or form:
            await self._answer_text(turn, text)
            if message.content in _FILE_TYPES:
                await self._pass_on(turn, "utter_file_received", "file")
        elif message.content is MessageType.AUDIO:
            await self._pass_on(turn, "utter_voice_note", "voice_note")
        elif message.content in _FILE_TYPES:
            await self._pass_on(turn, "utter_file_received", "file")
        elif message.location:
            turn.say(self._nearest_site(turn, message.location))
        elif own := next((c.own_number for c in message.contacts if c.own_number), None):
            is_saved = turn.contact.phone == own
            text = "utter_number_received" if is_saved else "utter_number_to_verify"
            turn.say(self._say(text, turn))
        else:
            await self._answer_unreadable(turn)

    async def _answer_unreadable(self, turn: Turn) -> None:
        """Says, but not again and again, that a message of this type can't be read."""

        def is_first() -> bool:
            now = self._services.clock.now()
            with self._services.database.write() as tx:
                return Contacts(tx).mark_unreadable(turn.contact.id, now, now - _TOLD_ONCE_WITHIN)

        if await asyncio.to_thread(is_first):
            turn.say(self._say("utter_unreadable", turn))

    def _nearest_site(self, turn: Turn, place: Location) -> OutgoingMessage:
        language = self.language(turn)
        sites = self._services.clinic.sites
        site = min(sites, key=lambda s: kilometres(place, s.latitude, s.longitude))
        return self._services.texts.message(
            "utter_nearest_site",
            language,
            site=site.name.to(language),
            address=site.address.to(language),
            distance=f"{kilometres(place, site.latitude, site.longitude):.0f}",
        )

    async def _answer_text(self, turn: Turn, text: str) -> None:
        """Answers words; those of a button of the last message are a tap on it."""
        choices = await asyncio.to_thread(self._newest_choices, turn)
        if payload := typed_choice(text, choices):
            await self._conversation.tap(turn, payload, text)
        elif payload := await asyncio.to_thread(self._reference_payload, turn, text):
            await self._conversation.read_as(turn, payload, text)
        else:
            await self._conversation.say(turn, text)

    async def _take_file(self, turn: Turn, message: InboundMessage, media: MediaReference) -> None:
        """Gives a photo or document to the dialogue; words that say something else come first."""
        caption = message.caption or ""
        if caption and sent_kind(caption) is None:
            await self._answer_text(turn, caption)
        file = {
            # The file of an edit is kept as that of the first message.
            "message_id": message.context_id if message.edited else message.wamid,
            "media_id": media.id,
            "mime_type": media.mime_type or "",
            "filename": media.filename or "",
        }
        await self._conversation.read_as(turn, payload_of("send_file", file=file), caption)

    def _reference_payload(self, turn: Turn, text: str) -> str | None:
        """Returns what a question about one of the patient's own requests stands for.

        Only somebody who has a request asks for it: for others the words are read as usual.
        """
        for reference in find_references(text):
            if self._services.requests.by_reference(reference, turn.contact.id):
                return payload_of("ask_request_status", reference=reference)
        if asks_for_status(text) and self._services.requests.recent_of(turn.contact.id):
            return payload_of("ask_request_status")
        return None

    def _newest_choices(self, turn: Turn) -> tuple[Choice, ...]:
        with self._services.database.read() as tx:
            return Outbox(tx).newest_choices(turn.contact.id)

    async def _answer_tap(self, turn: Turn, message: InboundMessage) -> None:
        payload, title = message.payload or "", message.title or ""
        if page := page_of(payload):
            reference, number = page
            await asyncio.to_thread(self._queue_page, turn, reference, number)
            return
        if reference_and_index := ref_of(payload):
            payload = await asyncio.to_thread(self._resolve, turn, *reference_and_index)
        try:
            await self._conversation.tap(turn, payload, title)
        except PayloadError:
            # A button that is not ours, of a template or of an older version: its words count.
            await self._conversation.say(turn, title or payload)

    def _queue_page(self, turn: Turn, reference: str, number: int) -> None:
        with self._services.database.write() as tx:
            outbox = Outbox(tx)
            shown = outbox.message_of(reference, turn.contact.id)
            if shown is None:
                turn.say(self._say("utter_old_list", turn))
                return
            outbox.add(
                turn.contact,
                shown,
                key=f"turn:{turn.key}:page",
                kind=OutboxKind.REPLY,
                now=self._services.clock.now(),
                page=number,
                labels=self._services.texts.list_labels(self.language(turn)),
            )

    def _resolve(self, turn: Turn, reference: str, index: int) -> str:
        with self._services.database.read() as tx:
            shown = Outbox(tx).message_of(reference, turn.contact.id)
        if shown is None or not 0 <= index < len(shown.choices):
            return ""
        return shown.choices[index].payload

    async def _pass_on(self, turn: Turn, text: str, reason: str) -> None:
        """Gives to a person what the assistant cannot read, and says so."""
        await asyncio.to_thread(
            self._services.handoff.open, turn.contact.id, Priority.ROUTINE, reason
        )
        turn.say(self._say(text, turn))

    def _say(self, name: str, turn: Turn) -> OutgoingMessage:
        numbers = self._services.clinic.emergency_numbers
        return self._services.texts.message(
            name,
            self.language(turn),
            emergency_number=numbers[0].number,
            phone=self._services.clinic.phone,
        )

    def language(self, turn: Turn) -> str:
        """Returns the language of the answer: what Rasa chose, else that of the words."""
        if turn.language:
            return turn.language
        spoken = "\n".join(
            item.message.spoken_text or "" for item in turn.items if not item.message.is_tap
        )
        return conversation_language(
            [identify_language(spoken)],
            current=turn.contact.language,
            default=self._services.clinic.default_language,
            fixed=None,
        )


_CHECK_TEXTS = {
    Check.ASK: "utter_recheck_ask",
    Check.ASK_AGAIN: "utter_recheck_again",
    Check.PASSED: "utter_recheck_done",
    Check.PERSON: "utter_recheck_person",
}


def _says_stop(message: InboundMessage) -> bool:
    """Tells whether a message, or the button of a template, says STOP."""
    return is_stop(message.text or message.title or "")


def _is_emergency(turn: Turn) -> bool:
    """Reads every message alone, and what was typed in pieces as a whole."""
    spoken = [
        item.message.spoken_text
        for item in turn.items
        if item.message.spoken_text and not item.message.is_tap
    ]
    return any(assess_emergency(text) for text in {*spoken, " ".join(spoken)} if text)

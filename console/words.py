"""How the inbox says what the clinic's services name by codes."""

from __future__ import annotations

from collections.abc import Iterable

from clinic.facts.handoff import Alerted
from clinic.handoff.transcript import Entry, words_of
from clinic.messaging.intake import CLINIC_PHONE
from clinic.staff.model import StaffMember
from console.formats import readable_phone
from console.texts import Translate, has_text
from whatsapp.updates import InboundMessage

_NAMED_KINDS = frozenset(
    {"image", "audio", "video", "document", "sticker", "location", "contacts", "call", "reaction"}
)


class Words:
    """Says codes in a language of the interface; templates know it as `words`."""

    def __init__(self, t: Translate, members: dict[str, StaffMember], own_id: str) -> None:
        self._t = t
        self._members = members
        self._own_id = own_id

    def reason(self, code: str) -> str:
        """Why a conversation was handed over."""
        if has_text(f"reasons.{code}"):
            return self._t(f"reasons.{code}")
        return self.intent(code) if has_text(f"intents.{code}") else self._t("reasons.other")

    def event(self, entry: Entry) -> str:
        """What happened to a conversation, and who did it."""
        names = {"name": self.member(entry.author), "other": self.member(entry.other)}
        nobody = f"conversation.event_{entry.kind}_by_nobody"
        if entry.author is None and has_text(nobody):
            return self._t(nobody)
        return self._t(f"conversation.event_{entry.kind}", **names)

    def alerted(self, groups: Iterable[Alerted]) -> str:
        """Who is told of a conversation that waits for too long."""
        return self._t("dates.comma").join(
            self._t(f"conversation.alerted_{group.value}") for group in groups
        )

    def intent(self, code: str) -> str:
        """What a message was taken for."""
        return self._t(f"intents.{code}" if has_text(f"intents.{code}") else "intents.other")

    def form(self, name: str) -> str:
        """The errand that a Rasa form is for."""
        return self.intent(f"form_{name.removesuffix('_form')}")

    def member(self, member_id: str | None) -> str:
        """The name of a colleague, `you` for oneself."""
        if member_id == self._own_id:
            return self._t("inbox.you")
        return self.member_name(member_id)

    def member_name(self, member_id: str | None) -> str:
        if member_id == CLINIC_PHONE:
            return self._t("inbox.clinic_phone")
        member = self._members.get(member_id or "")
        return member.name if member else self._t("inbox.unknown_member")

    def kind(self, code: str) -> str:
        """The type of a message without words."""
        return self._t(f"inbox.kind_{code if code in _NAMED_KINDS else 'other'}")

    def last(self, message: InboundMessage) -> str:
        """The last words of a patient, or the type of what they sent."""
        words = words_of(message)
        return words or self.kind(message.content.value)

    def language(self, tag: str | None) -> str:
        """A patient's language."""
        code = (tag or "unknown").replace("-", "_")
        name = f"conversation.language_{code}"
        return self._t(name if has_text(name) else "conversation.language_unknown")

    def number(self, phone: str | None) -> str:
        """A number as people read it: +212 6 61 00 00 11."""
        return readable_phone(phone)

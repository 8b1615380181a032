"""Values of the way in and out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from whatsapp.messages import OutgoingMessage
from whatsapp.updates import InboundMessage, Update, UpdateKind

_JOINED_LENGTH = 1000
"""Characters up to which texts are joined: below what fits above WhatsApp's buttons (1024)."""


class InboxStatus(str, Enum):
    WAITING = "waiting"
    DONE = "done"
    PARKED = "parked"
    DROPPED = "dropped"


class OutboxStatus(str, Enum):
    """Ours up to `sending`, then Meta's.

    `held` waits for the customer service window; `sending` is under way, or its answer was lost
    and only a delivery status can tell whether it was sent.
    """

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"
    FAILED = "failed"
    WITHHELD = "withheld"


class ContactKind(str, Enum):
    PATIENT = "patient"
    STAFF = "staff"


class OutboxKind(str, Enum):
    """What a message is for; answers to patients go before everything else."""

    REPLY = "reply"
    NOTICE = "notice"


@dataclass(frozen=True)
class Contact:
    """Somebody who writes, or is written to, on WhatsApp.

    Attributes:
        id: our own identifier; it is Rasa's `sender_id` too.
        phone: digits with the country code and without `+`, or None for a user who is
            known by Meta's business-scoped id only.
        language: tag of the conversation's language, None before the first clear message.
        recheck_since: when the number or the user id changed; nothing personal is said until
            the person behind it is verified. None when there is no doubt.
    """

    id: str
    kind: ContactKind
    phone: str | None
    user_id: str | None
    profile_name: str | None
    language: str | None
    last_inbound_at: datetime | None
    recheck_since: datetime | None = None

    @property
    def has_address(self) -> bool:
        """Whether WhatsApp can be told who it is for; not once another has the number."""
        return bool(self.phone or self.user_id)


@dataclass(frozen=True)
class InboxItem:
    """A message of a patient that waits for its turn.

    Attributes:
        is_urgent: whether it sounded like an emergency when it came.
    """

    id: int
    message: InboundMessage
    received_at: datetime
    is_urgent: bool = False

    @property
    def written_at(self) -> datetime:
        """When the patient wrote it; the time of arrival where WhatsApp does not say."""
        return self.message.timestamp or self.received_at


@dataclass(frozen=True)
class StoredMessage:
    """A message of the inbox as it stands in a conversation.

    Attributes:
        kind: `ECHO` for what was written on the clinic's own phone.
        note: why it is not as it came: edited, taken back.
    """

    key: str
    kind: UpdateKind
    message: InboundMessage
    received_at: datetime
    note: str | None


@dataclass(frozen=True)
class SentMessage:
    """A message of the outbox as it stands in a conversation.

    Attributes:
        body: the request to the API, or what it would have been.
        author: the member of staff who wrote it; None for the assistant.
    """

    id: int
    body: dict[str, Any]
    status: OutboxStatus
    author: str | None
    created_at: datetime
    updated_at: datetime
    error_code: int | None


@dataclass(frozen=True)
class ParkedItem:
    """An update that could not be read or answered; `update.reason` says why."""

    id: int
    update: Update
    contact_id: str | None
    received_at: datetime


@dataclass(frozen=True)
class ListLabels:
    """What WhatsApp's lists say in the patient's language: open, next page, first page."""

    choose: str = "…"
    more: str = "…"
    back: str = ""


@dataclass(frozen=True)
class OutboxRow:
    """A request to the API that is queued, under way or done.

    Attributes:
        purpose: what must still be allowed when it is sent (`clinic/consent/sending.py`);
            None for answers and for what goes to staff.
        expires_at: when it is of no use any more, None for never.
    """

    id: int
    contact_id: str
    reference: str
    body: dict[str, Any]
    status: OutboxStatus
    attempts: int
    purpose: str | None = None
    expires_at: datetime | None = None
    key: str = ""
    kind: OutboxKind = OutboxKind.REPLY
    attempted_at: datetime | None = None
    fallback: OutgoingMessage | None = None

    @property
    def message_key(self) -> str:
        """What the message was queued by; its parts are numbered behind it."""
        return self.key.rpartition(":")[0]

    @property
    def template(self) -> tuple[str, str] | None:
        """Name and language of the template that it sends; None for any other message."""
        if self.body.get("type") != "template":
            return None
        template = self.body.get("template") or {}
        return template.get("name", ""), (template.get("language") or {}).get("code", "")


@dataclass
class Turn:
    """One turn of one patient: what came in, and what has to be written when it ends.

    Everything in it is committed in one transaction, so that a killed process either has
    answered or answers again from the start.
    """

    contact: Contact
    items: tuple[InboxItem, ...]
    messages: list[OutgoingMessage] = field(default_factory=list)
    events: list[dict[str, Any]] | None = None
    language: str | None = None
    failed: bool = False
    erases: bool = False
    """The patient confirmed that everything about them is to be erased."""

    @property
    def key(self) -> str:
        """Identifies the turn over restarts: the first update that it answers."""
        return self.items[0].message.wamid

    @property
    def is_urgent(self) -> bool:
        return any(item.is_urgent for item in self.items)

    @property
    def text(self) -> str:
        """The texts of the turn as one message."""
        return "\n".join(item.message.text for item in self.items if item.message.text)

    def say(self, message: OutgoingMessage) -> None:
        """Adds an answer; short texts of one turn become one message."""
        if self.messages and _can_join(self.messages[-1], message):
            first = self.messages.pop()
            message = replace(message, text=f"{first.text}\n\n{message.text}")
        self.messages.append(message)


def _can_join(first: OutgoingMessage, second: OutgoingMessage) -> bool:
    plain = first == OutgoingMessage(text=first.text) and second == OutgoingMessage(
        text=second.text, choices=second.choices
    )
    return plain and len(first.text) + len(second.text) + 2 <= _JOINED_LENGTH

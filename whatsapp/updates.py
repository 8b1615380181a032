"""What a webhook tells: updates, and the messages and statuses in them.

These are values only; `whatsapp.webhooks` reads them from a body. Types and statuses that Meta
may add are `UNKNOWN` or `OTHER`, never an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from whatsapp.errors import ApiErrorInfo
from whatsapp.location import Location

MAX_KEY_CHARACTERS = 200


class UpdateKind(str, Enum):
    """What an update is about."""

    MESSAGE = "message"
    STATUS = "status"
    ECHO = "echo"
    CALL = "call"
    SYSTEM = "system"
    USER_ID_UPDATE = "user_id_update"
    ERROR = "error"
    OTHER = "other"
    MALFORMED = "malformed"


@dataclass(frozen=True)
class Identity:
    """How WhatsApp knows a person.

    Attributes:
        wa_id: Number with country code, without `+`; None for people who hide it.
        user_id: Business-scoped user id; it changes when the number changes.
        username: WhatsApp user name, with the `@` that Meta gives it.
        profile_name: What the person calls herself; not a name for the record.
        key_hash: Meta's hash of the phone's identity key; another one means that somebody else
            may hold the number now. None unless the clinic has the identity check switched on.
    """

    wa_id: str | None = None
    user_id: str | None = None
    username: str | None = None
    profile_name: str | None = None
    key_hash: str | None = None

    @property
    def key(self) -> str | None:
        """The number, or else the user id; None when neither is known."""
        return self.wa_id or self.user_id


@dataclass(frozen=True)
class Update:
    """One item of a webhook body.

    Attributes:
        kind: What it is about.
        key: The same whenever Meta delivers this item again, different for every other item; at
            most 200 visible ASCII characters.
        field: The webhook field that it came in, such as `messages`.
        phone_number_id: The clinic's number that it concerns; None when the body doesn't say.
        list_name: The list of the webhook's value that it stood in, such as `statuses`.
        timestamp: When it happened, by Meta's clock, UTC; None when absent or absurd.
        identity: The patient it concerns; None when the body doesn't say.
        raw: The item as it came; `{"item": ...}` when that was no object.
        reason: Why it is `MALFORMED`; None otherwise.
    """

    kind: UpdateKind
    key: str
    field: str
    phone_number_id: str | None
    timestamp: datetime | None
    identity: Identity | None
    raw: dict[str, Any]
    reason: str | None = None
    list_name: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Returns the update as JSON values."""
        stored = asdict(self)
        stored["kind"] = self.kind.value
        stored["timestamp"] = self.timestamp.isoformat() if self.timestamp else None
        return stored

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Update:
        """Returns the update that `to_dict` was called on."""
        identity, timestamp = stored.get("identity"), stored.get("timestamp")
        return cls(
            kind=UpdateKind(stored["kind"]),
            key=stored["key"],
            field=stored["field"],
            phone_number_id=stored.get("phone_number_id"),
            timestamp=datetime.fromisoformat(timestamp) if timestamp else None,
            identity=Identity(**identity) if identity else None,
            raw=dict(stored["raw"]),
            reason=stored.get("reason"),
            list_name=stored.get("list_name", ""),
        )


class MessageType(str, Enum):
    """Meta's message types."""

    TEXT = "text"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACTS = "contacts"
    BUTTON = "button"
    INTERACTIVE = "interactive"
    REACTION = "reaction"
    ORDER = "order"
    SYSTEM = "system"
    EDIT = "edit"
    REVOKE = "revoke"
    UNSUPPORTED = "unsupported"
    REQUEST_WELCOME = "request_welcome"
    CALL = "call"  # not Meta's: a call comes in a field of its own and is answered in writing
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> MessageType:
        return cls.UNKNOWN


@dataclass(frozen=True)
class MediaReference:
    """A file that a patient sent; its content is fetched by id.

    Attributes:
        id: Media id, good for 7 days.
        mime_type: As Meta gives it, possibly with parameters; None when absent.
        sha256: Base64 of the file's digest; None when absent.
        filename: Of documents; None otherwise.
        voice: Whether it is a voice note recorded in WhatsApp.
    """

    id: str
    mime_type: str | None = None
    sha256: str | None = None
    filename: str | None = None
    voice: bool = False


@dataclass(frozen=True)
class ContactCard:
    """A contact that a patient shared.

    Attributes:
        name: Formatted name; None when absent.
        phones: Numbers as written.
        wa_ids: The numbers among them that are on WhatsApp, as `wa_id`.
        is_own: Whether it answers our request for the patient's own contact
            (`origin: contact_request`); only then does it prove a number.
    """

    name: str | None
    phones: tuple[str, ...] = ()
    wa_ids: tuple[str, ...] = ()
    is_own: bool = False

    @property
    def own_number(self) -> str | None:
        """The sender's proven number, digits only; None on any other card."""
        return next(iter(self.wa_ids), None) if self.is_own else None


@dataclass(frozen=True)
class Reaction:
    """An emoji on a message; None when the patient took it back."""

    message_id: str
    emoji: str | None


@dataclass(frozen=True)
class Referral:
    """The advertisement or post through which a patient came; all as Meta gives it."""

    source_type: str | None
    source_id: str | None
    source_url: str | None
    headline: str | None
    click_id: str | None


@dataclass(frozen=True)
class InboundMessage:
    """What a patient sent.

    Attributes:
        wamid: Meta's message id.
        identity: Who sent it.
        timestamp: When, UTC; None when absent or absurd.
        type: Meta's type.
        text: Body of a text, an edited text or an order's note.
        payload: What the tapped button, list row or template quick reply stands for.
        title: What the tapped button or row said.
        caption: Text under a picture, video or document.
        media: The file.
        location: The place.
        contacts: The shared contacts.
        reaction: The emoji and what it is on.
        context_id: The message that this one answers, edits or takes back.
        form: What was filled in in a WhatsApp Flow, by field; None for other messages.
        referral: The advertisement that led here; None without one.
        is_permission: Whether it only says whether the patient may be called.
        edited: Type of what an edit says now; None for other messages.
        raw: The message as it came.
    """

    wamid: str
    identity: Identity
    timestamp: datetime | None
    type: MessageType
    text: str | None = None
    payload: str | None = None
    title: str | None = None
    caption: str | None = None
    media: MediaReference | None = None
    location: Location | None = None
    contacts: tuple[ContactCard, ...] = ()
    reaction: Reaction | None = None
    context_id: str | None = None
    form: Mapping[str, str] | None = None
    referral: Referral | None = None
    is_permission: bool = False
    edited: MessageType | None = None
    raw: Mapping[str, Any] | None = None

    @property
    def is_tap(self) -> bool:
        """Whether the patient tapped something that we offered."""
        return self.payload is not None

    @property
    def content(self) -> MessageType:
        """The type of what it says: of an edit, that of the new content."""
        return self.edited or self.type

    @property
    def spoken_text(self) -> str:
        """Whatever words the message has, for the emergency gate; empty when it has none."""
        words = self.text or self.caption or self.title or ""
        # What is written into a form can be an emergency like any other words.
        return words or "\n".join((self.form or {}).values())


class DeliveryStatus(str, Enum):
    """How far a sent message got. `accepted` is the API's answer, the others come in webhooks."""

    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> DeliveryStatus:
        return cls.UNKNOWN

    def can_follow(self, previous: DeliveryStatus | None) -> bool:
        """Tells whether this status is news after `previous` (None: nothing known yet).

        Statuses come in any order: only a later stage replaces an earlier one. A failure is final
        but for the proof that the message arrived after all, and no failure undoes that proof.
        """
        if self is DeliveryStatus.UNKNOWN:
            return False
        if previous is None or previous is DeliveryStatus.UNKNOWN:
            return True
        return _STAGE[self] > _STAGE[previous]


_STAGE = {
    DeliveryStatus.ACCEPTED: 0,
    DeliveryStatus.SENT: 1,
    DeliveryStatus.FAILED: 2,
    DeliveryStatus.DELIVERED: 3,
    DeliveryStatus.READ: 4,
    DeliveryStatus.PLAYED: 5,
}


@dataclass(frozen=True)
class StatusUpdate:
    """What became of a message that we sent.

    Attributes:
        wamid: Meta's id of our message.
        status: How far it got.
        timestamp: When, UTC; None when absent or absurd.
        errors: Why it failed; `whatsapp.errors.error_from_info` says what to do.
        recipient: Who it was for, as far as the body says.
        reference: Our own reference (`biz_opaque_callback_data`); None when it had none.
    """

    wamid: str
    status: DeliveryStatus
    timestamp: datetime | None
    errors: tuple[ApiErrorInfo, ...]
    recipient: Identity
    reference: str | None


@dataclass(frozen=True)
class IdentityChange:
    """A patient's number or user id became another; `None` fields are not known."""

    previous: Identity
    current: Identity
    timestamp: datetime | None

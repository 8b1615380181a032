"""A conversation as staff read it: who said what, in which language, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from clinic.adapters.database import Transaction
from clinic.adapters.documents import Documents
from clinic.adapters.handoff_steps import HandoffSteps
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.media import MediaFile, MediaFiles, MediaStatus
from clinic.adapters.staff_notes import StaffNotes
from clinic.adapters.transcripts import TranscriptRows
from clinic.documents.model import Document
from clinic.handoff.going_on import PREFIX
from clinic.handoff.model import Handoff, Step
from clinic.handoff.templates import buttons_of, text_of
from clinic.messaging.later_changes import is_media_edit
from clinic.messaging.media_upload import file_of
from clinic.messaging.model import OutboxStatus, SentMessage, StoredMessage
from whatsapp.updates import InboundMessage, MessageType, UpdateKind

PAGE_LENGTH = 100
"""Messages of a page; what happened between them and notes come on top."""


class Speaker(str, Enum):
    PATIENT = "patient"
    ASSISTANT = "assistant"
    STAFF = "staff"
    PHONE = "phone"
    """Somebody with the clinic's own phone."""
    NOTE = "note"
    """Staff among themselves."""
    EVENT = "event"
    """What happened to the hand-off."""


class Tick(str, Enum):
    """How far a message got, as its sign shows it."""

    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    HELD = "held"
    WITHHELD = "withheld"


_TICKS = {
    OutboxStatus.HELD: Tick.HELD,
    OutboxStatus.QUEUED: Tick.WAITING,
    OutboxStatus.SENDING: Tick.WAITING,
    OutboxStatus.ACCEPTED: Tick.SENT,
    OutboxStatus.SENT: Tick.SENT,
    OutboxStatus.DELIVERED: Tick.DELIVERED,
    OutboxStatus.READ: Tick.READ,
    OutboxStatus.PLAYED: Tick.READ,
    OutboxStatus.FAILED: Tick.FAILED,
    OutboxStatus.WITHHELD: Tick.WITHHELD,
}


@dataclass(frozen=True)
class Entry:
    """One thing in a transcript.

    Attributes:
        author: id of the member of staff who wrote it or did it.
        other: of an event: id of whom it was given to or taken from.
        is_untold: of an event: the patient could not be told who answers since then.
        kind: WhatsApp's type of a patient's message, or the event's name.
        choices: titles of what could be tapped under it.
        is_tap: the patient tapped this instead of writing it.
        template: name of the template it was sent as.
        document: what the clinic made and sent in the conversation.
        changed: `edited` or `taken back`.
    """

    at: datetime
    speaker: Speaker
    text: str = ""
    kind: str = "text"
    author: str | None = None
    choices: tuple[str, ...] = ()
    is_tap: bool = False
    files: tuple[MediaFile, ...] = ()
    document: Document | None = None
    tick: Tick | None = None
    error_code: int | None = None
    template: str | None = None
    changed: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    other: str | None = None
    is_untold: bool = False


@dataclass(frozen=True)
class TranscriptPage:
    """A part of a conversation in the order of time.

    Attributes:
        start: where it begins; None at the beginning of the conversation.
    """

    entries: list[Entry]
    start: datetime | None


def read_page(
    tx: Transaction, contact_id: str, before: datetime | None = None, length: int = PAGE_LENGTH
) -> TranscriptPage:
    """Returns the last part of a conversation, or the last one before an instant."""
    start = TranscriptRows(tx, contact_id).start_of_page(length, before)
    return TranscriptPage(_entries(tx, contact_id, start, before), start)


def read_since(tx: Transaction, contact_id: str, start: datetime) -> TranscriptPage:
    """Returns what a page that begins at an instant shows by now."""
    return TranscriptPage(_entries(tx, contact_id, start, None), start)


def _entries(
    tx: Transaction, contact_id: str, start: datetime | None, end: datetime | None
) -> list[Entry]:
    rows = TranscriptRows(tx, contact_id)
    files: dict[str, list[MediaFile]] = {}
    for file in MediaFiles(tx).of_contact(contact_id):
        files.setdefault(file.message_id, []).append(file)
    documents = {document.id: document for document in Documents(tx).of_contact(contact_id)}
    entries = [
        *_all_received(rows.received(start, end), files),
        *(_sent(message, files, documents) for message in rows.sent(start, end)),
    ]
    others = [
        *(
            Entry(note.created_at, Speaker.NOTE, note.text, author=note.author)
            for note in StaffNotes(tx).of_contact(contact_id)
        ),
        *(_opened(handoff) for handoff in Handoffs(tx).all_of(contact_id)),
        *(_event(step) for step in HandoffSteps(tx).of_contact(contact_id)),
    ]
    entries += [
        entry
        for entry in others
        if (start is None or entry.at >= start) and (end is None or entry.at < end)
    ]
    # Of one instant: what the patient said, then what happened, then the answer.
    return sorted(entries, key=lambda entry: (entry.at, _ORDER[entry.speaker]))


_ORDER = {speaker: number for number, speaker in enumerate(
    (Speaker.PATIENT, Speaker.EVENT, Speaker.NOTE, Speaker.ASSISTANT, Speaker.STAFF, Speaker.PHONE)
)}  # fmt: skip


def words_of(message: InboundMessage) -> str:
    """Returns what a message says; empty for one without words."""
    if message.is_tap:
        return message.title or ""
    form = "\n".join((message.form or {}).values())
    emoji = message.reaction.emoji if message.reaction else ""
    return message.text or message.caption or form or emoji or ""


def _all_received(rows: list[StoredMessage], files: Mapping[str, list[MediaFile]]) -> list[Entry]:
    """Returns what came; a new caption or file stands in the place of the first one.

    On a later page than the first one it stands for itself.
    """
    received = [
        stored for stored in rows if not stored.key.startswith(PREFIX) and stored.message.raw
    ]
    keys = {stored.key for stored in received}
    edits = {
        stored.message.context_id: stored.message
        for stored in received
        if is_media_edit(stored.message) and stored.message.context_id in keys
    }
    return [
        _received(stored, files, edits.get(stored.key))
        for stored in received
        if not (is_media_edit(stored.message) and stored.message.context_id in keys)
    ]


def _received(
    stored: StoredMessage,
    files: Mapping[str, list[MediaFile]],
    edit: InboundMessage | None,
) -> Entry:
    """Returns a message as it is now, after its newest edit of a caption or file."""
    message = stored.message
    # The file of an edit is kept as that of the first message, which may be missing.
    sent = files.get((message.context_id if message.edited else None) or message.wamid, [])
    is_edited = edit is not None or message.edited is not None
    details = {}
    if message.location:
        details["location"] = f"{message.location.latitude:.5f},{message.location.longitude:.5f}"
    for card in message.contacts:
        details["contact"] = ", ".join(filter(None, (card.name, *card.phones)))
    is_ours = stored.kind is UpdateKind.ECHO
    return Entry(
        # WhatsApp gives whole seconds; ours keep an answer behind its question.
        at=stored.received_at,
        speaker=Speaker.PHONE if is_ours else Speaker.PATIENT,
        text=words_of(edit or message),
        kind=MessageType.CALL.value if stored.kind is UpdateKind.CALL else message.content.value,
        is_tap=message.is_tap,
        files=tuple([file for file in sent if file.status is not MediaStatus.ERASED] or sent[-1:]),
        changed=stored.note or ("edited" if is_edited else None),
        details=details,
    )


def _sent(
    message: SentMessage,
    files: Mapping[str, list[MediaFile]],
    documents: Mapping[str, Document],
) -> Entry:
    text, choices, kind = words_of_body(message.body)
    template = message.body.get("template") or {}
    carried = file_of(message.body)
    return Entry(
        at=message.created_at,
        speaker=Speaker.STAFF if message.author else Speaker.ASSISTANT,
        text=text,
        kind=kind,
        author=message.author,
        choices=choices,
        files=tuple(file for group in files.values() for file in group if file.id == carried),
        document=documents.get(carried or ""),
        tick=_TICKS[message.status],
        error_code=message.error_code,
        template=template.get("name"),
    )


def words_of_body(body: Mapping[str, Any]) -> tuple[str, tuple[str, ...], str]:
    """Returns what a request to the API says: its text, what can be tapped, and its type."""
    kind = str(body.get("type", "text"))
    part = body.get(kind) or {}
    if kind == "text":
        return str(part.get("body", "")), (), kind
    if kind == "interactive":
        action = part.get("action") or {}
        buttons = [b.get("reply", {}).get("title", "") for b in action.get("buttons", ())]
        rows = [r.get("title", "") for s in action.get("sections", ()) for r in s.get("rows", ())]
        text = str((part.get("body") or {}).get("text", ""))
        return text, tuple(buttons or rows), kind
    if kind == "template":
        language = str((part.get("language") or {}).get("code", ""))
        name = str(part.get("name", ""))
        parameters = [
            str(p.get("text", ""))
            for component in part.get("components", ())
            if component.get("type") == "body"
            for p in component.get("parameters", ())
        ]
        text = text_of(name, language, parameters) or " · ".join(parameters)
        return text, buttons_of(name, language), kind
    return str(part.get("caption", "")), (), kind


def _opened(handoff: Handoff) -> Entry:
    return Entry(
        handoff.opened_at,
        Speaker.EVENT,
        kind="opened",
        details={"priority": handoff.priority.value, "reason": handoff.reason},
    )


def _event(step: Step) -> Entry:
    return Entry(
        step.at,
        Speaker.EVENT,
        kind=step.kind.value,
        author=step.actor,
        other=step.other,
        is_untold=step.patient_told is False,
    )

"""Repository of the files of conversations: what came, what staff sent, what of it is stored.

The content: `files.py`.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.messaging import media as table
from whatsapp.updates import InboundMessage


class MediaStatus(str, Enum):
    PENDING = "pending"
    STORED = "stored"
    REFUSED = "refused"
    FAILED = "failed"
    ERASED = "erased"


class Retention(str, Enum):
    """Data classes of files, for the retention job."""

    CLINICAL = "media"
    """Pictures, documents, voice notes: they may belong to the medical record."""
    TRANSIENT = "media_transient"
    """Stickers and the like."""


@dataclass(frozen=True)
class MediaFile:
    """A file that a patient sent, or that staff sent to a patient.

    Attributes:
        kind: WhatsApp's: image, audio, video, document, sticker.
        sha256: of the stored content, hexadecimal; before that the webhook's, as it came.
        size: in bytes, once stored.
        scan: `clean`, `infected` or `not_scanned`.
    """

    id: str
    contact_id: str
    message_id: str
    media_id: str
    kind: str
    mime_type: str | None
    filename: str | None
    sha256: str | None
    size: int | None
    retention: Retention
    status: MediaStatus
    scan: str | None
    reason: str | None
    has_thumbnail: bool
    attempts: int
    created_at: datetime

    def has_content(self, sha256: str | None) -> bool:
        """Tells whether its content has a digest as webhooks give it: base64."""
        if not sha256 or not self.sha256:
            return False
        if self.status is not MediaStatus.STORED:
            return self.sha256 == sha256
        try:
            return base64.b64decode(sha256, validate=True).hex() == self.sha256
        except ValueError:
            return False


class MediaFiles:
    """The files, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert
        self._cipher = tx.cipher

    def expect(self, contact_id: str, message: InboundMessage, now: datetime) -> None:
        """Notes that a message has a file, to be fetched; an edit's belongs to the first one."""
        media = message.media
        if media is None:
            return
        kind = message.content.value
        message_id = message.context_id if message.edited and message.context_id else message.wamid
        self._connection.execute(
            self._insert(table)
            .values(
                id=new_id(),
                contact_id=contact_id,
                message_id=message_id[:200],
                media_id=media.id,
                kind=kind[:16],
                mime_type=(media.mime_type or "")[:127] or None,
                filename=self._cipher.encrypt(media.filename) if media.filename else None,
                # A digest of another form than ours can't be stored, nor is it one.
                sha256=media.sha256 if media.sha256 and len(media.sha256) <= 64 else None,
                retention=(Retention.TRANSIENT if kind == "sticker" else Retention.CLINICAL).value,
                status=MediaStatus.PENDING.value,
                has_thumbnail=0,
                attempts=0,
                next_attempt_at=_AT_ONCE,
                created_at=now,
            )
            .on_conflict_do_nothing(index_elements=["message_id", "media_id"])
        )

    def add_sent(
        self,
        file_id: str,
        contact_id: str,
        *,
        key: str,
        kind: str,
        mime_type: str,
        filename: str,
        sha256: str,
        size: int,
        scan: str,
        has_thumbnail: bool,
        now: datetime,
    ) -> bool:
        """Notes a stored file that staff send; False when this was noted before.

        Args:
            key: of the message in the outbox; stands where a patient's file has its wamid.
        """
        added = self._connection.execute(
            self._insert(table)
            .values(
                id=file_id,
                contact_id=contact_id,
                message_id=key[:200],
                media_id=_SENT,
                kind=kind,
                mime_type=mime_type,
                filename=self._cipher.encrypt(filename),
                sha256=sha256,
                size=size,
                retention=Retention.CLINICAL.value,
                status=MediaStatus.STORED.value,
                scan=scan,
                has_thumbnail=int(has_thumbnail),
                attempts=0,
                next_attempt_at=_AT_ONCE,
                created_at=now,
                stored_at=now,
            )
            .on_conflict_do_nothing(index_elements=["message_id", "media_id"])
        )
        return bool(added.rowcount)

    def due(self, timer: datetime, limit: int) -> list[MediaFile]:
        """Returns files that are to be fetched now, the longest wait first."""
        rows = self._connection.execute(
            select(table)
            .where(table.c.status == MediaStatus.PENDING.value)
            .where(table.c.next_attempt_at <= timer)
            .order_by(table.c.created_at)
            .limit(limit)
        )
        return [self._read(row) for row in rows]

    def claim(self, file_id: str, timer: datetime, until: datetime) -> bool:
        """Takes a file to fetch, until then; False when another process has it."""
        claimed = self._connection.execute(
            update(table)
            .where(table.c.id == file_id)
            .where(table.c.status == MediaStatus.PENDING.value)
            .where(table.c.next_attempt_at <= timer)
            .values(next_attempt_at=until, attempts=table.c.attempts + 1)
        )
        return bool(claimed.rowcount)

    def get(self, file_id: str) -> MediaFile | None:
        row = self._connection.execute(select(table).where(table.c.id == file_id)).first()
        return self._read(row) if row else None

    def of_message(self, message_id: str, media_id: str) -> MediaFile | None:
        """Returns the file that came with a message, or that took its place in an edit."""
        rows = self._connection.execute(
            select(table).where(table.c.message_id == message_id).order_by(table.c.created_at)
        )
        files = [self._read(row) for row in rows]
        named = next((file for file in files if file.media_id == media_id), None)
        if named and named.status is not MediaStatus.ERASED:
            return named
        return files[-1] if files else None

    def all_of_message(self, contact_id: str, message_id: str) -> list[MediaFile]:
        """Returns the files that a contact sent with a message and its edits, oldest first."""
        rows = self._connection.execute(
            select(table)
            .where(table.c.contact_id == contact_id)
            .where(table.c.message_id == message_id)
            .order_by(table.c.created_at)
        )
        return [self._read(row) for row in rows]

    def of_contact(self, contact_id: str) -> list[MediaFile]:
        """Returns a contact's files, the oldest first."""
        rows = self._connection.execute(
            select(table).where(table.c.contact_id == contact_id).order_by(table.c.created_at)
        )
        return [self._read(row) for row in rows]

    def stored_before(self, retention: Retention, before: datetime) -> list[MediaFile]:
        """Returns stored files of a data class that came before, for the retention job."""
        rows = self._connection.execute(
            select(table)
            .where(table.c.retention == retention.value)
            .where(table.c.status == MediaStatus.STORED.value)
            .where(table.c.created_at < before)
        )
        return [self._read(row) for row in rows]

    def note_stored(self, file_id: str, **values: Any) -> bool:
        """Notes that a file is stored; False when it was erased while it was fetched."""
        noted = self._connection.execute(
            update(table)
            .where(table.c.id == file_id)
            .where(table.c.status == MediaStatus.PENDING.value)
            .values(status=MediaStatus.STORED.value, **values)
        )
        return bool(noted.rowcount)

    def mark_all_erased(self, contact_id: str) -> None:
        """Gives up all files of a contact; their contents are removed afterwards."""
        self._connection.execute(
            update(table)
            .where(table.c.contact_id == contact_id)
            .values(status=MediaStatus.ERASED.value, filename=None, has_thumbnail=0)
        )

    def delete_all(self, contact_id: str) -> None:
        self._connection.execute(delete(table).where(table.c.contact_id == contact_id))

    def mark(self, file_id: str, status: MediaStatus, **values: Any) -> None:
        """Writes down what became of a file."""
        if values.get("reason"):
            values["reason"] = values["reason"][:200]
        self._connection.execute(
            update(table).where(table.c.id == file_id).values(status=status.value, **values)
        )

    def retry(self, file_id: str, reason: str, at: datetime) -> None:
        self._connection.execute(
            update(table)
            .where(table.c.id == file_id)
            .values(next_attempt_at=at, reason=reason[:200])
        )

    def _read(self, row: Row) -> MediaFile:
        return MediaFile(
            id=row.id,
            contact_id=row.contact_id,
            message_id=row.message_id,
            media_id=row.media_id,
            kind=row.kind,
            mime_type=row.mime_type,
            filename=self._cipher.decrypt(bytes(row.filename)) if row.filename else None,
            sha256=row.sha256,
            size=row.size,
            retention=Retention(row.retention),
            status=MediaStatus(row.status),
            scan=row.scan,
            reason=row.reason,
            has_thumbnail=bool(row.has_thumbnail),
            attempts=row.attempts,
            created_at=row.created_at,
        )


_SENT = ""
"""In place of the media id: that of a file that we send lives shorter than the file."""
_AT_ONCE = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

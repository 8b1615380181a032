"""Our own files on their way to a patient: named in a queued message, uploaded when it is sent.

A queued body names a file as `file:<id>:<sha256 of its content>` where WhatsApp wants a media id.
The same content for the same number keeps its media id until that runs out, whichever message
carries it; an id that WhatsApp does not know any more is forgotten, and the next attempt uploads.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from clinic.adapters.database import Database, Transaction
from clinic.adapters.encryption import EncryptionError
from clinic.adapters.files import FileStore
from clinic.adapters.tables.messaging import uploaded_media as table
from clinic.clock import Clock, SystemClock
from clinic.messaging.media_rules import OUTGOING, FileRefusedError, outgoing_type
from clinic.messaging.model import OutboxRow
from clinic.messaging.retries import may_be_the_media_id
from whatsapp.errors import MediaError, TimeoutMaybeSentError, UploadTimeoutError, WhatsAppError
from whatsapp.provider import MessagingProvider

_ID_LIVES = timedelta(days=29)
"""A day less than Meta's 30: a message may wait for a while after it was uploaded."""
_UPLOADS_ANEW = 2
"""Attempts that can have failed because of an old id; a new one that fails too is at fault."""
_OURS = "file"


def file_reference(file_id: str, sha256: str) -> str:
    """Returns what stands for a stored file in place of a media id.

    Args:
        sha256: of its content, hexadecimal.
    """
    return f"{_OURS}:{file_id}:{sha256}"


def file_of(body: Mapping[str, Any]) -> str | None:
    """Returns the id of the stored file that a request carries; None for one without."""
    found = _named(body)
    return found[0] if found else None


class MediaUploads:
    """Media ids of what the clinic sends, for one number."""

    def __init__(
        self,
        database: Database,
        client: MessagingProvider,
        files: FileStore,
        phone_number_id: str,
        timer: Clock | None = None,
    ) -> None:
        self._database = database
        self._client = client
        self._files = files
        self._phone_number_id = phone_number_id
        self._timer = timer or SystemClock()

    def complete(self, tx: Transaction, body: dict[str, Any]) -> dict[str, Any] | None:
        """Returns a body as WhatsApp takes it; None when its file has to be uploaded first."""
        named = _named(body)
        if named is None:
            return body
        media_id = self._known(tx, named[1])
        kind = body["type"]
        return {**body, kind: {**body[kind], "id": media_id}} if media_id else None

    async def upload(self, body: Mapping[str, Any]) -> None:
        """Uploads the file of a body.

        Raises:
            MediaError: the file is gone, or of a kind that is not sent.
            WhatsAppError: the upload failed; a time-out is an `UploadTimeoutError`, since
                uploading again does no harm.
        """
        named = _named(body)
        if named is None:
            return
        file_id, digest = named
        try:
            content = await asyncio.to_thread(self._files.read, file_id)
            mime_type = outgoing_type(content)
        except (FileNotFoundError, EncryptionError, FileRefusedError) as error:
            raise MediaError("(it can't be read any more)") from error
        filename = str(body[body["type"]].get("filename") or "file")
        try:
            media_id = await self._client.upload(content, mime_type, filename)
        except TimeoutMaybeSentError as error:
            raise UploadTimeoutError from error
        await asyncio.to_thread(self._remember, digest, media_id)

    def forget_stale(self, tx: Transaction, row: OutboxRow, error: WhatsAppError) -> bool:
        """Forgets the media id of a row that an error may be about.

        Returns:
            Whether the row is to be tried once more, with a new upload.
        """
        if file_of(row.body) is None or not may_be_the_media_id(error):
            return False
        forget_upload(tx, self._phone_number_id, row.body)
        return row.attempts < _UPLOADS_ANEW

    def _known(self, tx: Transaction, digest: str) -> str | None:
        found: str | None = tx.connection.scalar(
            select(table.c.media_id)
            .where(table.c.key == _key(self._phone_number_id, digest))
            .where(table.c.uploaded_at > self._timer.now() - _ID_LIVES)
        )
        return found

    def _remember(self, digest: str, media_id: str) -> None:
        values: dict[str, str | datetime] = {
            "media_id": media_id,
            "uploaded_at": self._timer.now(),
        }
        with self._database.write() as tx:
            tx.connection.execute(
                tx.insert(table)
                .values(key=_key(self._phone_number_id, digest), **values)
                .on_conflict_do_update(index_elements=["key"], set_=values)
            )


def forget_upload(tx: Transaction, phone_number_id: str, body: Mapping[str, Any]) -> None:
    """Forgets the media id of a body's file, so that the next attempt uploads it anew."""
    if named := _named(body):
        tx.connection.execute(delete(table).where(table.c.key == _key(phone_number_id, named[1])))


def _named(body: Mapping[str, Any]) -> tuple[str, str] | None:
    """Returns the id and the digest of a body's file; None for a body without one of ours."""
    if body.get("type") not in OUTGOING.values():
        return None
    ours, _, named = str(body[body["type"]].get("id", "")).partition(":")
    file_id, _, digest = named.partition(":")
    return (file_id, digest) if ours == _OURS else None


def _key(phone_number_id: str, digest: str) -> str:
    return hashlib.sha256(f"{phone_number_id}:{digest}".encode()).hexdigest()

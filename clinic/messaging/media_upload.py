"""Uploading files once: the same content for the same number keeps its media id for 30 days."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta

from sqlalchemy import delete, select

from clinic.adapters.database import Database
from clinic.adapters.tables.messaging import uploaded_media as table
from clinic.clock import Clock, SystemClock
from clinic.messaging.media_rules import SIZE_LIMITS, TYPES, FileRefusedError, plain_type
from whatsapp.messages import Document
from whatsapp.provider import MessagingProvider

_ID_LIVES = timedelta(days=29)
"""A day less than Meta's 30: a message may wait for a while after it was queued."""


class MediaUploads:
    """Media ids of what the clinic sends."""

    def __init__(
        self,
        database: Database,
        client: MessagingProvider,
        phone_number_id: str,
        timer: Clock | None = None,
    ) -> None:
        self._database = database
        self._client = client
        self._phone_number_id = phone_number_id
        self._timer = timer or SystemClock()

    async def document(self, content: bytes, filename: str, caption: str = "") -> Document:
        """Returns a PDF as a document to send, uploaded if it has to be.

        Raises:
            FileRefusedError: it is empty or larger than WhatsApp takes.
            WhatsAppError: the upload failed.
        """
        media_id = await self.media_id(content, "application/pdf", filename, kind="document")
        return Document(media_id=media_id, filename=filename, caption=caption)

    async def media_id(self, content: bytes, mime_type: str, filename: str, *, kind: str) -> str:
        """Returns the media id of a content, uploaded if it has to be.

        Raises:
            FileRefusedError: it is empty, of a type or of a size that WhatsApp refuses.
            WhatsAppError: the upload failed.
        """
        if plain_type(mime_type) not in TYPES[kind]:
            raise FileRefusedError(f"{mime_type} can't be sent as {kind}.")
        if not 0 < len(content) <= SIZE_LIMITS[kind]:
            raise FileRefusedError(f"{len(content)} bytes can't be sent as {kind}.")
        key = hashlib.sha256(f"{self._phone_number_id}:{mime_type}:".encode() + content).hexdigest()
        known = await asyncio.to_thread(self._known, key)
        if known:
            return known
        media_id = await self._client.upload(content, mime_type, filename)
        await asyncio.to_thread(self._remember, key, media_id)
        return media_id

    def forget(self, media_id: str) -> None:
        """Forgets an id that WhatsApp does not know any more, so that the next use uploads."""
        with self._database.write() as tx:
            tx.connection.execute(delete(table).where(table.c.media_id == media_id))

    def _known(self, key: str) -> str | None:
        since = self._timer.now() - _ID_LIVES
        with self._database.read() as tx:
            found: str | None = tx.connection.scalar(
                select(table.c.media_id)
                .where(table.c.key == key)
                .where(table.c.uploaded_at > since)
            )
        return found

    def _remember(self, key: str, media_id: str) -> None:
        values = {"media_id": media_id, "uploaded_at": self._timer.now()}
        with self._database.write() as tx:
            tx.connection.execute(
                tx.insert(table)
                .values(key=key, **values)
                .on_conflict_do_update(index_elements=["key"], set_=values)
            )

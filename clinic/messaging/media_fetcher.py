"""Fetching patients' files at once: their addresses live five minutes, their ids seven days.

A file is checked (type, size, digest, what its bytes are, virus scanner), then stored encrypted
with its data class and, for a picture, a thumbnail. What fails for the moment is tried again
until the id has run out.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from datetime import timedelta

from clinic.adapters.database import Database
from clinic.adapters.files import THUMBNAIL, FileStore
from clinic.adapters.media import MediaFile, MediaFiles, MediaStatus
from clinic.clock import Clock, SystemClock
from clinic.messaging.media_rules import (
    SIZE_LIMITS,
    FileRefusedError,
    check_type,
    found_type,
    thumbnail,
)
from clinic.messaging.retries import backoff_seconds
from clinic.messaging.virus_scan import ScannerFailedError, Verdict, VirusScanner
from clinic.metrics import Metrics
from whatsapp.errors import (
    AccountError,
    ApiError,
    MediaCorruptError,
    MediaTooLargeError,
    MediaUnavailableError,
    RetryableError,
    TransportError,
    UntrustedMediaUrlError,
    WhatsAppError,
)
from whatsapp.provider import MessagingProvider

logger = logging.getLogger(__name__)

_AT_ONCE = 3
_CLAIM = timedelta(minutes=3)
_ID_LIVES = timedelta(days=7)
_MAX_CORRUPT = 3
_FOR_THE_MOMENT = (RetryableError, TransportError, MediaUnavailableError, AccountError)


class MediaFetcher:
    """Fetches what waits; the assistant and the worker each have one."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        client: MessagingProvider,
        files: FileStore,
        scanner: VirusScanner,
        timer: Clock | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._client = client
        self._files = files
        self._scanner = scanner
        self._timer = timer or SystemClock()
        self._metrics = metrics or Metrics()
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def fetch_due(self) -> None:
        """Fetches everything that is due, some files at a time."""
        while due := await asyncio.to_thread(self._due):
            await asyncio.gather(*(self._fetch_one(file) for file in due))

    def _due(self) -> list[MediaFile]:
        """Claims files: a process that dies lets go of them after some minutes."""
        now = self._timer.now()
        with self._database.write() as tx:
            files = MediaFiles(tx)
            return [
                f for f in files.due(now, limit=_AT_ONCE) if files.claim(f.id, now, now + _CLAIM)
            ]

    async def _fetch_one(self, file: MediaFile) -> None:
        async with self._places:
            try:
                check_type(file.kind, file.mime_type)
                content = await self._download(file)
                mime_type = found_type(file.kind, file.mime_type, content)
                verdict = await self._scanner.scan(content)
            except (FileRefusedError, MediaTooLargeError, UntrustedMediaUrlError) as error:
                await asyncio.to_thread(self._end, file, MediaStatus.REFUSED, str(error))
            except MediaCorruptError as error:
                await asyncio.to_thread(
                    self._again, file, str(error), file.attempts + 1 < _MAX_CORRUPT
                )
            except _FOR_THE_MOMENT as error:
                await asyncio.to_thread(self._again, file, str(error), True)
            except ScannerFailedError as error:
                logger.error("The virus scanner fails: %s", error)
                await asyncio.to_thread(self._again, file, f"Virus scanner: {error}", True)
            except (ApiError, WhatsAppError) as error:
                await asyncio.to_thread(self._end, file, MediaStatus.FAILED, str(error))
            else:
                await asyncio.to_thread(self._store, file, content, mime_type, verdict)

    async def _download(self, file: MediaFile) -> bytes:
        limit = SIZE_LIMITS.get(file.kind, SIZE_LIMITS["image"])
        url = await self._client.media_url(file.media_id)
        return await self._client.download(url, limit, sha256=file.sha256)

    def _store(self, file: MediaFile, content: bytes, mime_type: str, verdict: Verdict) -> None:
        if verdict is Verdict.INFECTED:
            logger.error("A patient's file holds a virus; it is not stored.")
            self._end(file, MediaStatus.REFUSED, "The virus scanner refuses it.", scan=verdict)
            return
        self._files.write(file.id, content)
        small = thumbnail(content) if mime_type.startswith("image/") else None
        if small:
            self._files.write(file.id, small, THUMBNAIL)
        with self._database.write() as tx:
            is_wanted = MediaFiles(tx).note_stored(
                file.id,
                mime_type=mime_type,
                sha256=hashlib.sha256(content).hexdigest(),
                size=len(content),
                scan=verdict.value,
                has_thumbnail=int(small is not None),
                reason=None,
                stored_at=self._clock.now(),
            )
        if not is_wanted:
            self._files.erase(file.id)
            return
        self._metrics.media(MediaStatus.STORED.value)

    def _again(self, file: MediaFile, reason: str, may_retry: bool) -> None:
        if not may_retry or self._clock.now() - file.created_at > _ID_LIVES:
            self._end(file, MediaStatus.FAILED, reason)
            return
        at = self._timer.now() + timedelta(seconds=backoff_seconds(file.attempts + 1))
        with self._database.write() as tx:
            MediaFiles(tx).retry(file.id, reason, at)

    def _end(
        self, file: MediaFile, status: MediaStatus, reason: str, scan: Verdict | None = None
    ) -> None:
        logger.warning("A file was not stored: %s.", status.value)
        with self._database.write() as tx:
            MediaFiles(tx).mark(file.id, status, reason=reason, scan=scan.value if scan else None)
        self._metrics.media(status.value)


class StoredMedia:
    """Reads and erases stored files: for the console, exports and the retention job."""

    def __init__(self, database: Database, files: FileStore) -> None:
        self._database = database
        self._files = files

    def content(self, file: MediaFile) -> bytes:
        """Returns a stored file's content.

        Raises:
            FileNotFoundError: it is not stored, or erased.
        """
        return self._files.read(file.id)

    def thumbnail(self, file: MediaFile) -> bytes:
        """Returns a picture's thumbnail, a JPEG.

        Raises:
            FileNotFoundError: it has none.
        """
        return self._files.read(file.id, THUMBNAIL)

    def erase(self, file: MediaFile) -> None:
        """Removes the content for good; the row stays and says that there was one."""
        self._files.erase(file.id)
        with self._database.write() as tx:
            MediaFiles(tx).mark(file.id, MediaStatus.ERASED, filename=None, has_thumbnail=0)

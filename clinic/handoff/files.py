"""Files that staff send in a conversation: checked, stored like patients' files, then queued.

The sender uploads them when their turn comes (`clinic/messaging/media_upload.py`).
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from clinic.adapters.database import Database, Transaction
from clinic.adapters.files import THUMBNAIL, FileStore
from clinic.adapters.media import MediaFiles
from clinic.adapters.tables.base import new_id
from clinic.clock import Clock
from clinic.handoff.desk import StaffDesk, written
from clinic.handoff.errors import FileFault, FileNotSendableError
from clinic.messaging.media_rules import (
    OUTGOING,
    OUTGOING_LIMIT,
    SIZE_LIMITS,
    FileRefusedError,
    outgoing_type,
    thumbnail,
)
from clinic.messaging.media_upload import file_reference
from clinic.messaging.virus_scan import ScannerFailedError, Verdict, VirusScanner
from clinic.privacy.audit import AuditAction
from clinic.staff.model import StaffMember
from whatsapp.messages import Document, Image, OutgoingMessage
from whatsapp.text import has_ink, one_line
from whatsapp.window import is_open

_ENDINGS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be sent.

    Attributes:
        kind: the type of the message that carries it: `document` or `image`.
        filename: as the patient sees and saves it; its ending is that of the type.
        thumbnail: of a picture, a JPEG.
    """

    content: bytes
    kind: str
    mime_type: str
    filename: str
    scan: Verdict
    thumbnail: bytes | None


class StaffFiles:
    """Checks and sends what staff attach to a reply."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        files: FileStore,
        scanner: VirusScanner,
        desk: StaffDesk,
        *,
        can_upload: bool,
    ) -> None:
        """Takes whether files can be uploaded to the WhatsApp provider at all."""
        self._database = database
        self._clock = clock
        self._files = files
        self._scanner = scanner
        self._desk = desk
        self.can_upload = can_upload

    async def check(self, content: bytes, filename: str) -> CheckedFile:
        """Returns a file that may be sent.

        Raises:
            FileNotSendableError: its size, its content or the virus scanner speaks against it.
        """
        if not self.can_upload:
            raise FileNotSendableError(FileFault.PROVIDER)
        if not content:
            raise FileNotSendableError(FileFault.EMPTY)
        if len(content) > OUTGOING_LIMIT:
            raise FileNotSendableError(FileFault.TOO_LARGE)
        try:
            mime_type = outgoing_type(content)
        except FileRefusedError:
            raise FileNotSendableError(FileFault.TYPE) from None
        kind = OUTGOING[mime_type]
        small = None
        if kind == "image":
            if len(content) > SIZE_LIMITS[kind]:
                raise FileNotSendableError(FileFault.PICTURE_TOO_LARGE)
            small = await asyncio.to_thread(thumbnail, content)
            if small is None:
                raise FileNotSendableError(FileFault.DAMAGED)
        try:
            verdict = await self._scanner.scan(content)
        except ScannerFailedError:
            raise FileNotSendableError(FileFault.NOT_SCANNED) from None
        if verdict is Verdict.INFECTED:
            raise FileNotSendableError(FileFault.INFECTED)
        return CheckedFile(content, kind, mime_type, _name(filename, mime_type), verdict, small)

    def send(
        self, contact_id: str, member: StaffMember, file: CheckedFile, caption: str, *, key: str
    ) -> None:
        """Sends a file to a patient; who sends it has the conversation from then on.

        Args:
            caption: what stands below it; may be empty.
            key: names the form that was sent; it is sent once.

        Raises:
            FileNotSendableError: the patient has not written for 24 hours.
            EmptyTextError: the caption is too long.
            TakenByAnotherError: a colleague has the conversation.
        """
        caption = written(caption) if caption.strip() else ""
        file_id = new_id()
        # Before the row: a row without its file would be a promise that is not kept.
        self._files.write(file_id, file.content)
        if file.thumbnail:
            self._files.write(file_id, file.thumbnail, THUMBNAIL)
        is_kept = False
        try:
            with self._database.write() as tx:
                is_new = self._queue(tx, contact_id, member, file, file_id, caption, key)
            is_kept = is_new
        finally:
            if not is_kept:
                self._files.erase(file_id)

    def _queue(
        self,
        tx: Transaction,
        contact_id: str,
        member: StaffMember,
        file: CheckedFile,
        file_id: str,
        caption: str,
        key: str,
    ) -> bool:
        """Queues the message; False when the form was sent before."""
        contact = self._desk.contact_of(tx, contact_id, member)
        now = self._clock.now()
        if not is_open(contact.last_inbound_at, now):
            raise FileNotSendableError(FileFault.WINDOW_CLOSED)
        self._desk.ensure_own(tx, contact, member)
        digest = hashlib.sha256(file.content).hexdigest()
        is_new = MediaFiles(tx).add_sent(
            file_id,
            contact.id,
            key=f"staff:{key}",
            kind=file.kind,
            mime_type=file.mime_type,
            filename=file.filename,
            sha256=digest,
            size=len(file.content),
            scan=file.scan.value,
            has_thumbnail=file.thumbnail is not None,
            now=now,
        )
        if is_new:
            media_id = file_reference(file_id, digest)
            if file.kind == "image":
                message = OutgoingMessage(image=Image(media_id=media_id, caption=caption))
            else:
                document = Document(media_id=media_id, filename=file.filename, caption=caption)
                message = OutgoingMessage(document=document)
            self._desk.send(tx, contact, message, key=f"staff:{key}", member=member)
            self._desk.note(tx, member, AuditAction.FILE_SENT, contact.id, file=file_id)
        return is_new


def _name(given: str, mime_type: str) -> str:
    """Returns a file's name without its folders and with the ending of its type."""
    name = one_line(PurePosixPath(given.replace("\\", "/")).name)
    endings = _ENDINGS[mime_type]
    if not has_ink(name):
        return f"document{endings[0]}"
    return name if name.lower().endswith(endings) else f"{name}{endings[0]}"

"""Media files: uploaded by the clinic, or sent by a patient."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from simulator.clock import unix
from simulator.errors import GraphError, MediaUnknownError

MEGABYTE = 1024 * 1024
URL_LIFETIME = timedelta(minutes=5)
SAMPLES = Path(__file__).parent / "static" / "samples"

# Kind -> (types, largest size in bytes), from Meta's page "Supported media types".
KINDS: dict[str, tuple[tuple[str, ...], int]] = {
    "image": (("image/jpeg", "image/png"), 5 * MEGABYTE),
    "sticker": (("image/webp",), MEGABYTE // 2),
    "audio": (
        ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"),
        16 * MEGABYTE,
    ),
    "video": (("video/mp4", "video/3gpp"), 16 * MEGABYTE),
    "document": (
        (
            "text/plain",
            "text/calendar",
            "text/csv",
            "application/pdf",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
        100 * MEGABYTE,
    ),
}

# What is sent when a caller gives no file.
SAMPLE_FILES = {
    "image": ("carte-amo.png", "image/png"),
    "audio": ("note-vocale.ogg", "audio/ogg; codecs=opus"),
    "document": ("analyses.pdf", "application/pdf"),
    "sticker": ("merci.webp", "image/webp"),
}


@dataclass(frozen=True)
class Media:
    """A file with its id."""

    id: str
    content: bytes
    mime_type: str
    filename: str | None = None

    @property
    def sha256(self) -> bytes:
        """The digest of the content."""
        return hashlib.sha256(self.content).digest()

    @property
    def sha256_base64(self) -> str:
        """The digest as webhooks carry it."""
        return base64.b64encode(self.sha256).decode()


class MediaStore:
    """Files in memory, and their addresses that live five minutes."""

    def __init__(self) -> None:
        self._media: dict[str, Media] = {}
        self._url_key = secrets.token_bytes(16)

    def clear(self) -> None:
        """Forgets all files."""
        self._media.clear()

    def add(self, content: bytes, mime_type: str, filename: str | None = None) -> Media:
        """Keeps a file under a new id of digits, as Meta's are."""
        media = Media(str(secrets.randbelow(9 * 10**15) + 10**15), content, mime_type, filename)
        self._media[media.id] = media
        return media

    def add_sample(self, kind: str) -> Media:
        """Keeps the sample file of a kind.

        Raises:
            MediaUnknownError: There is no sample of this kind.
        """
        if kind not in SAMPLE_FILES:
            raise MediaUnknownError(f"no sample of {kind}")
        filename, mime_type = SAMPLE_FILES[kind]
        return self.add((SAMPLES / filename).read_bytes(), mime_type, filename)

    def get(self, media_id: str) -> Media:
        """Returns a file.

        Raises:
            MediaUnknownError: No file has this id.
        """
        if media_id not in self._media:
            raise MediaUnknownError(media_id)
        return self._media[media_id]

    def remove(self, media_id: str) -> None:
        """Forgets a file.

        Raises:
            MediaUnknownError: No file has this id.
        """
        self.get(media_id)
        del self._media[media_id]

    def url_query(self, media_id: str, now: datetime) -> str:
        """Returns the query that makes an address of a file valid for five minutes."""
        expires = unix(now + URL_LIFETIME)
        return f"ext={expires}&hash={self._mark(media_id, expires)}"

    def url_holds(self, media_id: str, expires: str, mark: str, now: datetime) -> bool:
        """Says whether an address of a file is one of ours and still valid."""
        right = hmac.compare_digest(mark.encode(), self._mark(media_id, expires).encode())
        return right and int(expires) >= int(unix(now))

    def _mark(self, media_id: str, expires: str) -> str:
        text = f"{media_id}:{expires}".encode()
        return hmac.new(self._url_key, text, hashlib.sha256).hexdigest()[:32]


def check_upload(content: bytes, mime_type: str) -> None:
    """Refuses a file of a type or size that the Cloud API refuses.

    Raises:
        GraphError: 100, with the types or the size that are allowed.
    """
    plain = mime_type.split(";")[0].strip().lower()
    for kind, (types, largest) in KINDS.items():
        if plain in types:
            if len(content) > largest:
                raise GraphError(
                    100, f"Param file: {kind} is limited to {largest} bytes, it has {len(content)}"
                )
            if not content:
                raise GraphError(100, "Param file must not be empty")
            return
    known = ", ".join(mime for types, _ in KINDS.values() for mime in types)
    raise GraphError(100, f"Param file must be a file with one of the following types: {known}")

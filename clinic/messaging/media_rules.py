"""Which files are taken in and sent: types, sizes, and whether they are what they say.

Sizes are Meta's ("Media", Cloud API); types are Meta's without those that can carry programs.
"""

from __future__ import annotations

import io
import re

from PIL import Image, UnidentifiedImageError

_MEGABYTE = 1024 * 1024
SIZE_LIMITS = {
    "image": 5 * _MEGABYTE,
    "sticker": _MEGABYTE // 2,
    "audio": 16 * _MEGABYTE,
    "video": 16 * _MEGABYTE,
    "document": 100 * _MEGABYTE,
}
OUTGOING = {"application/pdf": "document", "image/jpeg": "image", "image/png": "image"}
"""What the clinic sends, with the type of the message that carries it."""
OUTGOING_LIMIT = 16 * _MEGABYTE
"""Of any file that staff send, in bytes; Meta would take documents of up to 100 MB."""
_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "image": ("image/jpeg", "image/png", "image/webp"),
    "sticker": ("image/webp",),
    "audio": ("audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr"),
    "video": ("video/mp4", "video/3gpp"),
    "document": (
        "application/pdf",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/plain",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        f"{_OFFICE}.wordprocessingml.document",
        f"{_OFFICE}.spreadsheetml.sheet",
        f"{_OFFICE}.presentationml.presentation",
        "application/dicom",
    ),
}
_SIGNATURES = (
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/webp", re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    ("application/pdf", re.compile(rb".{0,1000}?%PDF-", re.DOTALL)),
    ("audio/ogg", re.compile(rb"OggS")),
    ("audio/amr", re.compile(rb"#!AMR")),
    ("audio/mpeg", re.compile(rb"ID3|\xff[\xe2-\xfb]")),
    ("audio/aac", re.compile(rb"\xff[\xf0\xf1\xf8\xf9]")),
    ("video/mp4", re.compile(rb".{4}ftyp", re.DOTALL)),
    ("application/msword", re.compile(rb"\xd0\xcf\x11\xe0")),
    (f"{_OFFICE}.wordprocessingml.document", re.compile(rb"PK\x03\x04")),
    ("application/dicom", re.compile(rb".{128}DICM", re.DOTALL)),
)
_PROGRAMS = re.compile(rb"MZ|\x7fELF|#!\s*/|\xca\xfe\xba\xbe|<\?php|<script|<html", re.IGNORECASE)
_FAMILIES = (
    frozenset({"video/mp4", "audio/mp4", "video/3gpp"}),
    frozenset({"audio/mpeg", "audio/aac"}),
    frozenset(t for t in TYPES["document"] if "openxml" in t),
    frozenset({"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"}),
)
"""Types with the same first bytes."""
_THUMBNAIL = (320, 320)
_MAX_PIXELS = 50_000_000
"""A small file can unfold into gigabytes; phones make pictures of up to 50 million pixels."""


class FileRefusedError(Exception):
    """The file is not taken in."""


def plain_type(mime_type: str | None) -> str:
    """Returns a MIME type without parameters."""
    return (mime_type or "").split(";")[0].strip().lower()


def check_type(kind: str, mime_type: str | None) -> None:
    """Refuses a declared type that is not taken in, before anything is fetched.

    Raises:
        FileRefusedError: the type is none of the kind's.
    """
    declared = plain_type(mime_type)
    if declared and declared not in TYPES.get(kind, ()):
        raise FileRefusedError(f"The type {declared[:60]} is not taken in as {kind}.")


def found_type(kind: str, mime_type: str | None, content: bytes) -> str:
    """Returns the type of a content, by its own first bytes.

    Raises:
        FileRefusedError: it is empty, a program, or something else than declared.
    """
    if not content:
        raise FileRefusedError("The file is empty.")
    declared = plain_type(mime_type)
    head = content[:4096]
    found = next((name for name, sign in _SIGNATURES if sign.match(head)), None)
    if found is None:
        if declared == "text/plain" and b"\x00" not in head and not _PROGRAMS.match(head.lstrip()):
            return declared
        raise FileRefusedError("The content is none of the types that are taken in.")
    family = next((f for f in _FAMILIES if found in f), frozenset({found}))
    if declared and declared not in family:
        raise FileRefusedError(f"The content is {found}, not {declared[:60]}.")
    if not declared and found not in TYPES.get(kind, ()):
        raise FileRefusedError(f"The type {found} is not taken in as {kind}.")
    return declared or found


def outgoing_type(content: bytes) -> str:
    """Returns the type of a file that the clinic sends, by its own first bytes.

    Raises:
        FileRefusedError: it is none of `OUTGOING`.
    """
    head = content[:4096]
    found = next((name for name, sign in _SIGNATURES if sign.match(head)), "")
    if found not in OUTGOING or _PROGRAMS.match(head.lstrip()):
        raise FileRefusedError("The content is none of the types that are sent.")
    return found


def thumbnail(content: bytes) -> bytes | None:
    """Returns a small JPEG of a picture without its metadata; None when it can't be read."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                return None
            picture.draft("RGB", _THUMBNAIL)
            small = picture.convert("RGB")
            small.thumbnail(_THUMBNAIL)
            made = io.BytesIO()
            small.save(made, "JPEG", quality=80)
            return made.getvalue()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None
